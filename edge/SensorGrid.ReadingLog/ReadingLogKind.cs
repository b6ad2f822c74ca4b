namespace SensorGrid.ReadingLog;

/// <summary>What a record is. The numbers stand on disk and are never given again; see docs/reading-log-format.md.</summary>
public enum ReadingLogKind : byte
{
    /// <summary>A message of a source, byte for byte as it came.</summary>
    Payload = 1,

    /// <summary>Time passed: lets time-driven rules advance by the log and not by the machine's clock.</summary>
    Tick = 2,

    /// <summary>Something a person or the service did that can change an alarm; the topic is the command type.</summary>
    Command = 3,
}
