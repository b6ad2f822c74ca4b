using System.Globalization;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Readings.Yaml;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Files;

/// <summary>Reads ranges of local days: <c>{ from: 04-15, to: 10-15 }</c> of every year, <c>{ from: 2026-02-15, to: 2026-02-23 }</c> once, or one day.</summary>
internal static class DayRangeReader
{
    private const string Rule = "a day is 2026-02-15, or 04-15 for that day of every year";

    /// <summary>The <c>dates</c> of hours.</summary>
    public static IReadOnlyList<DayRange> Dates(MappingFields span, string key, SourceMessages messages) =>
        span.Has(key) ? [.. span.Items(key).Select(item => Range(key, item, isYearly: true, messages)).OfType<DayRange>()] : [];

    /// <summary>The days of a list of a calendar, each with its year.</summary>
    public static IReadOnlySet<DateOnly> Days(MappingFields calendar, string key, SourceMessages messages)
    {
        var days = new HashSet<DateOnly>();
        foreach (var range in calendar.Items(key).Select(item => Range(key, item, isYearly: false, messages)).OfType<DayRange>())
        {
            for (var day = range.First; day <= range.Last; day = day.AddDays(1))
                days.Add(day);
        }
        return days;
    }

    private static DayRange? Range(string key, SourceNode item, bool isYearly, SourceMessages messages)
    {
        string? from, to;
        switch (item)
        {
            case ScalarNode scalar:
                (from, to) = (scalar.Value, scalar.Value);
                break;
            case MappingNode mapping when mapping.Entries.All(entry => entry.Key.Value is "from" or "to" or "name"):
                from = (mapping.Find("from") as ScalarNode)?.Value;
                to = mapping.Find("to") is null ? from : (mapping.Find("to") as ScalarNode)?.Value;
                break;
            default:
                from = to = null;
                break;
        }
        var range = from is null || to is null ? null : Of(from, to, isYearly);
        if (range is null)
        {
            string rule = isYearly ? Rule : "a day is 2026-02-15";
            messages.Error(item, $"each of '{key}' is a day or {{ from, to, name }}, the first not after the last and within a year; {rule}{Instead(item)}");
        }
        return range;
    }

    private static string Instead(SourceNode item) => item is ScalarNode scalar ? $", not '{scalar.Value}'" : "";

    private static DayRange? Of(string from, string to, bool isYearly)
    {
        if (isYearly && MonthDay.TryParse(from, out var begin) && MonthDay.TryParse(to, out var end))
            return new(new YearlyPeriod(begin, end));
        if (!TryDate(from, out var first) || !TryDate(to, out var last) || first > last || last.DayNumber - first.DayNumber > 366)
            return null;
        return new(null, first, last);
    }

    private static bool TryDate(string text, out DateOnly date) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date);
}
