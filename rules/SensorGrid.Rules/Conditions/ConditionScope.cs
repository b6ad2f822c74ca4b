using SensorGrid.Readings;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Conditions;

/// <summary>One rule bound to one thing it watches, with what an alarm about it must be able to show. Immutable.</summary>
public sealed record ConditionScope
{
    /// <summary>The rule.</summary>
    public required Rule Rule { get; init; }

    /// <summary>What names the thing within the rule: <c>gateway/name</c>, a gateway id, or <c>asset|zone</c>.</summary>
    public required string Key { get; init; }

    /// <summary>Version of the rule set.</summary>
    public required string RulesVersion { get; init; }

    /// <summary>The thing.</summary>
    public required ConditionSubject Subject { get; init; }

    /// <summary>The datastream, or null when a gateway is watched.</summary>
    public DatastreamKey? Datastream => Subject.Datastream;

    /// <summary>The gateway.</summary>
    public string Gateway => Subject.Gateway;

    /// <summary>Station id, or null.</summary>
    public string? Station => Subject.Station;

    /// <summary>Asset id, or null.</summary>
    public string? Asset => Subject.Asset;

    /// <summary>Zone id, or null.</summary>
    public string? Zone { get; init; }

    /// <summary>Longitude of the station in WGS-84 degrees, or null.</summary>
    public double? Longitude => Subject.Longitude;

    /// <summary>Latitude of the station in WGS-84 degrees, or null.</summary>
    public double? Latitude => Subject.Latitude;

    /// <summary>Unit of the value and the limits, or null.</summary>
    public string? Unit { get; init; }

    /// <summary>The limits in force for this thing; empty for rules without limits.</summary>
    public LevelLimits Limits { get; init; } = LevelLimitsInOrder.None;

    /// <summary>On which side of a limit a value is bad.</summary>
    public LimitDirection Direction { get; init; }
}
