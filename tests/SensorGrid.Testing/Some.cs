using SensorGrid.Readings;
using SensorGrid.Readings.Wire;

namespace SensorGrid.Testing;

/// <summary>Values that do not matter to a test, so that those that do stand out.</summary>
public static class Some
{
    /// <summary>A Tuesday morning in flood season.</summary>
    public static readonly DateTimeOffset Instant = new(2026, 5, 12, 8, 0, 0, TimeSpan.Zero);

    public static long Ticks => Instant.UtcTicks;

    /// <summary>A time some while after <see cref="Instant"/>.</summary>
    public static long TicksAfter(double seconds) => Instant.UtcTicks + (long)Math.Round(seconds * TimeSpan.TicksPerSecond);

    public static Reading Reading(
        int datastream = 0, double value = 1.5, double atSeconds = 0, ReadingKind kind = ReadingKind.Number, byte unit = 0,
        Quality quality = Quality.Good, double value2 = 0, ReadingFlags flags = ReadingFlags.None) =>
        new(new DatastreamIndex(datastream), TicksAfter(atSeconds), value, value2, kind, quality, unit, flags);

    public static TelemetryTopic Topic(
        string gateway = "gw", TelemetryTopicKind kind = TelemetryTopicKind.Readings, string domain = "water") =>
        TelemetryTopic.TryParse(TelemetryTopic.Format(domain, gateway, kind), out var topic) ? topic : default;
}
