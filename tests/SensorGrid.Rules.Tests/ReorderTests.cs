using SensorGrid.Readings;
using SensorGrid.Rules.Tests.Support;
using SensorGrid.Rules.Time;
using SensorGrid.Testing;

namespace SensorGrid.Rules.Tests;

public sealed class ReorderTests
{
    private static readonly string City = Rig.Catalogue.Replace("station: st1 }, { id: gw2", "station: st1, reorder: 10s }, { id: gw2", StringComparison.Ordinal);

    private static readonly string Limit = Rig.Rules(Rig.Threshold("t", "levels: { yellow: 3 }"));

    [Fact]
    public void A_reading_waits_until_the_clock_has_passed_by_reorder()
    {
        var rig = new Rig(Limit, City).Read("gw/stage", 0, 5, received: 1);
        Assert.Empty(rig.Tick(9.9).Lines);
        Assert.Equal(["0 t gw/stage none>yellow onset=0"], rig.Tick(10).Lines);
        Assert.Equal(Some.TicksAfter(10), rig.Changes[0].LogTimeTicks);
    }

    [Fact]
    public void Readings_are_evaluated_in_the_order_of_their_stamps()
    {
        var rig = new Rig(Limit, City).Read("gw/stage", 4, 1, received: 4).Read("gw/stage", 2, 5, received: 5).Tick(30);
        Assert.Equal(["2 t gw/stage none>yellow onset=2", "4 t gw/stage yellow>none onset=2"], rig.Lines);
        Assert.Equal((1, 0), (rig.Engine.Counters.Reordered, rig.Engine.Counters.Late));
    }

    [Fact]
    public void The_same_reading_twice_while_it_waits_and_after_changes_nothing()
    {
        var rig = new Rig(Limit, City).Read("gw/stage", 2, 5).Read("gw/stage", 2, 5, received: 3).Tick(20).Read("gw/stage", 2, 5, received: 21);
        Assert.Equal(["2 t gw/stage none>yellow onset=2"], rig.Lines);
        Assert.Equal((2, 1), (rig.Engine.Counters.Duplicates, rig.Engine.Counters.Evaluated));
    }

    [Fact]
    public void Waiting_makes_no_reading_old()
    {
        var rig = new Rig(Rig.Rules(Rig.Threshold("t", "levels: { yellow: 3 }, freshness: 5s")), City);
        Assert.Equal(["0 t gw/stage none>yellow onset=0"], rig.Read("gw/stage", 0, 5, received: 1).Tick(30).Lines);
    }

    [Fact]
    public void Silence_is_found_later_by_as_much()
    {
        var rig = new Rig(Rig.Rules("{ id: d, type: deadman, domain: water, title: T, scope: { datastreams: [gw/stage] }, silence: 20s, level: yellow }"), City);
        rig.Read("gw/stage", 0, 1);
        Assert.Empty(rig.Tick(29.9).Lines);
        Assert.Equal(["20 d gw/stage none>yellow onset=0"], rig.Tick(30).Lines);
    }

    [Fact]
    public void A_replay_of_an_old_day_is_put_in_order_by_its_own_stamps()
    {
        var rig = new Rig(Limit, City);
        rig.Read("gw/stage", -100_000, 1, received: 0).Read("gw/stage", -99_980, 1, received: 0.1).Read("gw/stage", -99_985, 5, received: 0.2).Read("gw/stage", -99_900, 1, received: 0.3);
        Assert.Equal(["-99985 t gw/stage none>yellow onset=-99985 retro", "-99980 t gw/stage yellow>none onset=-99985 retro"], rig.Lines);
    }

    [Fact]
    public void At_the_bound_of_a_datastream_the_oldest_goes_early_and_is_counted()
    {
        var rig = new Rig(Limit, City);
        for (int i = 0; i <= HeldReadings.MostOfDatastream; i++)
            rig.Read("gw/stage", i * 0.001, i == 0 ? 5 : 1, received: 2);
        Assert.Equal(["0 t gw/stage none>yellow onset=0"], rig.Lines);
        Assert.Equal((1, 1), (rig.Engine.Counters.ReorderOverflows, rig.Engine.Counters.Evaluated));
    }

    [Fact]
    public void At_the_bound_of_all_a_newcomer_makes_room_in_its_own_datastream()
    {
        var rig = new Rig(Limit, City);
        var engine = new RuleEngine(rig.Table, mostHeld: 2);
        engine.Activate(Rig.ReadCatalogue(City), Rig.ReadRules(Limit));
        rig.Restart(engine);
        rig.Read("gw/rain", 0, 1).Read("gw/stage", 0, 5).Read("gw/stage", 1, 1);
        Assert.Equal(["0 t gw/stage none>yellow onset=0"], rig.Lines);
        Assert.Equal(1, rig.Engine.Counters.ReorderOverflows);
    }

    [Fact]
    public void A_clock_that_goes_ahead_is_followed_and_nothing_is_lost()
    {
        var rig = new Rig(Limit, City).Read("gw/stage", 0, 5);
        rig.Read("gw/stage", 3600, 1, received: 1, flags: ReadingFlags.FutureStamp).Read("gw/stage", 3601, 1, received: 2, flags: ReadingFlags.FutureStamp);
        Assert.Equal(["0 t gw/stage none>yellow onset=0", "3601 t gw/stage yellow>none onset=0"], rig.Lines);
        Assert.Equal((1, 1), (rig.Engine.Counters.DoubtedStamps, rig.Engine.Counters.FrameRestarts));
    }

    [Fact]
    public void Switched_off_while_readings_wait_they_go_before_the_next_one()
    {
        var rig = new Rig(Limit, City).Read("gw/stage", 0, 5).Activate(Limit, Rig.Catalogue).Read("gw/stage", 1, 1);
        Assert.Equal(["0 t gw/stage none>yellow onset=0", "1 t gw/stage yellow>none onset=0"], rig.Lines);
    }
}
