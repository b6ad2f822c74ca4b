using SensorGrid.Ingest.Sources.FieldProtocols;

namespace SensorGrid.Ingest.Tests.Sources.FieldProtocols;

public sealed class HeardStationsTests
{
    [Fact]
    public void Stations_beyond_the_bound_are_not_listed_and_their_frames_are_counted()
    {
        var heard = new HeardStations(2);
        var first = heard.Enter("b");
        heard.Enter("a");

        Assert.Same(heard.Strangers, heard.Enter("c"));
        Assert.Same(heard.Strangers, heard.Enter("c"));
        Assert.Same(first, heard.Enter("b"));

        Assert.Equal(2, heard.Unlisted);
        Assert.Equal(["a", "b"], heard.Addresses());
        Assert.Null(heard.Find("c"));
        Assert.Same(heard.Strangers, heard.Of("c"));
    }

    [Fact]
    public void What_was_read_does_not_change_when_more_is_counted()
    {
        var tally = new StationTally("a");
        tally.Refused(5, "truncated", null);
        var before = tally.Read(1, []);
        tally.Refused(7, "truncated", "there");

        Assert.Equal(1, before.Refused["truncated"]);
        Assert.Null(before.HeardAtTicks);
        var after = tally.Read(0, []);
        Assert.Equal(2, after.Refused["truncated"]);
        Assert.Equal(new HeardProblem("truncated", 7, "there"), after.LastProblem);
    }
}
