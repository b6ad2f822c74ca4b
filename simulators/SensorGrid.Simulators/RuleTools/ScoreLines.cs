using System.Globalization;
using SensorGrid.Readings.Time;

namespace SensorGrid.Simulators.RuleTools;

/// <summary>A score as sentences: message ids of <see cref="RuleToolTexts"/> with their figures, for terminal and report alike.</summary>
public static class ScoreLines
{
    /// <summary>The sentences, in the order to be read.</summary>
    public static IEnumerable<(string Id, object[] Figures)> Of(BacktestScore score)
    {
        ArgumentNullException.ThrowIfNull(score);
        yield return ("score.alarms", [score.Alarms, score.SilenceAlarms, score.RetrospectiveAlarms]);
        foreach (var met in score.Incidents)
        {
            string at = Time(met.Incident.FromTicks);
            if (met.First is not { } first)
                yield return ("score.miss", [met.Incident.Name, at]);
            else if (met.Lead >= TimeSpan.Zero)
                yield return ("score.hit.before", [met.Incident.Name, at, first.Rule, Time(first.FromTicks), DurationText.Format(met.Lead.Value)]);
            else
                yield return ("score.hit.after", [met.Incident.Name, at, first.Rule, Time(first.FromTicks), DurationText.Format(-met.Lead!.Value)]);
        }
        if (score.FalseAlarms is { } falseAlarms)
        {
            yield return ("score.incidents", [score.Hits, score.Misses]);
            yield return ("score.false", [falseAlarms, score.SiteDays, score.FalseAlarmsPerSiteDay ?? 0]);
        }
        yield return ("score.load", [score.Chatter, score.AlarmsPerDispatcherHour]);
    }

    private static string Time(long ticks) => new DateTime(ticks, DateTimeKind.Utc).ToString("yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture);
}
