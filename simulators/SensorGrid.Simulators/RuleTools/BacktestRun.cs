using SensorGrid.Alarms;
using SensorGrid.Alarms.Replays;
using SensorGrid.Readings.Yaml;
using SensorGrid.Rules.Model;

namespace SensorGrid.Simulators.RuleTools;

/// <summary>What came of a back-test.</summary>
public sealed record BacktestRun
{
    /// <summary>What happened to alarms, in order.</summary>
    public required IReadOnlyList<AlarmTransition> Transitions { get; init; }

    /// <summary>The rules, or null when nothing was played.</summary>
    public required RuleSet? Rules { get; init; }

    /// <summary>What in the rules does not fit the catalogue and was left out.</summary>
    public required IReadOnlyList<SourceMessage> Messages { get; init; }

    /// <summary>Readings played.</summary>
    public required long Readings { get; init; }

    /// <summary>Missing and bad cells, at which the gateway was silent.</summary>
    public required long NotSent { get; init; }

    /// <summary>First reading; 0 when there is none.</summary>
    public required long FirstTicks { get; init; }

    /// <summary>Last reading and the silence played after it.</summary>
    public required long LastTicks { get; init; }

    /// <summary>The datastreams, in the order of their first readings.</summary>
    public required IReadOnlyList<PlayedSeries> Series { get; init; }

    /// <summary>The stretches over which an alarm's condition held.</summary>
    public IReadOnlyList<AlarmEpisode> Episodes
    {
        get
        {
            var sites = Series.ToDictionary(series => series.Id, series => series.Site, StringComparer.Ordinal);
            return AlarmEpisode.Of(Transitions, sites.GetValueOrDefault);
        }
    }

    /// <summary>True when the rule watches for silence: its alarms say that nothing is known, not that something happened.</summary>
    public bool IsOfSilence(string rule) => Rules?.Rules.FirstOrDefault(known => known.Id == rule) is DeadmanRule;
}
