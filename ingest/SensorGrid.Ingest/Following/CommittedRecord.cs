using SensorGrid.ReadingLog;
using SensorGrid.Readings;
using SensorGrid.Readings.Wire;

namespace SensorGrid.Ingest.Following;

/// <summary>A durable record of the log as followers get it: decoded. Valid until the follower's next batch.</summary>
/// <param name="Sequence">Its number in the log.</param>
/// <param name="Kind">What it is.</param>
/// <param name="ReceivedAtTicks">When it was received (UTC ticks); never less than that of the record before.</param>
/// <param name="Source">Where it came in.</param>
/// <param name="Principal">Who sent it.</param>
/// <param name="Topic">MQTT topic, or the type of a command.</param>
/// <param name="Gateway">Gateway of the topic; empty for ticks, commands and topics that are no telemetry topic.</param>
/// <param name="Outcome">What decoding its payload gave: why it was refused, what was dropped.</param>
/// <param name="Readings">Its readings, not yet assessed; empty unless it is a readable pack. To be read only.</param>
/// <param name="Payload">The payload of a command; empty for every other kind (whoever needs their bytes follows the log itself).</param>
public readonly record struct CommittedRecord(
    long Sequence,
    ReadingLogKind Kind,
    long ReceivedAtTicks,
    string Source,
    string Principal,
    string Topic,
    string Gateway,
    PayloadOutcome Outcome,
    ReadingBatch Readings,
    ReadOnlyMemory<byte> Payload);
