using SensorGrid.Readings.Catalogue;

namespace SensorGrid.Rules.Model;

/// <summary>Raises when the newest value had reached a limit and no value came since: the gauge that drowned, the detector that burnt.</summary>
public sealed record SilenceAfterRule : Rule
{
    /// <summary>How long no value came.</summary>
    public required long SilenceTicks { get; init; }

    /// <summary>The limits, or null when each datastream's own limits in the catalogue are used. The level is that of the newest value.</summary>
    public LevelLimits? Limits { get; init; }

    /// <summary>On which side of a limit a value is bad.</summary>
    public LimitDirection Direction { get; init; }

    /// <summary>Unit of the limits, to be checked against the datastreams, or null.</summary>
    public string? Unit { get; init; }
}
