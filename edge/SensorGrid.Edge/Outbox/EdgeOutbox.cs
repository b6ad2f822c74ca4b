using System.Buffers;
using System.Text;
using Microsoft.Extensions.Logging;
using SensorGrid.ReadingLog;
using SensorGrid.Readings;
using SensorGrid.Readings.Units;
using SensorGrid.Readings.Wire.SenMl;

namespace SensorGrid.Edge.Outbox;

/// <summary>
/// Stands at "keep": readings are on this disk before anybody tries to send them, and stay until the centre has acknowledged them.
/// A reading log of its own, a note of what is acknowledged, and a bound. After a restart it goes on with the first unacknowledged
/// record. One for each gateway; safe for several callers.
/// </summary>
/// <remarks>
/// The note of what is acknowledged is written without a sync, at most every <see cref="EdgeOutboxOptions.SaveEvery"/>: losing it
/// means sending again what the centre already has, which changes nothing there. A reading is never taken for acknowledged by mistake.
/// </remarks>
public sealed class EdgeOutbox : IAsyncDisposable
{
    private const string Source = "edge";

    // Half of what the centre takes in one message, so that a record beside others still fits.
    private const int MostRecordBytes = 32 * 1024;
    private const int MostRecordReadings = 100;

    private readonly EdgeOutboxOptions options;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly ReadingLogWriter log;
    private readonly string positionPath;

    // Appending is one at a time: the encoder's buffers and the order of the fill's notes belong to it.
    private readonly SemaphoreSlim turn = new(1);
    private readonly ArrayBufferWriter<byte> encoded = new(4096);
    private readonly SenMlJsonWriter writer;
    private byte[] record = new byte[4096];

    private readonly Lock gate = new();
    private readonly OutboxFill fill = new();
    private readonly AcknowledgementLedger ledger;
    private TaskCompletionSource progress = NewSignal();
    private Task trimming = Task.CompletedTask;
    private long trimmedAtBytes;
    private long savedAt;
    private bool unsaved;
    private long lastKept;
    private long kept;
    private long dropped;

    private EdgeOutbox(EdgeOutboxOptions options, TimeProvider clock, ILogger logger)
    {
        this.options = options;
        this.clock = clock;
        this.logger = logger;
        writer = new(encoded);
        Folder = Path.GetFullPath(options.Folder);
        Directory.CreateDirectory(Folder);
        positionPath = Path.Combine(Folder, "acknowledged");
        log = ReadingLogWriter.Open(
            new ReadingLogOptions
            {
                Folder = Path.Combine(Folder, "log"),
                Name = "outbox",
                SegmentBytes = options.SegmentBytes,
                MaxPayloadBytes = SenMlLimits.Payload,
                // The uplink's appends are awaited one by one, so the queue never holds much.
                QueueBytes = 1 << 20,
            },
            clock,
            logger);
        ledger = LoadLedger();
        lastKept = log.LastDurableSequence;
        savedAt = clock.GetTimestamp();
    }

    /// <summary>Folder of the outbox.</summary>
    public string Folder { get; }

    /// <summary>Completes when the disk failed: nothing more is kept, so whoever samples must stop and say so.</summary>
    public Task<ReadingLogException> Failed => log.Failed;

    /// <summary>Readings kept since it was opened.</summary>
    public long ReadingsKept => Interlocked.Read(ref kept);

    /// <summary>Readings dropped at the bound since it was opened.</summary>
    public long ReadingsDropped => Interlocked.Read(ref dropped);

    /// <summary>Readings that wait to be acknowledged, at most a few hundred too many.</summary>
    public long HeldReadings
    {
        get
        {
            lock (gate)
                return fill.HeldReadings;
        }
    }

    /// <summary>Their bytes.</summary>
    public long HeldBytes
    {
        get
        {
            lock (gate)
                return fill.HeldBytes;
        }
    }

    /// <summary>Sequence number of the first record that is not acknowledged.</summary>
    public long FirstUnacknowledged
    {
        get
        {
            lock (gate)
                return ledger.FirstUnacknowledged;
        }
    }

    /// <summary>Sequence number of the last record kept; 0 when there is none.</summary>
    public long LastKept
    {
        get
        {
            lock (gate)
                return lastKept;
        }
    }

