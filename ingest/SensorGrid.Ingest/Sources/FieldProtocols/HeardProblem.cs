namespace SensorGrid.Ingest.Sources.FieldProtocols;

/// <summary>What went wrong with a station.</summary>
/// <param name="Code">A word: of a fault of a frame, of a problem in one, or why something was turned away.</param>
/// <param name="AtTicks">When, UTC ticks.</param>
/// <param name="Detail">Where, and who, as far as it is known; printable ASCII. Null when there is nothing to say besides.</param>
public sealed record HeardProblem(string Code, long AtTicks, string? Detail);
