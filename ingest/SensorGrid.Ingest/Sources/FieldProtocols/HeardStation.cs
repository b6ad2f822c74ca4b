namespace SensorGrid.Ingest.Sources.FieldProtocols;

/// <summary>What was heard of a station since the service started.</summary>
/// <param name="Station">Its address; empty for what belongs to none.</param>
/// <param name="Connections">Connections on which it is heard now.</param>
/// <param name="HeardAtTicks">When a good frame of it came last, UTC ticks; null when none did.</param>
/// <param name="Good">Good frames.</param>
/// <param name="PartlyBad">Frames that were kept, with items that cannot be read.</param>
/// <param name="Refused">Frames that were none, were not kept, or that nobody can read, by reason.</param>
/// <param name="LastProblem">What went wrong last, or null.</param>
/// <param name="Holes">Times of which readings are missing, and which it is asked for.</param>
public sealed record HeardStation(
    string Station, int Connections, long? HeardAtTicks, long Good, long PartlyBad, IReadOnlyDictionary<string, long> Refused, HeardProblem? LastProblem,
    IReadOnlyList<StationGap> Holes);
