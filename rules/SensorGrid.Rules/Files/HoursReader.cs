using SensorGrid.Readings.Yaml;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Files;

/// <summary>Reads <c>hours</c>: <c>{ from: "18:00", to: "08:00" }</c>, or several of these as <c>{ inside: […] }</c> or <c>{ outside: […] }</c>.</summary>
internal static class HoursReader
{
    private static readonly string[] OfSpan = ["from", "to", "days", "except", "dates"];
    private static readonly string[] OfAll = ["calendar", "offset", "time-zone"];

    private static readonly Dictionary<string, DayKinds> DayWords = new(StringComparer.Ordinal)
    {
        ["mon"] = DayKinds.Monday,
        ["tue"] = DayKinds.Tuesday,
        ["wed"] = DayKinds.Wednesday,
        ["thu"] = DayKinds.Thursday,
        ["fri"] = DayKinds.Friday,
        ["sat"] = DayKinds.Saturday,
        ["sun"] = DayKinds.Sunday,
        ["workday"] = DayKinds.Workday,
        ["day-off"] = DayKinds.DayOff,
        ["holiday"] = DayKinds.Holiday,
        ["special"] = DayKinds.Special,
    };

    private const DayKinds OfCalendar = DayKinds.Workday | DayKinds.DayOff | DayKinds.Holiday | DayKinds.Special;

    public static LocalHours? Read(MappingFields fields, SourceMessages messages)
    {
        if (!fields.Has("hours") || fields.Mapping("hours", "'hours'", required: false, ["inside", "outside", .. OfSpan, .. OfAll]) is not { } hours)
            return null;
        bool isOutside = hours.Has("outside");
        var spans = SpansOf(hours, isOutside, messages);
        var clock = ClockOf(hours);
        if (spans.Count == 0 || clock is null)
            return null;
        string? calendar = hours.Text("calendar");
        if (calendar is null && spans.Any(span => ((span.Days | span.Except) & OfCalendar) != 0))
            hours.Error("days", "workday, day-off, holiday and special are told apart by a calendar; name one of 'calendars' with 'calendar'");
        return new(spans, clock, isOutside)
        {
            CalendarId = calendar,
            CalendarPosition = SourcePosition.Of(hours.Find("calendar") ?? hours.Node),
        };
    }

    private static List<HoursSpan> SpansOf(MappingFields hours, bool isOutside, SourceMessages messages)
    {
        string key = isOutside ? "outside" : "inside";
        if (!hours.Has(key))
            return Span(hours, messages) is { } only ? [only] : [];
        if (hours.Has("inside") && isOutside)
            hours.Error("inside", "'hours' has both 'inside' and 'outside'; give one of them");
        foreach (string misplaced in OfSpan.Where(hours.Has))
            hours.Error(misplaced, $"'{misplaced}' of 'hours' stands in the items of '{key}'");
        IReadOnlyList<SourceNode> items = hours.Find(key) is MappingNode one ? [one] : hours.Items(key);
        if (items.Count == 0 && hours.Find(key) is SequenceNode)
            hours.Error(key, $"'{key}' of 'hours' is empty");
        return [.. items.Select(item => MappingFields.From(item, messages, $"an item of '{key}'", OfSpan)).Select(span => span is null ? null : Span(span, messages)).OfType<HoursSpan>()];
    }

    private static HoursSpan? Span(MappingFields span, SourceMessages messages)
    {
        bool hasTimes = span.Has("from") || span.Has("to");
        if (!hasTimes && !OfSpan.Any(span.Has))
        {
            span.Error("from", "'hours' says neither hours ('from' and 'to') nor days ('days', 'dates')");
            return null;
        }
        var (days, except, dates) = (Days(span, "days", messages), Days(span, "except", messages), DayRangeReader.Dates(span, "dates", messages));
        var times = HoursSpan.WholeDay;
        if (hasTimes)
        {
            if (TimeOfDayText.Read(span, "from") is not { } from || TimeOfDayText.Read(span, "to", mayEndDay: true) is not { } to)
                return null;
            if (from == to)
                span.Error("to", "'from' and 'to' are the same time; leave both out for the whole day");
            times = new(from, to);
        }
        return times with { Days = days, Except = except, Dates = dates };
    }

    private static DayKinds Days(MappingFields span, string key, SourceMessages messages)
    {
        var days = DayKinds.None;
        if (!span.Has(key))
            return days;
        foreach (var word in span.Texts(key))
        {
            if (DayWords.TryGetValue(word.Value, out var day))
                days |= day;
            else
                messages.Error(word, $"'{word.Value}' in '{key}' is not a day; days are {string.Join(", ", DayWords.Keys)}{DidYouMean.Hint(word.Value, DayWords.Keys)}");
        }
        return days;
    }

    private static LocalClock? ClockOf(MappingFields hours)
    {
        if (hours.Has("offset") && hours.Has("time-zone"))
            hours.Error("offset", "'hours' has both 'offset' and 'time-zone'; give one of them");
        if (hours.Text("time-zone") is { } zone)
        {
            var found = LocalClock.Find(zone);
            if (found is null)
                hours.Error("time-zone", $"'{zone}' is not a time zone that this machine knows; they are called as in the IANA data, Asia/Shanghai");
            return found;
        }
        if (!hours.Has("offset"))
            return LocalClock.Beijing;
        return TimeOfDayText.ReadOffset(hours) is { } offset ? LocalClock.Of(offset) : null;
    }
}
