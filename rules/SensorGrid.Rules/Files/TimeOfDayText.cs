using System.Globalization;
using SensorGrid.Readings.Yaml;

namespace SensorGrid.Rules.Files;

/// <summary>Reads times of the local day, <c>"18:00"</c>.</summary>
internal static class TimeOfDayText
{
    /// <returns>Ticks after local midnight; null when it is none, which is said.</returns>
    public static long? Read(MappingFields hours, string key, bool mayEndDay = false)
    {
        if (hours.Text(key, required: true) is not { } text)
            return null;
        if (TryParse(text, mayEndDay, out long ticks))
            return ticks;
        hours.Error(key, $"'{key}' of 'hours' is a time of day in quotes, \"18:00\", not '{text}'");
        return null;
    }

    public static bool TryParse(string text, bool mayEndDay, out long ticks)
    {
        bool isTime = TimeSpan.TryParseExact(text, @"hh\:mm", CultureInfo.InvariantCulture, out var time);
        ticks = time.Ticks;
        if (!mayEndDay || text != "24:00")
            return isTime;
        ticks = TimeSpan.TicksPerDay;
        return true;
    }
}
