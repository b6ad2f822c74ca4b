using SensorGrid.Readings.Yaml;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Files;

/// <summary>Reads the <c>calendars</c> of rule files, and gives them to the rules that name them.</summary>
internal sealed class CalendarReader(SourceMessages messages)
{
    private readonly SortedDictionary<string, (DayCalendar Calendar, SourcePosition Position)> calendars = new(StringComparer.Ordinal);

    /// <summary>Reads those of one file.</summary>
    public void Read(MappingFields file)
    {
        foreach (var item in file.Items("calendars"))
        {
            if (MappingFields.From(item, messages, "a calendar", "id", "holidays", "workdays", "special-days") is not { } fields || fields.Id("id", required: true) is not { } id)
                continue;
            var (holidays, workdays, special) = (Days("holidays"), Days("workdays"), Days("special-days"));
            if (holidays.Where(workdays.Contains).Order().Select(day => (DateOnly?)day).FirstOrDefault() is { } both)
                fields.Error("workdays", $"{both:yyyy-MM-dd} is both a holiday and a workday of calendar '{id}'");
            var position = SourcePosition.Of(fields.Find("id")!);
            if (!calendars.TryAdd(id, (new(id, RuleReader.HashOf(item), holidays, workdays, special), position)))
                messages.Add(position.Error($"calendar '{id}' is already defined at {calendars[id].Position}; ids are unique over all files"));

            IReadOnlySet<DateOnly> Days(string key) => DayRangeReader.Days(fields, key, messages);
        }
    }

    /// <summary>The rule with the calendar that its hours name. It is another rule when the calendar changes.</summary>
    /// <returns>Null when there is no such calendar, which is said.</returns>
    public Rule? Complete(Rule rule)
    {
        if (rule.Hours is not { CalendarId: { } id } hours)
            return rule;
        if (calendars.TryGetValue(id, out var found))
            return rule with { Hours = hours.By(found.Calendar), Hash = $"{rule.Hash}-{found.Calendar.Hash}" };
        string hint = DidYouMean.Hint(id, calendars.Keys);
        messages.Add(hours.CalendarPosition.Error($"rule '{rule.Id}' names calendar '{id}', which no file of the rule set has{hint}"));
        return null;
    }
}
