using SensorGrid.Readings;

namespace SensorGrid.Rules.Conditions;

/// <summary>The thing that a condition watches, and where it is. One for all rules that watch it: a city has millions of conditions.</summary>
/// <param name="Gateway">The gateway.</param>
/// <param name="Datastream">The datastream, or null when the gateway itself is watched.</param>
/// <param name="Station">Station id, or null.</param>
/// <param name="Asset">Asset id, or null.</param>
/// <param name="Longitude">Longitude of the station in WGS-84 degrees, or null.</param>
/// <param name="Latitude">Latitude of the station in WGS-84 degrees, or null.</param>
public sealed record ConditionSubject(string Gateway, DatastreamKey? Datastream, string? Station, string? Asset, double? Longitude, double? Latitude);
