using System.Buffers;
using SensorGrid.Ingest.Admission;
using SensorGrid.Ingest.Following;
using SensorGrid.Readings.Wire;

namespace SensorGrid.Ingest.Sources;

/// <summary>An <see cref="ICommittingSink"/> over an <see cref="IMessageSink"/> that answers when the message is on disk: numbers the messages in the
/// order they were taken and counts up as their answers come. The numbers are its own, not the log's. Payloads are copied and looked at once
/// more, because this contract wants to know before the disk whether they can be read.</summary>
public sealed class AdmittingSink : ICommittingSink
{
    private readonly IMessageSink inner;
    private readonly CommittedStream stream;
    private readonly TimeProvider time;
    private readonly int maxPending;
    private readonly long maxPendingBytes;
    private readonly Lock gate = new();
    private readonly Queue<Pending> pending = [];
    private readonly List<ICommitListener> listeners = [];
    private long pendingBytes;
    private long lastSequence;
    private long durableSequence;
    private bool failed;
    private TaskCompletionSource room = NewSignal();

    /// <param name="inner">Where messages go.</param>
    /// <param name="stream">Knows how payloads are read.</param>
    /// <param name="time">The clock that relative times in payloads count from.</param>
    /// <param name="maxPending">Messages that may wait for the disk; one more finds no room. 8,192: some large commits.</param>
    /// <param name="maxPendingBytes">Bytes of those. 64 MiB.</param>
    public AdmittingSink(IMessageSink inner, CommittedStream stream, TimeProvider time, int maxPending = 8192, long maxPendingBytes = 64L << 20) =>
        (this.inner, this.stream, this.time, this.maxPending, this.maxPendingBytes) = (inner, stream, time, maxPending, maxPendingBytes);

    /// <inheritdoc/>
    public bool IsAvailable => inner.IsAvailable && !Volatile.Read(ref failed);

    /// <inheritdoc/>
    public long DurableSequence => Volatile.Read(ref durableSequence);

    /// <inheritdoc/>
    public AdmissionTicket Admit(in IncomingMessage message)
    {
        var copy = message with { Payload = new(message.Payload.ToArray()) };
        Pending taken;
        lock (gate)
        {
            if (failed)
                return new(AdmissionTicketKind.Unavailable, 0, default, 0, default);
            if (pending.Count >= maxPending || pendingBytes >= maxPendingBytes)
                return new(AdmissionTicketKind.NoRoom, 0, default, 0, default);
            // Under the lock, so that the order in the log is the order of the numbers.
            var answer = inner.AdmitAsync(copy).AsTask();
            if (answer.IsCompletedSuccessfully && answer.Result is { Outcome: AdmissionOutcome.NotAllowed } refused)
                return new(AdmissionTicketKind.NotAllowed, 0, default, 0, refused.NotAllowedReason);
            taken = new(++lastSequence, copy.Payload.Length, answer);
            pending.Enqueue(taken);
            pendingBytes += taken.Bytes;
        }
        _ = FinishAsync(taken);
        var reading = Look(copy);
        return reading.IsRead
            ? new(AdmissionTicketKind.Appended, taken.Sequence, default, 0, default)
            : new(AdmissionTicketKind.AppendedUnreadable, taken.Sequence, reading.Reason, reading.Position, default);
    }

    /// <inheritdoc/>
    public ValueTask RoomAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            bool isFull = pending.Count >= maxPending || pendingBytes >= maxPendingBytes;
            return failed || !isFull ? default : new(room.Task.WaitAsync(cancellationToken));
        }
    }

    /// <inheritdoc/>
    public void Subscribe(ICommitListener listener)
    {
        lock (gate)
            listeners.Add(listener);
    }

    /// <inheritdoc/>
    public void Unsubscribe(ICommitListener listener)
    {
        lock (gate)
            listeners.Remove(listener);
    }

    private PayloadOutcome Look(in IncomingMessage message)
    {
        if (message.FromCentre || stream.Decoder.Routes.Find(message.Topic) is not { } route)
            return default;
        if (route.Topic.Kind == TelemetryTopicKind.Status && !message.Payload.IsEmpty)
            return new(GatewayStatus.Read(message.Payload.FirstSpan, out _), 0, default);
        var batch = stream.Batches.Rent();
        var outcome = stream.Decoder.Decode(route, message.Payload, time.GetUtcNow().UtcTicks, batch.Readings);
        batch.Release();
        return outcome;
    }

    private async Task FinishAsync(Pending taken)
    {
        var result = await taken.Answer;
        ICommitListener[] told;
        bool failedNow;
        long durable;
        TaskCompletionSource? opened = null;
        lock (gate)
        {
            long before = durableSequence;
            failedNow = result.Outcome is not (AdmissionOutcome.Accepted or AdmissionOutcome.PayloadUnreadable) && !failed;
            failed |= failedNow;
            while (!failed && pending.TryPeek(out var oldest) && oldest.Answer.IsCompletedSuccessfully)
            {
                Volatile.Write(ref durableSequence, oldest.Sequence);
                pendingBytes -= oldest.Bytes;
                pending.Dequeue();
            }
            durable = durableSequence;
            if (durable != before || failed)
                (opened, room) = (room, NewSignal());
            told = durable != before || failedNow ? [.. listeners] : [];
        }
        opened?.SetResult();
        foreach (var listener in told)
        {
            if (failedNow)
                listener.Failed();
            else
                listener.Committed(durable);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed record Pending(long Sequence, long Bytes, Task<AdmissionResult> Answer);
}
