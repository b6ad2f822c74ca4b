using SensorGrid.Readings;

namespace SensorGrid.Storage;

/// <summary>A reading as the store gives it back.</summary>
/// <param name="Datastream">Whose.</param>
/// <param name="ObservedAtTicks">When it was true: UTC ticks of 100 ns, exact.</param>
/// <param name="ReceivedAtTicks">When ingest got it: UTC ticks, to the microsecond.</param>
/// <param name="Value">The number, the boolean as 0 or 1, or the longitude; 0 for a text.</param>
/// <param name="Value2">Latitude of a position; otherwise 0.</param>
/// <param name="Text">The text of a text reading; otherwise null.</param>
/// <param name="Kind">What it carries.</param>
/// <param name="Quality">How far it may be trusted.</param>
/// <param name="Unit">Unit, a number of <see cref="Readings.Units.UnitRegistry"/>.</param>
/// <param name="Flags">How it came.</param>
/// <param name="Sequence">Log record it came in.</param>
public readonly record struct StoredReading(
    DatastreamIndex Datastream,
    long ObservedAtTicks,
    long ReceivedAtTicks,
    double Value,
    double Value2,
    string? Text,
    ReadingKind Kind,
    Quality Quality,
    byte Unit,
    ReadingFlags Flags,
    long Sequence)
{
    /// <summary>When it was true, UTC.</summary>
    public DateTimeOffset ObservedAt => new(ObservedAtTicks, TimeSpan.Zero);

    /// <summary>When ingest got it, UTC.</summary>
    public DateTimeOffset ReceivedAt => new(ReceivedAtTicks, TimeSpan.Zero);
}
