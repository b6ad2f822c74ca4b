namespace SensorGrid.ReadingLog;

/// <summary>A durable record as a follower sees it.</summary>
/// <param name="Sequence">Its number in the log.</param>
/// <param name="Kind">What it is.</param>
/// <param name="ReceivedAtTicks">When it was received (UTC ticks); never less than that of the record before.</param>
/// <param name="Source">Where it came in.</param>
/// <param name="Principal">Who sent it.</param>
/// <param name="Topic">MQTT topic, or the type of a command.</param>
/// <param name="Payload">The bytes as they came. Valid until the buffer they were read into is used for the next read.</param>
public readonly record struct ReadingLogRecord(
    long Sequence,
    ReadingLogKind Kind,
    long ReceivedAtTicks,
    string Source,
    string Principal,
    string Topic,
    ReadOnlyMemory<byte> Payload)
{
    /// <summary>When it was received, UTC.</summary>
    public DateTimeOffset ReceivedAt => new(ReceivedAtTicks, TimeSpan.Zero);
}
