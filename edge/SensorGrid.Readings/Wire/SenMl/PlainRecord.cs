using System.Runtime.CompilerServices;
using SensorGrid.Readings.Units;

namespace SensorGrid.Readings.Wire.SenMl;

/// <summary>What a record must be for <see cref="PlainPack"/> and <see cref="PlainCborPack"/> to take it, whatever it is written in.</summary>
internal static class PlainRecord
{
    private const long AbsoluteFrom = (1L << 28) * TimeSpan.TicksPerSecond;

    /// <summary>Whether a unit needs nothing of the long way: halves of positions are put together there, and units that need a remark get one there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsPlain(byte unit, bool allowsSecondaryUnits) =>
        unit != UnitRegistry.Unknown && unit != UnitRegistry.Latitude && unit != UnitRegistry.Longitude
        && (allowsSecondaryUnits || !UnitRegistry.IsSecondary(unit));

    /// <summary>Adds a number.</summary>
    /// <inheritdoc cref="TryMake"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryAdd(ReadingBatch into, DatastreamIndex datastream, long ticks, double value, byte unit, ReadingFlags flags)
    {
        if (!TryMake(out var reading, datastream, ticks, value, unit, flags))
            return false;
        into.Add(reading);
        return true;
    }

    /// <summary>Makes the reading of a number.</summary>
    /// <param name="reading">Gets it.</param>
    /// <param name="datastream">Of which.</param>
    /// <param name="ticks">When, since 1970; false when that is a relative time, or beyond the calendar.</param>
    /// <param name="value">The number.</param>
    /// <param name="unit">Its unit.</param>
    /// <param name="flags">Its flags.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryMake(out Reading reading, DatastreamIndex datastream, long ticks, double value, byte unit, ReadingFlags flags)
    {
        ticks = SenMlTimes.ToMicroseconds(ticks);
        // As with a base value of 0: no reading is -0.
        reading = new(datastream, DateTime.UnixEpoch.Ticks + ticks, 0.0 + value, 0, ReadingKind.Number, Quality.Good, unit, flags);
        return ticks >= AbsoluteFrom && ticks <= DateTime.MaxValue.Ticks - DateTime.UnixEpoch.Ticks;
    }
}
