using SensorGrid.Readings.Time;
using SensorGrid.Readings.Yaml;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Files;

/// <summary>Reads <c>check-in</c> rules.</summary>
internal static class CheckInReader
{
    // Past a thousand in a row nobody counts.
    private const int MostMissed = 1000;

    // As many as there are half hours in a day.
    private const int MostTimes = 48;

    private static readonly TimeSpan ShortestSlot = TimeSpan.FromMinutes(1);

    private static readonly string[] Keys = ["every", "at", "tolerance", "levels", "limit", "zones", "zone-kind"];

    public static RuleFamily[] Families => [new("check-in", Keys, Read)];

    private static CheckInRule Read(MappingFields fields, SourceMessages messages)
    {
        var hours = HoursReader.Read(fields, messages);
        long tolerance = RuleFields.Delay(fields, "tolerance");
        if (fields.Has("every") == fields.Has("at"))
            fields.Error("at", "a check-in rule has either 'every' (how long a slot is) or 'at' (times of day)");
        long every = fields.Has("every") ? Every(fields, hours, tolerance) : 0;
        var times = Times(fields, tolerance, messages);
        bool ofZones = fields.Has("zones") || fields.Has("zone-kind");
        if (fields.Has("zones") && fields.Has("zone-kind"))
            fields.Error("zone-kind", "'zones' names zones and 'zone-kind' takes all of a kind; give one of them");
        if (ofZones && fields.Has("limit"))
            fields.Error("limit", "'limit' is for readings; a fix inside of a zone has none");
        return new()
        {
            EveryTicks = every,
            TimesTicks = times,
            ToleranceTicks = tolerance,
            Missed = RuleFields.Counts(fields, MostMissed, "how many slots are missed in a row"),
            Limit = fields.Number("limit"),
            Zones = [.. fields.Texts("zones").Select(zone => zone.Value).Distinct()],
            ZoneKind = fields.Text("zone-kind"),
            Hours = hours,
        };
    }

    private static long Every(MappingFields fields, LocalHours? hours, long tolerance)
    {
        if (RuleFields.Positive(fields, "every") is not { } every)
            return TimeSpan.TicksPerDay;
        string length = DurationText.Format(TimeSpan.FromTicks(every));
        if (every < ShortestSlot.Ticks)
            fields.Error("every", "'every' must be a minute or longer");
        else if (hours is null && TimeSpan.TicksPerDay % every != 0 && every % TimeSpan.TicksPerDay != 0)
            fields.Error("every", $"slots of {length} do not fill a day; take one that does (8h, 1h30min, 20min), whole days, or give 'hours' from whose begin they are counted");
        else if (hours?.LongestTicks < every)
            fields.Error("every", $"no slot of {length} fits into 'hours'");
        if (tolerance >= every)
            fields.Error("tolerance", "'tolerance' must be shorter than 'every'");
        return every;
    }

    private static List<long> Times(MappingFields fields, long tolerance, SourceMessages messages)
    {
        var times = new List<long>();
        if (!fields.Has("at"))
            return times;
        foreach (var item in fields.Texts("at"))
        {
            if (TimeOfDayText.TryParse(item.Value, mayEndDay: false, out long time))
                times.Add(time);
            else
                messages.Error(item, $"'at' lists times of day in quotes, \"09:00\", not '{item.Value}'");
        }
        times.Sort();
        if (times.Count is 0 or > MostTimes)
            fields.Error("at", $"'at' lists from 1 to {MostTimes} times of day");
        else if (tolerance == 0)
            fields.Error("tolerance", "with 'at', 'tolerance' says how much earlier or later somebody may come; give one longer than nothing");
        else if (times.Zip(times.Skip(1).Append(times[0] + TimeSpan.TicksPerDay)).Any(pair => pair.Second - pair.First < 2 * tolerance))
            fields.Error("at", "two times of 'at' are nearer to each other than twice the 'tolerance': a check-in between them would be for both");
        return times;
    }
}
