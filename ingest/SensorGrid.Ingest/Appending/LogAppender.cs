using System.Buffers;
using SensorGrid.Ingest.Following;
using SensorGrid.ReadingLog;
using SensorGrid.Readings.Wire;

namespace SensorGrid.Ingest.Appending;

/// <summary>The one way into the log: appends, waits until the record is durable, decodes it with the time the log gave it, and publishes it to
/// the followers. Decoding comes after the append, because relative times count from the record's own received-at, and because an unreadable
/// payload is kept all the same. Any number of callers.</summary>
public sealed class LogAppender
{
    /// <summary>Commands larger than this are not kept in the ring; followers read them from the log.</summary>
    private const int LargestCommandInRing = 64 * 1024;

    // What a record costs in the ring besides its payload and readings.
    private const int RecordCost = 256;
    private const int ReadingCost = 32;

    private readonly ReadingLogWriter log;
    private readonly CommittedStream stream;
    private readonly TimeProvider time;
    private long lastAppend;

    /// <param name="log">The log.</param>
    /// <param name="stream">Told of everything that became durable.</param>
    /// <param name="time">Clock of "nothing was appended for a while".</param>
    public LogAppender(ReadingLogWriter log, CommittedStream stream, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        this.log = log;
        this.stream = stream;
        this.time = time;
        lastAppend = time.GetTimestamp();
    }

    /// <summary>False once the log has failed.</summary>
    public bool IsAvailable => !log.Failed.IsCompleted;

    /// <summary>Time since the last append began.</summary>
    public TimeSpan Idle => time.GetElapsedTime(Volatile.Read(ref lastAppend));

    /// <summary>Appends a clock tick.</summary>
    /// <exception cref="ReadingLogException">It is not durable, or not known to be.</exception>
    public async ValueTask<ReadingLogStamp> AppendTickAsync(string source)
    {
        var stamp = await AppendAsync(ReadingLogEntry.Tick(source));
        stream.Ring.Publish(
            new(stamp.Sequence, ReadingLogKind.Tick, stamp.ReceivedAtTicks, source, "", "", "", default, CommittedBatch.NoReadings, default),
            null, RecordCost);
        return stamp;
    }

    /// <summary>Appends a command.</summary>
    /// <param name="source">Where it came in.</param>
    /// <param name="type">Its type, e.g. <c>alarm.acknowledge</c>.</param>
    /// <param name="principal">Who gave it.</param>
    /// <param name="payload">Its payload; not to be changed afterwards.</param>
    /// <exception cref="ReadingLogException">It is not durable, or not known to be.</exception>
    public async ValueTask<ReadingLogStamp> AppendCommandAsync(string source, string type, string principal, ReadOnlyMemory<byte> payload)
    {
        var stamp = await AppendAsync(new ReadingLogEntry(ReadingLogKind.Command, source, principal, type, payload));
        if (payload.Length > LargestCommandInRing)
        {
            stream.Ring.Skip(stamp.Sequence);
            return stamp;
        }
        stream.Ring.Publish(
            new(stamp.Sequence, ReadingLogKind.Command, stamp.ReceivedAtTicks, source, principal, type, "", default, CommittedBatch.NoReadings, payload),
            null, RecordCost + payload.Length);
        return stamp;
    }

    /// <summary>Appends a payload as it came.</summary>
    /// <returns>Its place, and what decoding it gave.</returns>
    /// <exception cref="ReadingLogException">It is not durable, or not known to be.</exception>
    internal async ValueTask<(ReadingLogStamp Stamp, PayloadOutcome Outcome)> AppendPayloadAsync(
        string source, string principal, TopicRoute route, ReadOnlySequence<byte> payload)
    {
        string topic = route.Topic.Text!;
        var stamp = await AppendAsync(new ReadingLogEntry(ReadingLogKind.Payload, source, principal, topic, payload));
        var batch = stream.Batches.Rent();
        var outcome = stream.Decoder.Decode(route, payload, stamp.ReceivedAtTicks, batch.Readings);
        batch.Cost = RecordCost + (int)payload.Length + batch.Readings.Count * ReadingCost;
        stream.Ring.Publish(
            new(stamp.Sequence, ReadingLogKind.Payload, stamp.ReceivedAtTicks, source, principal, topic, route.Gateway, outcome, batch.Readings, default),
            batch, batch.Cost);
        return (stamp, outcome);
    }

    // Never cancelled: a record that is written although its caller gave up would be durable and not published.
    private ValueTask<ReadingLogStamp> AppendAsync(in ReadingLogEntry entry)
    {
        Volatile.Write(ref lastAppend, time.GetTimestamp());
        return log.AppendStampedAsync(entry, CancellationToken.None);
    }
}
