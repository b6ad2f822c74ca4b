using System.Globalization;
using SensorGrid.Readings.Yaml;

namespace SensorGrid.Rules.Files;

/// <summary>Reads times of the local day, <c>"18:00"</c>, and what local time is ahead of UTC, <c>"+08:00"</c>.</summary>
internal static class TimeOfDayText
{
    /// <returns>Ticks after local midnight; null when it is none, which is said.</returns>
    public static long? Read(MappingFields hours, string key, bool mayEndDay = false, string ofWhat = "hours")
    {
        if (hours.Text(key, required: true) is not { } text)
            return null;
        if (TryParse(text, mayEndDay, out long ticks))
            return ticks;
        hours.Error(key, $"'{key}' of '{ofWhat}' is a time of day in quotes, \"18:00\", not '{text}'");
        return null;
    }

    /// <returns>Local time minus UTC out of <c>offset</c>; null when it is none, which is said.</returns>
    public static TimeSpan? ReadOffset(MappingFields hours, string ofWhat = "hours")
    {
        if (hours.Text("offset", required: true) is not { } text)
            return null;
        if (text.Length == 6 && text[0] is '+' or '-'
            && TimeSpan.TryParseExact(text.AsSpan(1), @"hh\:mm", CultureInfo.InvariantCulture, out var offset)
            && offset <= TimeSpan.FromHours(14))
            return text[0] == '-' ? -offset : offset;
        hours.Error("offset", $"'offset' of '{ofWhat}' is local time minus UTC in quotes, \"+08:00\", not '{text}'");
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
