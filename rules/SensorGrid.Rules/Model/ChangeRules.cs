using SensorGrid.Readings.Catalogue;

namespace SensorGrid.Rules.Model;

/// <summary>Raises when a value stands still while readings arrive: a sensor that is stuck, though its heartbeat is perfect.</summary>
public sealed record StuckAtRule : Rule
{
    /// <summary>How long it stood still.</summary>
    public required long StillTicks { get; init; }

    /// <summary>Values that differ by no more than this are the same; 0 for to the last digit.</summary>
    public double Band { get; init; }

    /// <summary>How many readings in a row must say so, at least: a slow link repeats itself without being stuck.</summary>
    public required int Readings { get; init; }

    /// <summary>Unit of the band, to be checked against the datastreams, or null.</summary>
    public string? Unit { get; init; }

    /// <summary>Standing still counts only while the newest value is at or above this, or null for always: an empty gauge stands still for weeks.</summary>
    public double? Floor { get; init; }

    /// <summary>Level of the alarm.</summary>
    public required Level Level { get; init; }
}

/// <summary>Which changes of a value count.</summary>
public enum ChangeDirection : byte
{
    /// <summary>Both ways.</summary>
    Either = 0,

    /// <summary>A rise.</summary>
    Up = 1,

    /// <summary>A fall.</summary>
    Down = 2,
}

/// <summary>What rules about the change between two successive readings have in common.</summary>
public abstract record JumpRule : Rule
{
    /// <summary>How large a change raises each level, in the unit of the datastream.</summary>
    public required LevelLimits Limits { get; init; }

    /// <summary>Unit of the limits, to be checked against the datastreams, or null.</summary>
    public string? Unit { get; init; }

    /// <summary>Which changes count.</summary>
    public ChangeDirection Direction { get; init; }

    /// <summary>Readings farther apart than this are not compared: the value may have gone there slowly.</summary>
    public required long WithinTicks { get; init; }

    /// <summary>How long it counts.</summary>
    public required long LastsTicks { get; init; }
}

/// <summary>Raises when a value goes to another one at once and stays there.</summary>
public sealed record StepRule : JumpRule
{
    /// <summary>How far inside a limit the change must be to let the level go.</summary>
    public double ClearMargin { get; init; }
}

/// <summary>Raises when a value goes away at once and comes back.</summary>
public sealed record SpikeRule : JumpRule
{
    /// <summary>Within which time it must be back; else it was a step.</summary>
    public required long ReturnsWithinTicks { get; init; }
}
