using SensorGrid.Rules.Model;

namespace SensorGrid.Alarms.Replays;

/// <summary>A stretch over which the condition of one rule and scope held: from raised or continued to returned or cleared. A latched alarm has
/// several.</summary>
/// <param name="Alarm">Id of the alarm.</param>
/// <param name="Rule">Rule id.</param>
/// <param name="Scope">What is watched.</param>
/// <param name="Site">Station, else asset, else gateway.</param>
/// <param name="Datastream"><c>gateway/name</c>, or null.</param>
/// <param name="FromTicks">When it was raised or went on.</param>
/// <param name="UntilTicks">When it ended, or null when it held to the end.</param>
/// <param name="PeakLevel">Highest level in it.</param>
/// <param name="Retrospective">Found too late to page.</param>
public sealed record AlarmEpisode(
    string Alarm, string Rule, string Scope, string Site, string? Datastream, long FromTicks, long? UntilTicks, Level PeakLevel, bool Retrospective)
{
    /// <summary>The episodes in what happened, by their beginnings.</summary>
    /// <param name="transitions">What happened, in order.</param>
    /// <param name="siteOf">The site of a datastream <c>gateway/name</c>, or null to take the alarm's own.</param>
    public static IReadOnlyList<AlarmEpisode> Of(IEnumerable<AlarmTransition> transitions, Func<string, string?> siteOf)
    {
        ArgumentNullException.ThrowIfNull(transitions);
        ArgumentNullException.ThrowIfNull(siteOf);
        var episodes = new List<AlarmEpisode>();
        var open = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var transition in transitions)
        {
            var alarm = transition.Alarm;
            // Not by rule and scope: an alarm of the past can be told while another one stands.
            string key = alarm.Id;
            switch (transition.Kind)
            {
                case AlarmTransitionKind.Raised or AlarmTransitionKind.Continued:
                    open[key] = episodes.Count;
                    episodes.Add(new(alarm.Id, alarm.Rule, alarm.Scope, SiteOf(alarm, siteOf), alarm.Datastream,
                        transition.AtTicks, null, alarm.Level, transition.Retrospective));
                    break;
                case AlarmTransitionKind.LevelChanged when open.TryGetValue(key, out int at):
                    episodes[at] = episodes[at] with { PeakLevel = alarm.Level > episodes[at].PeakLevel ? alarm.Level : episodes[at].PeakLevel };
                    break;
                case AlarmTransitionKind.Returned or AlarmTransitionKind.Cleared when open.Remove(key, out int at):
                    episodes[at] = episodes[at] with { UntilTicks = transition.AtTicks };
                    break;
            }
        }
        return [.. episodes.OrderBy(episode => episode.FromTicks)];
    }

    // A datastream without a station of its own belongs to that of its gateway; its alarms must be counted there too.
    private static string SiteOf(Alarm alarm, Func<string, string?> siteOf) =>
        (alarm.Datastream is { } datastream ? siteOf(datastream) : null) ?? alarm.Station ?? alarm.Asset ?? alarm.Gateway;

    /// <summary>True when it holds at some time from <paramref name="fromTicks"/> on and before <paramref name="untilTicks"/>.</summary>
    public bool Overlaps(long fromTicks, long untilTicks) => FromTicks < untilTicks && (UntilTicks ?? long.MaxValue) > fromTicks;
}
