namespace SensorGrid.Ingest.Sources.FieldProtocols;

/// <summary>A connection on which a station is heard.</summary>
/// <param name="Peer">Address and port at its other end.</param>
/// <param name="Transport"><c>tcp</c> or <c>udp</c>.</param>
/// <param name="OpenedAtTicks">Since when, UTC ticks.</param>
/// <param name="HeardAtTicks">When a frame came on it last, UTC ticks.</param>
public readonly record struct StationLine(string Peer, string Transport, long OpenedAtTicks, long HeardAtTicks);

/// <summary>A station that is heard now.</summary>
/// <param name="Station">Its address.</param>
/// <param name="Lines">Its connections, the one that gets its commands first.</param>
/// <param name="CommandsUnderWay">Commands that have not ended.</param>
public sealed record ConnectedStation(string Station, IReadOnlyList<StationLine> Lines, int CommandsUnderWay);
