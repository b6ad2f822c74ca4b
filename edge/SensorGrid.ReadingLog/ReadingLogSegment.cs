namespace SensorGrid.ReadingLog;

/// <summary>A segment file as retention sees it.</summary>
/// <param name="FirstSequence">Sequence of the first record it may hold.</param>
/// <param name="NotBeforeTicks">Received-at of the last record before it (UTC ticks); its own are not earlier.</param>
/// <param name="Bytes">Bytes of its records that are on the disk.</param>
public readonly record struct ReadingLogSegment(long FirstSequence, long NotBeforeTicks, long Bytes);
