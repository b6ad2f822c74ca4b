using SensorGrid.Rules.Gaps;
using SensorGrid.Rules.Tests.Support;

namespace SensorGrid.Rules.Tests.Gaps;

public sealed class GapBoundsTests
{
    private static readonly string Rules = Rig.Rules(Rig.Threshold("level", "levels: { red: 5 }, on-delay: 30s", "{ quantity: level }"));

    private static Rig With(GapBounds bounds) => new(Rules, bounds: bounds);

    // A gap of 600 s, and 59 readings of it in order, the flood in the middle of it.
    private static Rig Outage(Rig rig, string datastream, double from, double received)
    {
        rig.Read(datastream, from, 1).Read(datastream, from + 600, 1, received: received);
        for (int at = 10; at < 600; at += 10)
            rig.Read(datastream, from + at, at is >= 200 and < 300 ? 6 : 1, received: received);
        return rig;
    }

    [Theory]
    [InlineData(59, 0)]
    [InlineData(58, 1)]
    [InlineData(20, 3)]
    [InlineData(1, 29)]
    public void With_one_more_than_may_wait_the_oldest_are_judged_and_nothing_is_lost_of_a_backlog_in_order(int most, int overflows)
    {
        foreach (var bounds in new[] { new GapBounds { MostLateOfDatastream = most }, new GapBounds { MostLate = most } })
        {
            var rig = Outage(With(bounds), "gw/stage", 0, 600);
            Assert.Equal((overflows, 59), (rig.Engine.Counters.LateOverflows, rig.Engine.Counters.LateHeld));
            Assert.Equal(["230 level gw/stage none>red onset=200 past", "300 level gw/stage red>none onset=200 past"], rig.Tick(700).Lines);
            Assert.Equal(1, rig.Engine.Counters.RetrospectiveAlarms);
        }
    }

    [Fact]
    public void What_comes_out_of_order_behind_what_has_been_judged_is_not_held()
    {
        var rig = Outage(With(new GapBounds { MostLateOfDatastream = 20 }), "gw/stage", 0, 600);
        rig.Read("gw/stage", 15, 9, received: 601);
        Assert.Equal((60, 59), (rig.Engine.Counters.Late, rig.Engine.Counters.LateHeld));
    }

    [Fact]
    public void Of_a_datastream_the_oldest_gap_is_let_go_when_there_are_too_many_and_what_waits_in_it_is_judged_first()
    {
        var rig = With(new GapBounds { MostOfDatastream = 2 });
        Outage(rig, "gw/stage", 0, 600).Read("gw/stage", 700, 1, received: 601).Read("gw/stage", 800, 1, received: 602);
        Assert.Equal(2, rig.Engine.KeptGaps);
        Assert.Equal(["230 level gw/stage none>red onset=200 past", "300 level gw/stage red>none onset=200 past"], rig.Lines);
        rig.Read("gw/stage", 100, 9, received: 603).Tick(900);
        Assert.Equal(2, rig.Lines.Count);
    }

    [Fact]
    public void In_all_the_oldest_gap_is_let_go_and_counted()
    {
        var rig = With(new GapBounds { Most = 2 });
        Outage(rig, "gw/stage", 0, 600);
        Outage(rig, "gw2/stage", 0, 601);
        Assert.Equal((2, 0), (rig.Engine.KeptGaps, rig.Engine.Counters.GapsDropped));
        rig.Read("gw2/stage", 700, 1, received: 702);
        Assert.Equal((2, 1), (rig.Engine.KeptGaps, rig.Engine.Counters.GapsDropped));
        Assert.Equal(["gw/stage", "gw/stage", "gw2/stage", "gw2/stage"], rig.Tick(800).Changes.Select(change => change.Scope.Key));
    }

    [Fact]
    public void So_it_is_when_the_states_take_too_much_room()
    {
        var rig = With(new GapBounds { MostBytes = 100 });
        rig.Read("gw/stage", 0, 1).Read("gw/stage", 100, 1).Read("gw/stage", 200, 1).Read("gw/stage", 300, 1);
        Assert.Equal((2, 1), (rig.Engine.KeptGaps, rig.Engine.Counters.GapsDropped));
    }

    [Fact]
    public void A_gap_is_kept_for_so_long_and_not_longer()
    {
        var rig = With(new GapBounds { LongestTicks = 1000 * TimeSpan.TicksPerSecond });
        rig.Read("gw/stage", 0, 1).Read("gw/stage", 600, 1).Read("gw2/stage", 1500, 1).Read("gw2/stage", 1599, 1);
        Assert.Equal(2, rig.Engine.KeptGaps);
        rig.Read("gw2/stage", 1700, 1);
        Assert.Equal((2, 0), (rig.Engine.KeptGaps, rig.Engine.Counters.GapsDropped));
        Assert.Empty(rig.Read("gw/stage", 300, 9, received: 1701).Tick(1800).Lines);
    }

    [Fact]
    public void A_condition_that_changes_without_end_is_said_by_its_first_changes_the_highest_and_its_end()
    {
        var rig = new Rig(Rig.Rules(Rig.Threshold("level", "levels: { blue: 1, yellow: 2, red: 5 }")));
        rig.Read("gw/stage", 0, 0).Read("gw/stage", 6000, 0);
        for (int at = 10; at < 5990; at += 10)
            rig.Read("gw/stage", at, at == 5000 ? 6 : at % 20 == 0 ? 1 : 2, received: 6000);
        rig.Read("gw/stage", 5990, 0, received: 6001).Tick(6100);
        Assert.Equal(PastEpisodes.MostChanges + 2, rig.Lines.Count);
        Assert.Equal(["5000 level gw/stage blue>red onset=10 past", "5990 level gw/stage red>none onset=10 past"], rig.Lines.TakeLast(2));
    }
}
