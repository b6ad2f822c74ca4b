using SensorGrid.Readings.Catalogue;

namespace SensorGrid.Rules.Geofences;

/// <summary>When a fence is in force: start-inclusive, end-exclusive, in UTC ticks.</summary>
internal readonly record struct FenceValidity(long From, long To)
{
    public static FenceValidity Always => new(long.MinValue, long.MaxValue);

    public bool IsAlways => this == Always;

    public static FenceValidity Of(Zone zone) =>
        new(zone.ValidFrom?.UtcTicks ?? long.MinValue, zone.ValidTo?.UtcTicks ?? long.MaxValue);

    public bool Contains(long at) => at >= From && at < To;

    /// <summary>The first instant after this one at which it begins or ends; <see cref="long.MaxValue"/> for never.</summary>
    public long NextBoundary(long at) => at < From ? From : at < To ? To : long.MaxValue;
}
