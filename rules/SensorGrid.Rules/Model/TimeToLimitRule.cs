using SensorGrid.Readings.Catalogue;

namespace SensorGrid.Rules.Model;

/// <summary>Raises when a value, going on as straight as it did over the last while, will reach a limit within a time.</summary>
public sealed record TimeToLimitRule : Rule
{
    /// <summary>The limit, or null when it is each datastream's own of <see cref="LimitLevel"/>.</summary>
    public double? Limit { get; init; }

    /// <summary>Which of the datastream's limits in the catalogue is meant, when <see cref="Limit"/> is null.</summary>
    public Level LimitLevel { get; init; }

    /// <summary>From which side the limit is reached: above is a rising value.</summary>
    public LimitDirection Direction { get; init; }

    /// <summary>The straight line goes through the readings of the window (t-w, t] that ends with the newest.</summary>
    public required long WindowTicks { get; init; }

    /// <summary>How many readings a line takes, at least.</summary>
    public required int Readings { get; init; }

    /// <summary>Within how many hours each level is raised; they fall from blue to red.</summary>
    public required LevelLimits HorizonHours { get; init; }

    /// <summary>How many hours more than the horizon it must take to let a level go.</summary>
    public double ClearMarginHours { get; init; }

    /// <summary>Unit of the limit, to be checked against the datastreams, or null.</summary>
    public string? Unit { get; init; }
}
