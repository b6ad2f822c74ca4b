using System.Globalization;
using SensorGrid.Alarms.Replays;
using SensorGrid.Simulators.Recordings;

namespace SensorGrid.Simulators.RuleTools;

/// <summary>Something that is known to have happened, to judge alarms by. A labels file is CSV with the columns <c>incident</c>, <c>site</c>
/// (station, asset or gateway; empty or <c>*</c>: any), <c>from</c> and <c>until</c> (RFC 3339).</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Site">Where, or empty for anywhere.</param>
/// <param name="FromTicks">When it began.</param>
/// <param name="UntilTicks">When it had ended.</param>
public sealed record LabelledIncident(string Name, string Site, long FromTicks, long UntilTicks)
{
    /// <summary>Reads a labels file.</summary>
    /// <exception cref="RecordingException">Something in it is wrong; all of it is said.</exception>
    public static IReadOnlyList<LabelledIncident> Read(string path)
    {
        using var file = new CsvFile(path);
        string[] names = ["incident", "site", "from", "until"];
        int[] columns = [.. names.Select(file.ColumnOf)];
        if (Array.IndexOf(columns, -1) is var missing and >= 0)
            throw new RecordingException(path, 1, $"There is no column '{names[missing]}'; a labels file has the columns incident,site,from,until.");
        var incidents = new List<LabelledIncident>();
        var problems = new List<string>();
        while (file.Read())
        {
            if (!TryTime(file.TextOf(columns[2]), out long from) || !TryTime(file.TextOf(columns[3]), out long until))
                problems.Add($"{path}:{file.Line}: 'from' and 'until' are times such as 2015-12-26T00:00:00Z");
            else if (until <= from)
                problems.Add($"{path}:{file.Line}: 'until' must be after 'from'");
            else
                incidents.Add(new(file.TextOf(columns[0]), file[columns[1]].SequenceEqual("*"u8) ? "" : file.TextOf(columns[1]), from, until));
        }
        return problems.Count == 0 ? incidents : throw new RecordingException(problems);
    }

    /// <summary>True when the alarm can be about this: the site is the same, and it held at some time of the incident or shortly before.</summary>
    /// <param name="episode">The alarm.</param>
    /// <param name="lead">How long before the incident an alarm still belongs to it.</param>
    public bool IsMetBy(AlarmEpisode episode, TimeSpan lead)
    {
        ArgumentNullException.ThrowIfNull(episode);
        return (Site.Length == 0 || Site == episode.Site) && episode.Overlaps(FromTicks - lead.Ticks, UntilTicks);
    }

    private static bool TryTime(string text, out long ticks)
    {
        bool read = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time);
        ticks = time.UtcTicks;
        return read && text.Contains('T', StringComparison.Ordinal);
    }
}
