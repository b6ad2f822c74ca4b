using System.Text;
using SensorGrid.Readings;

namespace SensorGrid.Storage.Tests.Support;

/// <summary>Values that do not matter to a test.</summary>
internal static class Some
{
    public static readonly DateTimeOffset Start = new(2024, 10, 29, 12, 0, 0, TimeSpan.Zero);

    public static readonly DatastreamKey Stage = new("water-gw-1", "stage");

    public static readonly DatastreamKey Flow = new("water-gw-1", "flow");

    public static readonly DatastreamKey Valve = new("drain-gw-2", "valve");

    public static Sample Reading(double value = 1, int atSeconds = 0, DatastreamKey? key = null) =>
        new(key ?? Stage, Start.UtcTicks + atSeconds * TimeSpan.TicksPerSecond, value);
}

/// <summary>A reading by key, as a test writes it down.</summary>
internal sealed record Sample(
    DatastreamKey Key,
    long ObservedAtTicks,
    double Value,
    double Value2 = 0,
    string? Text = null,
    ReadingKind Kind = ReadingKind.Number,
    Quality Quality = Quality.Good,
    byte Unit = 0,
    ReadingFlags Flags = ReadingFlags.None)
{
    public Reading ToReading(DatastreamIndex index, ReadingBatch batch) =>
        new(index, ObservedAtTicks, Kind == ReadingKind.Text ? batch.AddText(Encoding.UTF8.GetBytes(Text!)) : Value, Value2, Kind, Quality, Unit, Flags);
}
