namespace SensorGrid.ReadingLog;

/// <summary>The place a record got in the log.</summary>
/// <param name="Sequence">Its number; grows along the log, from 1. After a crash numbers may be left out, none is given twice.</param>
/// <param name="ReceivedAtTicks">The time written with it (UTC ticks); never less than that of the record before.</param>
public readonly record struct ReadingLogStamp(long Sequence, long ReceivedAtTicks);