    /// <summary>Opens the outbox in its folder, made when missing, and finds what still waits.</summary>
    /// <exception cref="ReadingLogException">The log in it cannot be opened.</exception>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static EdgeOutbox Open(EdgeOutboxOptions options, TimeProvider clock, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Validate() is { Count: > 0 } wrong)
            throw new ArgumentException(string.Join(" ", wrong), nameof(options));
        var outbox = new EdgeOutbox(options, clock, logger);
        outbox.CountHeld();
        Log.OutboxOpened(logger, outbox.Folder, outbox.HeldReadings, outbox.HeldBytes);
        return outbox;
    }

    /// <summary>Keeps readings; completes when they are on the disk. At the bound it drops the oldest or waits, as configured.</summary>
    /// <param name="readings">In the order they are to be sent.</param>
    /// <param name="datastreams">Table that knows their names.</param>
    /// <param name="cancellationToken">Honoured while it waits for room.</param>
    /// <returns>Sequence number of the last record kept.</returns>
    public async ValueTask<long> AppendAsync(ReadingBatch readings, DatastreamTable datastreams, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(readings);
        ArgumentNullException.ThrowIfNull(datastreams);
        await turn.WaitAsync(cancellationToken);
        try
        {
            for (int next = 0; next < readings.Count;)
            {
                int count = Encode(readings, next, datastreams, out int length);
                await MakeRoomAsync(length, cancellationToken);
                long sequence = await log.AppendAsync(
                    new(ReadingLogKind.Payload, Source, "", "", record.AsMemory(0, length)), CancellationToken.None);
                lock (gate)
                {
                    fill.Kept(sequence, length, count);
                    lastKept = sequence;
                }
                Interlocked.Add(ref kept, count);
                next += count;
            }
            return LastKept;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Completes when everything up to a record is acknowledged (or set aside, or dropped).</summary>
    public async Task WhenAcknowledgedAsync(long sequence, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task next;
            lock (gate)
            {
                if (ledger.FirstUnacknowledged > sequence)
                    return;
                next = progress.Task;
            }
            await next.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Writes down what is acknowledged and closes the log.</summary>
    public async ValueTask DisposeAsync()
    {
        Task trim;
        lock (gate)
        {
            if (unsaved)
                SavePosition_NeedsLock();
            trim = trimming;
        }
        await trim;
        await log.DisposeAsync();
        turn.Dispose();
    }

    internal OutboxReader CreateReader(long from, long before) => new(this, log, from, before, logger);

    internal bool IsAcknowledged(long sequence)
    {
        lock (gate)
            return ledger.IsAcknowledged(sequence);
    }

    internal long NextUnacknowledged(long from)
    {
        lock (gate)
            return ledger.NextUnacknowledged(from);
    }

    internal void Acknowledge(OutboxRange range)
    {
        TaskCompletionSource made;
        lock (gate)
        {
            ledger.Acknowledge(range.First, range.Last);
            made = Release_NeedsLock();
            unsaved = true;
            if (clock.GetElapsedTime(savedAt) >= options.SaveEvery)
                SavePosition_NeedsLock();
        }
        // Outside the lock: whoever waits may come straight back.
        made.TrySetResult();
    }

    private TaskCompletionSource Release_NeedsLock()
    {
        fill.Released(ledger.FirstUnacknowledged, lastKept);
        if (fill.ReleasedBytes - trimmedAtBytes >= options.SegmentBytes && trimming.IsCompleted)
        {
            trimmedAtBytes = fill.ReleasedBytes;
            trimming = log.TrimAsync(ledger.FirstUnacknowledged);
        }
        var made = progress;
        progress = NewSignal();
        return made;
    }

    private async ValueTask MakeRoomAsync(int length, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task next;
            TaskCompletionSource made;
            long lost;
            lock (gate)
            {
                // Nothing held: even one record above the bound must get through.
                if (fill.HeldBytes + length <= options.MostBytes || fill.HeldBytes == 0)
                    return;
                next = progress.Task;
                if (options.WhenFull == OutboxWhenFull.DropOldest)
                {
                    lost = DropOldest_NeedsLock();
                    made = Release_NeedsLock();
                }
                else
                {
                    lost = 0;
                    made = progress;
                }
            }
            if (options.WhenFull == OutboxWhenFull.DropOldest)
            {
                Log.OutboxDropped(logger, Folder, options.MostBytes, lost, Interlocked.Add(ref dropped, lost));
                made.TrySetResult();
                return;
            }
            await next.WaitAsync(cancellationToken);
        }
    }

    private long DropOldest_NeedsLock()
    {
        long before = fill.HeldReadings;
        // An eighth at once: dropping one record for each one kept would cost a note and a log line for each.
        long firstToKeep = fill.FirstToKeep(options.MostBytes - options.MostBytes / 8);
        ledger.Acknowledge(ledger.FirstUnacknowledged, (firstToKeep > 0 ? firstToKeep : lastKept + 1) - 1);
        unsaved = true;
        fill.Released(ledger.FirstUnacknowledged, lastKept);
        return before - fill.HeldReadings;
    }

    /// <summary>Encodes readings from <paramref name="next"/> on into <see cref="record"/>, as many as one record takes.</summary>
    private int Encode(ReadingBatch readings, int next, DatastreamTable datastreams, out int length)
    {
        int most = Math.Min(readings.Count - next, MostRecordReadings);
        bool secondary = false;
        for (int i = next; i < next + most; i++)
            secondary |= UnitRegistry.IsSecondary(readings.Readings[i].Unit);
        encoded.ResetWrittenCount();
        writer.Begin(secondaryUnits: secondary);
        int count = 0;
        while (count < most && (count == 0 || encoded.WrittenCount < MostRecordBytes))
        {
            Write(readings, readings.Readings[next + count], datastreams);
            count++;
        }
        writer.End();
        // The pack's brackets, and the version label that the pack builder writes again where needed, stay out of the record.
        var objects = encoded.WrittenSpan[1..^1];
        if (secondary)
            objects = objects[SecondaryLabel.Length..];
        length = OutboxRecord.HeaderBytes + objects.Length + (secondary ? 1 : 0);
        if (record.Length < length)
            record = new byte[Math.Max(length, record.Length * 2)];
        OutboxRecord.WriteHeader(record, count, secondary);
        var body = record.AsSpan(OutboxRecord.HeaderBytes);
        if (secondary)
        {
            body[0] = (byte)'{';
            body = body[1..];
        }
        objects.CopyTo(body);
        return count;
    }

    private static ReadOnlySpan<byte> SecondaryLabel => "{\"bver\":26,"u8;

    private void Write(ReadingBatch readings, in Reading reading, DatastreamTable datastreams)
    {
        Span<byte> name = stackalloc byte[SenMlLimits.Name];
        name = name[..Encoding.UTF8.GetBytes(datastreams.KeyOf(reading.Datastream).Name, name)];
        switch (reading.Kind)
        {
            case ReadingKind.Number:
                writer.WriteNumber(name, reading.ObservedAtTicks, reading.Value, reading.Unit);
                break;
            case ReadingKind.Boolean:
                writer.WriteBoolean(name, reading.ObservedAtTicks, reading.Value != 0);
                break;
            case ReadingKind.Text:
                writer.WriteText(name, reading.ObservedAtTicks, readings.GetTextUtf8(reading));
                break;
            case ReadingKind.Position:
                writer.WritePosition(name, reading.ObservedAtTicks, reading.Value, reading.Value2);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(reading), reading.Kind, "Not a kind of reading.");
        }
    }

    private AcknowledgementLedger LoadLedger()
    {
        long first = Math.Max(1, log.FirstSequence);
        if (!File.Exists(positionPath))
            return new(first);
        var loaded = AcknowledgementLedger.TryParse(File.ReadAllText(positionPath));
        string? why = loaded switch
        {
            null => "it is not whole",
            // A log made anew counts from 1 again: believing the old note would take new readings for acknowledged.
            _ when loaded.FirstUnacknowledged > log.NextSequence || loaded.Ranges.Any(range => range.Last >= log.NextSequence) =>
                "it lies beyond the end of the log",
            _ => null,
        };
        if (why is not null)
        {
            Log.OutboxPositionIgnored(logger, positionPath, why);
            return new(first);
        }
        loaded!.Acknowledge(0, first - 1);
        return loaded;
    }

    private void CountHeld()
    {
        using var follower = log.CreateFollower(Math.Min(ledger.FirstUnacknowledged, log.NextSequence));
        var buffer = new ReadingLogRecordBuffer();
        while (follower.TryRead(buffer) > 0)
        {
            foreach (var held in buffer.Records)
            {
                if (OutboxRecord.TryRead(held.Payload, out int readings, out _, out _))
                    fill.Kept(held.Sequence, held.Payload.Length, readings);
            }
        }
    }

    private void SavePosition_NeedsLock()
    {
        string next = positionPath + ".new";
        File.WriteAllText(next, ledger.ToText());
        File.Move(next, positionPath, overwrite: true);
        savedAt = clock.GetTimestamp();
        unsaved = false;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
