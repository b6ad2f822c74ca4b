using SensorGrid.Simulators.Recordings;
using SensorGrid.Simulators.RuleTools;
using SensorGrid.Testing;

namespace SensorGrid.Simulators.Tests.RuleTools;

/// <summary>The table of back-tests in <c>rules/packs/README.md</c>: the packs on the recordings of the repository.</summary>
public sealed class RecordedBacktestTests
{
    [Theory]
    [InlineData("river-calder-2015", 1, 0, 3, "2015-12-25T17:30:00Z")]
    [InlineData("river-calder-2015-flash", 1, 0, 1, "2015-08-14T10:30:00Z")]
    [InlineData("flash-poyo-2024", 2, 0, 0, "2024-10-29T10:20:00Z")]
    [InlineData("rain-beijing-2013-2017", 2, 0, 5, "2013-08-11T07:00:00Z")]
    [InlineData("stormwater-michigan-2021", 3, 0, 1, "2021-07-25T00:32:00Z")]
    [InlineData("fire-compartment-2018", 1, 0, 0, "2018-12-14T17:39:58Z")]
    [InlineData("river-don-2007", 1, 1, 0, "2007-06-03T10:15:00Z")]
    [InlineData("river-calderdale-2025", 0, 0, 0, null)]
    [InlineData("indoor-occupancy-2015", 5, 0, 2, "2015-02-02T13:21:00Z")]
    public void What_the_packs_make_of_a_recording_is_what_their_page_says(string name, int hits, int misses, int falseAlarms, string? first)
    {
        var rules = RuleSources.Check(RepositoryRoot.Combine("rules", "packs"));
        var catalogue = RuleSources.LoadCatalogue(RepositoryRoot.Combine("tests", "recordings", "catalogue"));
        string folder = RepositoryRoot.Combine("tests", "recordings", name);
        using var recorded = new RecordingStream(RecordingDescriptionReader.Load(folder));
        var run = Backtest.Run(catalogue.Bundle, rules.Bundle, recorded);
        var score = BacktestScore.Of(run, LabelledIncident.Read(Path.Combine(folder, "labels.csv")), TimeSpan.FromHours(6), dispatchers: 1);
        Assert.Equal((hits, misses, falseAlarms), (score.Hits, score.Misses, score.FalseAlarms));
        var found = score.Incidents.Where(incident => incident.First is not null).MinBy(incident => incident.Incident.FromTicks)?.FirstAlarmTicks;
        Assert.Equal(first is null ? null : DateTimeOffset.Parse(first, System.Globalization.CultureInfo.InvariantCulture).UtcTicks, found);
    }

    [Fact]
    public void A_quiet_month_of_nine_gauges_raises_nothing_but_silence_over_a_gap_and_the_end()
    {
        string folder = RepositoryRoot.Combine("tests", "recordings", "river-calderdale-2025");
        using var recorded = new RecordingStream(RecordingDescriptionReader.Load(folder));
        var run = Backtest.Run(
            RuleSources.LoadCatalogue(RepositoryRoot.Combine("tests", "recordings", "catalogue")).Bundle, RuleSources.Check(RepositoryRoot.Combine("rules", "packs")).Bundle, recorded);
        Assert.Equal(24_712, run.Readings);
        Assert.All(run.Episodes, episode => Assert.Equal("water.river-silent", episode.Rule));
        Assert.Equal(6, run.Episodes.Count);
        Assert.Equal(5, run.Episodes.Count(episode => episode.FromTicks == new DateTime(2025, 8, 29, 23, 35, 0, DateTimeKind.Utc).Ticks));
    }
}
