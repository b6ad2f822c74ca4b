using SensorGrid.Alarms.Replays;

namespace SensorGrid.Simulators.RuleTools;

/// <summary>How good the alarms of a back-test were.</summary>
/// <remarks>
/// Counted are alarm episodes. Silence and retrospective alarms are counted apart: they claim nothing about incidents.
/// <list type="table">
/// <item><term>hit</term><description>an incident at whose site an alarm held at some time from <c>lead</c> before its begin to its end</description></item>
/// <item><term>lead time</term><description>begin of the incident − begin of the first such alarm; negative when the alarm came after it</description></item>
/// <item><term>false alarm</term><description>an alarm that belongs to no incident</description></item>
/// <item><term>site-day</term><description>a day between first and last reading of a site</description></item>
/// <item><term>chatter</term><description>an alarm that began within an hour after the same rule and scope had ended</description></item>
/// </list>
/// </remarks>
public sealed record BacktestScore
{
    private static readonly long ChatterTicks = TimeSpan.TicksPerHour;

    /// <summary>Alarms that claim something happens.</summary>
    public required int Alarms { get; init; }

    /// <summary>Alarms of silence.</summary>
    public required int SilenceAlarms { get; init; }

    /// <summary>Alarms found too late to page.</summary>
    public required int RetrospectiveAlarms { get; init; }

    /// <summary>Each incident and what became of it; empty without labels.</summary>
    public required IReadOnlyList<IncidentScore> Incidents { get; init; }

    /// <summary>Alarms that belong to no incident; null without labels.</summary>
    public required int? FalseAlarms { get; init; }

    /// <summary>Days watched, over all sites.</summary>
    public required double SiteDays { get; init; }

    /// <summary>Alarms that came back at once.</summary>
    public required int Chatter { get; init; }

    /// <summary>Alarms of every kind in an hour of the recording, for each dispatcher.</summary>
    public required double AlarmsPerDispatcherHour { get; init; }

    /// <summary>Incidents met.</summary>
    public int Hits => Incidents.Count(incident => incident.FirstAlarmTicks is not null);

    /// <summary>Incidents not met.</summary>
    public int Misses => Incidents.Count - Hits;

    /// <summary>False alarms for each day and site; null without labels.</summary>
    public double? FalseAlarmsPerSiteDay => SiteDays > 0 ? FalseAlarms / SiteDays : null;

    /// <summary>Judges a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="incidents">What is known to have happened, or null.</param>
    /// <param name="lead">How long before an incident an alarm still belongs to it.</param>
    /// <param name="dispatchers">How many share the alarms.</param>
    public static BacktestScore Of(BacktestRun run, IReadOnlyList<LabelledIncident>? incidents, TimeSpan lead, int dispatchers)
    {
        ArgumentNullException.ThrowIfNull(run);
        var episodes = run.Episodes;
        var live = episodes.Where(episode => !episode.Retrospective).ToList();
        var claims = live.Where(episode => !run.IsOfSilence(episode.Rule)).ToList();
        double hours = (run.LastTicks - run.FirstTicks) / (double)TimeSpan.TicksPerHour;
        return new()
        {
            Alarms = claims.Count,
            SilenceAlarms = live.Count - claims.Count,
            RetrospectiveAlarms = episodes.Count - live.Count,
            Incidents = [.. (incidents ?? []).Select(incident => new IncidentScore(incident,
                claims.FirstOrDefault(episode => incident.IsMetBy(episode, lead))))],
            FalseAlarms = incidents is null ? null : claims.Count(episode => !incidents.Any(incident => incident.IsMetBy(episode, lead))),
            SiteDays = run.Series.GroupBy(series => series.Site)
                .Sum(site => (site.Max(series => series.LastTicks) - site.Min(series => series.FirstTicks)) / (double)TimeSpan.TicksPerDay),
            Chatter = CountChatter(live),
            AlarmsPerDispatcherHour = hours > 0 ? live.Count / hours / dispatchers : 0,
        };
    }

    private static int CountChatter(IEnumerable<AlarmEpisode> episodes) =>
        episodes.GroupBy(episode => (episode.Rule, episode.Scope))
            .Sum(same => same.Zip(same.Skip(1)).Count(pair => pair.Second.FromTicks - pair.First.UntilTicks < ChatterTicks));
}

/// <summary>An incident and the first alarm that belongs to it.</summary>
/// <param name="Incident">The incident.</param>
/// <param name="First">The alarm, or null: missed.</param>
public sealed record IncidentScore(LabelledIncident Incident, AlarmEpisode? First)
{
    /// <summary>When that alarm was raised.</summary>
    public long? FirstAlarmTicks => First?.FromTicks;

    /// <summary>How long before the incident; negative: after it began.</summary>
    public TimeSpan? Lead => First is null ? null : TimeSpan.FromTicks(Incident.FromTicks - First.FromTicks);
}
