using SensorGrid.Edge.Sampling;
using SensorGrid.Readings;
using SensorGrid.Testing;

namespace SensorGrid.Edge.Tests.Sampling;

public sealed class DeadbandFilterTests
{
    private readonly DeadbandFilter filter = new([new Deadband("level", 0.05, TimeSpan.FromMinutes(15))]);

    private DeadbandVerdict At(double seconds, double value, string name = "level", int datastream = 0) =>
        filter.Judge(Some.Reading(datastream, value, seconds), name);

    [Fact]
    public void The_first_reading_passes_and_small_changes_do_not()
    {
        Assert.Equal(DeadbandVerdict.First, At(0, 1));
        Assert.Equal(DeadbandVerdict.Unchanged, At(60, 1.04));
        Assert.Equal(DeadbandVerdict.Changed, At(120, 1.05));
        Assert.Equal(DeadbandVerdict.Changed, At(180, 1));
    }

    [Fact]
    public void A_slow_drift_is_reported_because_the_last_one_sent_is_what_counts()
    {
        At(0, 1);
        var verdicts = Enumerable.Range(1, 10).Select(i => At(i, 1 + i * 0.0125)).ToList();
        Assert.Equal([4, 8], verdicts.Select((verdict, i) => (verdict, i: i + 1)).Where(pair => pair.verdict == DeadbandVerdict.Changed).Select(pair => pair.i));
    }

    [Fact]
    public void The_longest_silence_ends_with_a_reading_that_did_not_change()
    {
        At(0, 1);
        Assert.Equal(DeadbandVerdict.Unchanged, At(899, 1));
        Assert.Equal(DeadbandVerdict.Due, At(900, 1));
        Assert.Equal(DeadbandVerdict.Unchanged, At(901, 1));
    }

    [Fact]
    public void A_late_reading_passes_and_does_not_become_the_one_to_compare_with()
    {
        At(600, 1);
        Assert.Equal(DeadbandVerdict.OutOfOrder, At(300, 1));
        Assert.Equal(DeadbandVerdict.Unchanged, At(601, 1.04));
    }

    [Fact]
    public void Other_names_and_other_kinds_pass()
    {
        Assert.Equal(DeadbandVerdict.NotFiltered, At(0, 1, name: "flow"));
        Assert.Equal(DeadbandVerdict.NotFiltered, filter.Judge(Some.Reading(kind: ReadingKind.Position), "level"));
        Assert.Equal(DeadbandVerdict.NotFiltered, filter.Judge(Some.Reading(kind: ReadingKind.Text), "level"));
    }

    [Fact]
    public void Two_datastreams_are_compared_each_with_itself()
    {
        At(0, 1, datastream: 0);
        Assert.Equal(DeadbandVerdict.First, At(0, 1, datastream: 1));
    }
}
