using System.Buffers;
using SensorGrid.ReadingLog;
using SensorGrid.Readings.Wire;

namespace SensorGrid.Ingest.Following;

/// <summary>One follower's place in the <see cref="CommittedStream"/>: strictly in sequence, nothing left out, nothing twice, nothing before it
/// is durable. For one caller at a time.
/// <code>
/// ring has it                          → take the run from the ring
/// ring had it, or will not have it     → read the log from here, decode again
/// not durable yet                      → wait for a publication
/// durable, not published yet           → its appender is about to; wait a little, then read the log all the same
/// </code></summary>
public sealed class CommittedReader : IDisposable
{
    /// <summary>How long a durable record may take to be published before it is read from the log. Only a starved thread pool, numbers that
    /// recovery left out, or an append past <see cref="Appending.LogAppender"/> ever take that long.</summary>
    private static readonly TimeSpan PublicationGrace = TimeSpan.FromMilliseconds(100);

    // One read of the log is decoded as a whole, so it is kept small.
    private const int LogReadBytes = 256 * 1024;

    private readonly CommittedStream stream;
    private readonly ReadingLogWriter writer;
    private readonly string name;
    private readonly IngestMetrics metrics;
    private readonly TimeProvider time;
    private readonly CommittedBatch batch;
    private readonly int batchRecords;
    private readonly RingReader place;
    private ReadingLogRecordBuffer? buffer;
    private ReadingLogFollower log;

    internal CommittedReader(
        CommittedStream stream, ReadingLogWriter writer, long fromSequence, int batchRecords, string name, IngestMetrics metrics, TimeProvider time)
    {
        this.stream = stream;
        this.writer = writer;
        log = writer.CreateFollower(fromSequence);
        this.name = name;
        this.metrics = metrics;
        this.time = time;
        this.batchRecords = batchRecords;
        batch = new(batchRecords);
        NextSequence = fromSequence;
        place = stream.Ring.Enter(fromSequence);
    }

    /// <summary>First sequence that was not handed over yet.</summary>
    public long NextSequence { get; private set; }

    /// <summary>The next records; waits until there is at least one. The batch is valid until the next call.</summary>
    /// <exception cref="ReadingLogException">The next record was trimmed away, or the log cannot be read.</exception>
    public async ValueTask<CommittedBatch> ReadAsync(CancellationToken cancellationToken)
    {
        batch.Clear();
        long waitingSince = 0;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // Before the ring is asked: a record published after this look is then found by the ring's change.
            bool durable = stream.LastDurableSequence >= NextSequence;
            switch (stream.Ring.Take(place, batch, out var onChange))
            {
                case RingAnswer.Taken:
                    return HandOver();
                case RingAnswer.Gone:
                    if (ReadLog())
                        return HandOver();
                    // Numbers that recovery left out, up to the end of the log: wait for more.
                    await onChange.WaitAsync(cancellationToken);
                    break;
                case RingAnswer.NotYet when durable:
                    if (waitingSince == 0)
                        waitingSince = Math.Max(1, time.GetTimestamp());
                    var left = PublicationGrace - time.GetElapsedTime(waitingSince);
                    if (left > TimeSpan.Zero)
                        await WaitAsync(onChange, left, cancellationToken);
                    else if (ReadLog())
                        return HandOver();
                    else
                        await onChange.WaitAsync(cancellationToken);
                    break;
                default:
                    await onChange.WaitAsync(cancellationToken);
                    break;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        stream.Ring.Leave(place);
        batch.Clear();
        log.Dispose();
    }

    private CommittedBatch HandOver()
    {
        NextSequence = batch[batch.Count - 1].Sequence + 1;
        return batch;
    }

    // Waits for a change, but no longer than told: the caller looks again either way.
    private async Task WaitAsync(Task onChange, TimeSpan longest, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(onChange, Task.Delay(longest, time, end.Token));
        await end.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    private bool ReadLog()
    {
        if (log.NextSequence != NextSequence)
        {
            log.Dispose();
            log = writer.CreateFollower(NextSequence);
        }
        buffer ??= new(batchRecords, LogReadBytes);
        if (log.TryRead(buffer) == 0)
            return false;
        metrics.RingMissed(name);
        foreach (ref readonly var record in buffer.Records)
            Add(record);
        stream.Ring.Passed(place, batch[batch.Count - 1].Sequence + 1);
        return true;
    }

    private void Add(in ReadingLogRecord record)
    {
        var committed = stream.Records.Rent();
        string gateway = "";
        PayloadOutcome outcome = default;
        if (record.Kind == ReadingLogKind.Payload)
        {
            var route = stream.Decoder.Routes.Find(record.Topic);
            outcome = stream.Decoder.Decode(route, new ReadOnlySequence<byte>(record.Payload), record.ReceivedAtTicks, committed.Readings);
            gateway = route?.Gateway ?? "";
        }
        committed.Set(
            new(record.Sequence, record.ReceivedAtTicks), record.Kind, record.Source, record.Principal, record.Topic, gateway, outcome,
            record.Kind == ReadingLogKind.Command ? record.Payload : default, record.Payload.Length);
        batch.Add(committed);
    }
}
