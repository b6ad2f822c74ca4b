using System.Buffers;
using SensorGrid.Ingest.Following;
using SensorGrid.ReadingLog;
using SensorGrid.Readings.Wire;

namespace SensorGrid.Ingest.Appending;

/// <summary>The one way into the log: appends, decodes with the time the log gave the record, and publishes it to the followers, who see it when
/// it is durable. Relative times count from the record's own received-at; an unreadable payload is kept all the same. Any number of callers.</summary>
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

    /// <summary>Sequence that the next record will get.</summary>
    internal long NextSequence => log.NextSequence;

    /// <summary>Time since the last append began.</summary>
    public TimeSpan Idle => time.GetElapsedTime(Volatile.Read(ref lastAppend));

    /// <summary>Appends a clock tick.</summary>
    /// <exception cref="ReadingLogException">It is not durable, or not known to be.</exception>
    public async ValueTask<ReadingLogStamp> AppendTickAsync(string source)
    {
        var stamp = await AppendAsync(ReadingLogEntry.Tick(source));
        var record = stream.Records.Rent();
        record.Set(stamp, ReadingLogKind.Tick, source, "", "", "", default, default, RecordCost);
        stream.Ring.Publish(record);
        return stamp;
    }

    /// <summary>Appends a command.</summary>
    /// <param name="source">Where it came in.</param>
    /// <param name="type">Its type, e.g. <c>alarm.acknowledge</c>.</param>
    /// <param name="principal">Who gave it.</param>
    /// <param name="payload">Its payload; not to be changed afterwards.</param>
    /// <param name="receivedAt">The time it is stamped with; null: now.</param>
    /// <exception cref="ReadingLogException">It is not durable, or not known to be.</exception>
    public async ValueTask<ReadingLogStamp> AppendCommandAsync(
        string source, string type, string principal, ReadOnlyMemory<byte> payload, DateTimeOffset? receivedAt = null)
    {
        var stamp = await AppendAsync(
            new ReadingLogEntry(ReadingLogKind.Command, source, principal, type, payload) { ReceivedAtTicks = receivedAt?.UtcTicks ?? 0 });
        if (payload.Length > LargestCommandInRing)
        {
            stream.Ring.Skip(stamp.Sequence);
            return stamp;
        }
        var record = stream.Records.Rent();
        record.Set(stamp, ReadingLogKind.Command, source, principal, type, "", default, payload, RecordCost + payload.Length);
        stream.Ring.Publish(record);
        return stamp;
    }

    /// <summary>Appends a payload as it came.</summary>
    /// <returns>Its place, and what decoding it gave.</returns>
    /// <exception cref="ReadingLogException">It is not durable, or not known to be.</exception>
    internal async ValueTask<(ReadingLogStamp Stamp, PayloadOutcome Outcome)> AppendPayloadAsync(
        string source, string principal, TopicRoute route, ReadOnlySequence<byte> payload)
    {
        var stamp = await AppendAsync(new ReadingLogEntry(ReadingLogKind.Payload, route.OriginOf(source, principal), payload));
        var record = stream.Records.Rent();
        var outcome = stream.Decoder.Decode(route, payload, stamp.ReceivedAtTicks, record.Readings);
        Publish(stamp, source, principal, route, payload.Length, outcome, record);
        return (stamp, outcome);
    }

    /// <summary>Appends a payload as it came when there is room for it now, and decodes it at once: followers get it when it is durable. Decoding comes
    /// first: between append and publication a follower that reaches this record would have to wait, so that stretch is kept to nothing.</summary>
    /// <param name="source">Where it came in.</param>
    /// <param name="principal">Who sent it.</param>
    /// <param name="route">Where it belongs.</param>
    /// <param name="payload">The bytes; copied.</param>
    /// <param name="stamp">Its place.</param>
    /// <param name="outcome">What decoding it gave.</param>
    /// <returns>False when there is no room: try again after <see cref="RoomAsync"/>.</returns>
    /// <exception cref="ReadingLogException">The log failed or is closed.</exception>
    internal bool TryAppendPayload(
        string source, string principal, TopicRoute route, ReadOnlySequence<byte> payload, out ReadingLogStamp stamp, out PayloadOutcome outcome)
    {
        Volatile.Write(ref lastAppend, time.GetTimestamp());
        var entry = new ReadingLogEntry(ReadingLogKind.Payload, route.OriginOf(source, principal), payload) { ReceivedAtTicks = time.GetUtcNow().UtcTicks };
        var record = stream.Records.Rent();
        outcome = stream.Decoder.Decode(route, payload, entry.ReceivedAtTicks, record.Readings);
        bool isAppended = false;
        stamp = default;
        try
        {
            isAppended = log.TryAppend(entry, out stamp);
        }
        finally
        {
            if (!isAppended)
                CommittedRecordPool.Release([record]);
        }
        if (!isAppended)
            return false;
        // Another connection was faster, and the log does not go back in time: what counts from the time of arrival is decoded again.
        if (stamp.ReceivedAtTicks != entry.ReceivedAtTicks && (outcome.Counters.RelativeTimes > 0 || !outcome.IsRead))
            outcome = stream.Decoder.Decode(route, payload, stamp.ReceivedAtTicks, record.Readings);
        Publish(stamp, source, principal, route, payload.Length, outcome, record);
        return true;
    }

    /// <summary>Completes when <see cref="TryAppendPayload"/> is worth trying again.</summary>
    internal Task RoomAsync() => log.RoomAsync();

    private void Publish(
        ReadingLogStamp stamp, string source, string principal, TopicRoute route, long payloadBytes, in PayloadOutcome outcome, CommittedRecord record)
    {
        int cost = RecordCost + (int)payloadBytes + record.Readings.Count * ReadingCost;
        record.Set(stamp, ReadingLogKind.Payload, source, principal, route.Topic.Text!, route.Gateway, outcome, default, cost);
        stream.Ring.Publish(record);
    }

    // Never cancelled: a record that is written although its caller gave up would be durable and not published.
    private ValueTask<ReadingLogStamp> AppendAsync(in ReadingLogEntry entry)
    {
        Volatile.Write(ref lastAppend, time.GetTimestamp());
        return log.AppendStampedAsync(entry, CancellationToken.None);
    }
}
