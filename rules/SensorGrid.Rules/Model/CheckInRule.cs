using SensorGrid.Readings.Catalogue;

namespace SensorGrid.Rules.Model;

/// <summary>Raises when nobody checked in within a slot of the plan: a patrol that did not come.</summary>
public sealed record CheckInRule : Rule
{
    /// <summary>Length of the slots, one after the other; 0 when times are listed.</summary>
    public long EveryTicks { get; init; }

    /// <summary>The times of the local day at which somebody must come, rising; empty when slots have a length.</summary>
    public IReadOnlyList<long> TimesTicks { get; init; } = [];

    /// <summary>How much later a check-in still counts; for listed times, how much earlier too.</summary>
    public long ToleranceTicks { get; init; }

    /// <summary>How many slots missed in a row raise each level.</summary>
    public required LevelLimits Missed { get; init; }

    /// <summary>A reading is a check-in from this value on, or null when every reading is one.</summary>
    public double? Limit { get; init; }

    /// <summary>Zone ids: a fix inside of one is a check-in there. Empty when readers are watched, or zones are chosen by kind.</summary>
    public IReadOnlyList<string> Zones { get; init; } = [];

    /// <summary>All zones of this kind in the rule's domain, or null.</summary>
    public string? ZoneKind { get; init; }

    /// <summary>True when fixes are watched.</summary>
    public bool IsOfZones => Zones.Count > 0 || ZoneKind is not null;
}
