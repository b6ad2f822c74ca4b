using System.Buffers;
using Microsoft.Extensions.Logging;
using SensorGrid.Readings;
using SensorGrid.Readings.Catalogue;

namespace SensorGrid.Storage.LineProtocol;

/// <summary>"store" in a reading's journey, to an external store: collects the lines of readings until a batch is full or old, brings it to
/// the store, and keeps what the store refuses as dead letters. Holds one batch at most. For one caller at a time.</summary>
public sealed class ExternalStoreWriter : IDisposable
{
    private readonly ExternalStoreOptions options;
    private readonly DatastreamTable datastreams;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly ReadingLineWriter lines;
    private readonly LineProtocolSink sink;
    private readonly LineDelivery delivery;
    private readonly DeadLetterFolder deadLetters;
    private readonly LineBatch batch = new();
    private readonly List<DeadLetter> refused = [];
    private long oldest;

    /// <param name="options">Checked settings.</param>
    /// <param name="dataFolder">Gets the dead letters.</param>
    /// <param name="datastreams">Names the datastreams of readings.</param>
    /// <param name="time">Clock of pauses and time-outs.</param>
    /// <param name="random">Source of jitter.</param>
    /// <param name="logger">Told when the store fails and recovers.</param>
    public ExternalStoreWriter(
        ExternalStoreOptions options, string dataFolder, DatastreamTable datastreams, TimeProvider time, Random random, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        (this.options, this.datastreams, this.time, this.logger) = (options, datastreams, time, logger);
        lines = new(options.Measurement, options.Kind!.Value);
        sink = new(options, time);
        State = new(options, sink.Address);
        delivery = new(sink, options, State, time, random, logger);
        deadLetters = new(DeadLetterFolder.PathOf(dataFolder, options), options.DeadLetterBytes);
        deadLetters.ClearUpNew();
        State.DeadLettersTake(deadLetters.Bytes);
    }

    /// <summary>What the store has taken and lacks.</summary>
    public ExternalStoreState State { get; }

    /// <summary>Nothing waits to be sent.</summary>
    public bool IsEmpty => batch.Count == 0 && refused.Count == 0;

    /// <summary>The batch is full: nothing may be added before it is sent.</summary>
    public bool IsFull => batch.Count + refused.Count >= options.BatchPoints || batch.Bytes >= options.BatchBytes;

    /// <summary>The batch is full, or old enough to be sent.</summary>
    public bool IsDue => IsFull || !IsEmpty && time.GetElapsedTime(oldest) >= options.BatchAge;

    /// <summary>Adds the readings of one log record.</summary>
    /// <param name="sequence">The record.</param>
    /// <param name="assessed">Its readings, assessed by the catalogue.</param>
    /// <param name="texts">The batch they were decoded into, which holds their texts.</param>
    /// <param name="binding">The catalogue version in force at the record.</param>
    public void Add(long sequence, ReadOnlySpan<Reading> assessed, ReadingBatch texts, CatalogueBinding binding)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(binding);
        if (IsEmpty && assessed.Length > 0)
            oldest = time.GetTimestamp();
        for (int i = 0; i < assessed.Length; i++)
        {
            ref readonly var reading = ref assessed[i];
            // The handle of a text is in the reading as decoded; assessing leaves it as it is.
            var text = reading.Kind == ReadingKind.Text ? texts.GetTextUtf8(texts.Readings[i]) : default;
            if (lines.IsTime(reading.ObservedAtTicks))
            {
                State.LeftOut(Write(batch.Buffer, reading, text, binding));
                batch.EndLine(sequence);
                continue;
            }
            var line = new ArrayBufferWriter<byte>();
            Write(line, reading, text, binding);
            refused.Add(new(sequence, $"its time lies outside {lines.Times}, so the store cannot keep it", line.WrittenSpan.TrimEnd((byte)'\n').ToArray()));
        }
    }

    /// <summary>Sends what was added; ends when the store has it, or has refused it and it is among the dead letters.</summary>
    public async Task SendAsync(CancellationToken cancellationToken)
    {
        if (batch.Count > 0)
            await delivery.DeliverAsync(batch, refused, int.MaxValue, cancellationToken);
        // Not to be sent once more when keeping the refused ones is cut short.
        batch.Clear();
        if (refused.Count == 0)
            return;
        await KeepRefusedAsync(cancellationToken);
        State.PointsDead(refused.Count);
        State.DeadLettersTake(deadLetters.Bytes);
        Log.PointsRefused(logger, State.Name, refused.Count, refused[0].Reason, deadLetters.Path);
        refused.Clear();
    }

    /// <summary>Looks how many dead letters are left, when there were some: the command resend takes them away.</summary>
    public void CountDeadLetters()
    {
        if (State.DeadLetterBytes == 0)
            return;
        try
        {
            deadLetters.Count();
            State.DeadLettersTake(deadLetters.Bytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.DeadLettersUnreadable(logger, State.Name, deadLetters.Path, e.Message);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => sink.Dispose();

    private LineRemarks Write(IBufferWriter<byte> into, in Reading reading, ReadOnlySpan<byte> text, CatalogueBinding binding) =>
        lines.Write(into, reading, text, datastreams.KeyOf(reading.Datastream), binding[reading.Datastream]);

    // Nothing more goes to the store before the refused ones are safe: the checkpoint will say that they are dealt with.
    private async Task KeepRefusedAsync(CancellationToken cancellationToken)
    {
        for (bool told = false; TryKeep() is { } problem; told = true)
        {
            State.SetProblem(problem);
            if (!told)
                Log.StoreHeld(logger, problem);
            await Task.Delay(options.RetryLongest, time, cancellationToken);
        }
        State.SetProblem(null);
    }

    private string? TryKeep()
    {
        try
        {
            return deadLetters.TryKeep(refused)
                ? null
                : $"{State.Name} gets nothing more: its dead letters in {deadLetters.Path} are full ({deadLetters.Bytes} bytes; DeadLetterBytes). "
                    + "Correct what makes it refuse points and run the command resend, or delete the files; the log keeps what is not sent yet.";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{State.Name} gets nothing more: its dead letters cannot be written to {deadLetters.Path}: {e.Message}";
        }
    }
}
