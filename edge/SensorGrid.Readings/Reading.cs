using System.Runtime.InteropServices;

namespace SensorGrid.Readings;

/// <summary>One value of one datastream at one instant, with its quality. 32 bytes, so that a batch is one flat array.</summary>
/// <param name="Datastream">Which datastream of the process's <see cref="DatastreamTable"/>.</param>
/// <param name="ObservedAtTicks">When it was true: UTC, in ticks of 100 ns as <see cref="DateTime.Ticks"/>.</param>
/// <param name="Value">The number, the boolean as 0 or 1, the longitude, or the batch's handle of a text.</param>
/// <param name="Value2">Latitude of a position; otherwise 0.</param>
/// <param name="Kind">What <paramref name="Value"/> means.</param>
/// <param name="Quality">How far it may be trusted.</param>
/// <param name="Unit">Unit as sent, a number of <see cref="Units.UnitRegistry"/>; 0 = none given.</param>
/// <param name="Flags">How it came.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Reading(
    DatastreamIndex Datastream,
    long ObservedAtTicks,
    double Value,
    double Value2 = 0,
    ReadingKind Kind = ReadingKind.Number,
    Quality Quality = Quality.Good,
    byte Unit = 0,
    ReadingFlags Flags = ReadingFlags.None)
{
    /// <summary>When it was true, UTC.</summary>
    public DateTimeOffset ObservedAt => new(ObservedAtTicks, TimeSpan.Zero);
}
