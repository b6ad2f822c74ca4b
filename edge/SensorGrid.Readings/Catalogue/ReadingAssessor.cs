using SensorGrid.Readings.Geodesy;
using SensorGrid.Readings.Units;

namespace SensorGrid.Readings.Catalogue;

/// <summary>Says how far decoded readings may be trusted, by the catalogue version in force at their place in the log: unit, sentinels,
/// valid range, clock. Pure, and done by every follower for itself, so that live, recovery and replay agree.</summary>
/// <remarks>
/// <list type="table">
/// <item><term>a sentinel of the datastream, as sent</term><description><see cref="Quality.Missing"/>; the value stays as sent</description></item>
/// <item><term>no unit sent, or one that converts to the catalogue's</term><description>value and unit are the catalogue's</description></item>
/// <item><term>unit sent does not convert</term><description>value kept, <see cref="Quality.Suspect"/>, <see cref="ReadingFlags.UnitMismatch"/></description></item>
/// <item><term>outside the valid range, or not on earth</term><description><see cref="Quality.Bad"/></description></item>
/// <item><term>position in the catalogue's datum</term><description>value is WGS-84</description></item>
/// <item><term>position 0°, 0°</term><description><see cref="Quality.Missing"/>: a receiver without a fix</description></item>
/// <item><term>more than five minutes ahead of arrival</term><description><see cref="Quality.Suspect"/>, <see cref="ReadingFlags.FutureStamp"/>, kept with both times</description></item>
/// <item><term>before the year 2000</term><description><see cref="Quality.Suspect"/>, <see cref="ReadingFlags.PastStamp"/>, kept with both times</description></item>
/// </list>
/// A datastream that the catalogue does not know is checked for its clock only. A worse quality is never made better.
/// </remarks>
public static class ReadingAssessor
{
    /// <summary>How far a time may lie ahead of arrival before the clock is in doubt.</summary>
    public static readonly TimeSpan FutureTolerance = TimeSpan.FromMinutes(5);

    private static readonly long EarliestTicks = new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks;

    /// <summary>Assesses readings.</summary>
    /// <param name="decoded">As decoded.</param>
    /// <param name="assessed">Gets the same readings assessed; may be the same memory.</param>
    /// <param name="binding">The catalogue version in force.</param>
    /// <param name="receivedAtTicks">Arrival, UTC ticks.</param>
    public static void Assess(ReadOnlySpan<Reading> decoded, Span<Reading> assessed, CatalogueBinding binding, long receivedAtTicks)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(assessed.Length, decoded.Length, nameof(assessed));
        long latest = receivedAtTicks + FutureTolerance.Ticks;
        for (int i = 0; i < decoded.Length; i++)
        {
            ref readonly var reading = ref decoded[i];
            if (reading.Kind == ReadingKind.Number && binding.IsAsExpected(reading, out byte unit) && reading.ObservedAtTicks <= latest && reading.ObservedAtTicks >= EarliestTicks)
            {
                assessed[i] = reading.Unit == unit ? reading : reading with { Unit = unit };
                continue;
            }
            var result = binding[reading.Datastream] is { } definition ? AssessValue(reading, definition) : reading;
            if (result.ObservedAtTicks > latest)
                result = Doubt(result, ReadingFlags.FutureStamp);
            else if (result.ObservedAtTicks < EarliestTicks)
                result = Doubt(result, ReadingFlags.PastStamp);
            assessed[i] = result;
        }
    }

    private static Reading AssessValue(in Reading reading, DatastreamDefinition definition) => reading.Kind switch
    {
        ReadingKind.Number => AssessNumber(reading, definition),
        ReadingKind.Position => AssessPosition(reading, definition),
        _ => reading,
    };

    private static Reading AssessNumber(in Reading reading, DatastreamDefinition definition)
    {
        // Before the conversion: a sensor that reports millimetres says -9999 mm when it has nothing to say.
        if (definition.Missing.Count > 0 && IsSentinel(reading.Value, definition.Missing))
            return reading with { Quality = Quality.Missing };
        var result = reading;
        if (definition.UnitName.Length > 0)
        {
            double value = reading.Value;
            if (reading.Unit != UnitRegistry.None && !UnitRegistry.TryConvert(reading.Unit, definition.Unit, reading.Value, out value))
                return Doubt(reading, ReadingFlags.UnitMismatch);
            result = reading with { Value = value, Unit = definition.Unit == UnitRegistry.Unknown ? UnitRegistry.None : definition.Unit };
        }
        bool outside = result.Value < definition.Minimum || result.Value > definition.Maximum || !double.IsFinite(result.Value);
        return outside ? Worsen(result, Quality.Bad) : result;
    }

    private static Reading AssessPosition(in Reading reading, DatastreamDefinition definition)
    {
        if (reading is { Value: 0, Value2: 0 })
            return reading with { Quality = Quality.Missing };
        bool onEarth = Math.Abs(reading.Value) <= 180 && Math.Abs(reading.Value2) <= 90;
        if (!onEarth)
            return Worsen(reading, Quality.Bad);
        var (longitude, latitude) = MapDatums.ToWgs84(definition.MapDatum, reading.Value, reading.Value2);
        return reading with { Value = longitude, Value2 = latitude };
    }

    private static bool IsSentinel(double value, IReadOnlyList<double> sentinels)
    {
        for (int i = 0; i < sentinels.Count; i++)
        {
            if (value == sentinels[i])
                return true;
        }
        return false;
    }

    private static Reading Doubt(in Reading reading, ReadingFlags flag) =>
        Worsen(reading, Quality.Suspect) with { Flags = reading.Flags | flag };

    // Good < estimated < suspect < bad < missing: numbers of the enum are for storage and say nothing about rank.
    private static Reading Worsen(in Reading reading, Quality quality) =>
        Rank(quality) > Rank(reading.Quality) ? reading with { Quality = quality } : reading;

    private static int Rank(Quality quality) => quality switch
    {
        Quality.Good => 0,
        Quality.Estimated => 1,
        Quality.Suspect => 2,
        Quality.Bad => 3,
        _ => 4,
    };
}
