using SensorGrid.Readings.Catalogue;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Conditions;

/// <summary>A condition went to another level. What the rules hand to the alarm register.</summary>
/// <param name="Scope">The rule and what it watches.</param>
/// <param name="From">Level before.</param>
/// <param name="To">Level now.</param>
/// <param name="OnsetTicks">Event time at which the condition first held.</param>
/// <param name="AtTicks">Event time of the change.</param>
/// <param name="Value">The value that the limits were compared with, or NaN for none.</param>
/// <param name="Longitude">Where a moving asset was, or NaN.</param>
/// <param name="Latitude">Where a moving asset was, or NaN.</param>
/// <param name="IsRetrospective">True when it was found later than the rule's freshness allows.</param>
/// <param name="LogTimeTicks">Time of the log at which it was found.</param>
public readonly record struct ConditionChange(
    ConditionScope Scope,
    Level From,
    Level To,
    long OnsetTicks,
    long AtTicks,
    double Value,
    double Longitude,
    double Latitude,
    bool IsRetrospective,
    long LogTimeTicks)
{
    /// <summary>The limits it was compared with, when they are not those of the scope: of a season, or worked out from readings.</summary>
    public LevelLimits? LimitsInForce { get; init; }

    /// <summary>True when late readings brought it to light: it says nothing of now. All changes of one such alarm come one after the other, up to its end.</summary>
    public bool IsPast { get; init; }

    /// <summary>What the value was made of, when that is more than readings.</summary>
    public IReadOnlyList<EvidenceValue>? Evidence { get; init; }
}
