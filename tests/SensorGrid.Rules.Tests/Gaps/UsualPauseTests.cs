using SensorGrid.Rules.Gaps;
using SensorGrid.Rules.Tests.Support;

namespace SensorGrid.Rules.Tests.Gaps;

/// <summary>A gauge of which the catalogue does not say how often it is heard.</summary>
public sealed class UsualPauseTests
{
    private static readonly int Learned = new GapBounds().PausesToLearnFrom;

    private static readonly string Rules = Rig.Rules(
        Rig.Threshold("level", "levels: { yellow: 3, red: 5 }"), Rig.Threshold("mean", "value: avg(20min), levels: { yellow: 3 }, on-delay: 90s"));

    private static Rig Regular(double each, int count)
    {
        var rig = new Rig(Rules);
        for (int i = 0; i < count; i++)
            rig.Read("gw/stage", i * each, 1);
        return rig;
    }

    [Theory]
    [InlineData(60)]
    [InlineData(300)]
    [InlineData(3600)]
    public void Its_regular_pauses_are_no_gaps_once_they_are_known(double each)
    {
        var rig = Regular(each, Learned);
        Assert.Equal(Learned - 1, rig.Engine.Counters.GapsKept);
        rig = Regular(each, 50);
        Assert.Equal((Learned, 0), (rig.Engine.Counters.GapsKept, rig.Engine.KeptGaps));
    }

    [Fact]
    public void Then_its_readings_need_not_be_looked_at_one_by_one()
    {
        var rig = new Rig(Rig.Rules(Rig.Threshold("level", "levels: { yellow: 3 }")));
        Assert.True(rig.Table.TryIntern(new("gw", "stage"), out var index));
        for (int i = 0; i <= Learned + 1; i++)
            rig.Read("gw/stage", i * 300, 1);
        Assert.True(rig.Engine.IsQuiet(index));
        rig.Read("gw/stage", 300 * (Learned + 1) + 450, 1);
        Assert.Equal(Learned + 1, rig.Engine.Counters.GapsKept);
    }

    [Fact]
    public void A_longer_pause_is_a_gap_of_which_what_comes_late_is_judged()
    {
        var rig = Regular(100, 10).Read("gw/stage", 1200, 1);
        rig.Read("gw/stage", 1000, 6, received: 1201).Read("gw/stage", 1100, 1, received: 1202).Tick(1300);
        Assert.Equal(["1000 level gw/stage none>red onset=1000 past", "1100 level gw/stage red>none onset=1000 past"], rig.Lines);
    }

    [Theory]
    [InlineData(149, true)]
    [InlineData(150, false)]
    public void Pauses_that_are_not_alike_are_not_regular(double longer, bool areAlike)
    {
        var rig = new Rig(Rules);
        double at = 0;
        for (int i = 0; i <= 40; i++)
            rig.Read("gw/stage", at += i % 2 == 0 ? 100 : longer, 1);
        Assert.Equal(areAlike ? Learned : 40, rig.Engine.Counters.GapsKept);
    }

    [Fact]
    public void A_reading_that_was_missing_in_a_usual_pause_shows_that_it_is_heard_more_often()
    {
        var rig = Regular(100, 10);
        Assert.Equal(Learned, rig.Engine.Counters.GapsKept);
        rig.Read("gw/stage", 850, 6, received: 901).Read("gw/stage", 1000, 1).Read("gw/stage", 950, 6, received: 1001).Tick(1100);
        Assert.Equal(["950 level gw/stage none>red onset=950 past", "1000 level gw/stage red>none onset=950 past"], rig.Lines);
        Assert.Equal((Learned + 1, 1), (rig.Engine.Counters.GapsKept, rig.Engine.Counters.LateHeld));
        for (int at = 1100; at <= 3000; at += 100)
            rig.Read("gw/stage", at, 1);
        Assert.Equal(Learned * 2, rig.Engine.Counters.GapsKept - 1);
    }

    [Fact]
    public void What_the_catalogue_says_stands()
    {
        string catalogue = Rig.Catalogue.Replace("unit: m, limits", "unit: m, expected-interval: 1min, limits", StringComparison.Ordinal);
        var rig = new Rig(Rules, catalogue);
        for (int i = 0; i <= 20; i++)
            rig.Read("gw/stage", i * 100, 1);
        Assert.Equal(20, rig.Engine.Counters.GapsKept);
        rig.Activate(Rules, Rig.Catalogue).Read("gw/stage", 2100, 1).Read("gw/stage", 2200, 1);
        Assert.Equal(20, rig.Engine.Counters.GapsKept);
    }

    [Fact]
    public void Other_rules_and_restarts_do_not_make_it_unknown()
    {
        var rig = Regular(300, 10).Activate(Rules).Read("gw/stage", 3000, 1);
        Assert.Equal(Learned, rig.Engine.Counters.GapsKept);
        rig.Restart(Rules).Read("gw/stage", 3300, 1).Read("gw/stage", 3600, 1);
        Assert.Equal(0, rig.Engine.Counters.GapsKept);
    }

    // Whole minutes mostly; some readings come late, some of those twice.
    [Fact]
    public void It_is_the_same_whether_readings_are_looked_at_or_not_and_however_often_the_service_starts()
    {
        int judged = 0;
        for (int seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            Rig looked = new(Rules), quiet = new(Rules), restarted = new(Rules);
            int each = random.Next(1, 4) * 60;
            double at = 0;
            for (int i = 0; i < 120; i++)
            {
                at += random.Next(12) == 0 ? random.Next(1, 20) * 45 : each;
                double late = random.Next(10) == 0 ? at - random.Next(1, 600) : double.NaN, value = random.Next(7);
                looked.Engine.CloseAll();
                restarted.Restart(Rules);
                foreach (var rig in new[] { looked, quiet, restarted })
                {
                    rig.Read("gw/stage", at, i % 9 == 0 ? 4 : 1);
                    if (!double.IsNaN(late))
                        rig.Read("gw/stage", late, value, received: at);
                }
            }
            Assert.Equal(looked.Lines, quiet.Lines);
            Assert.Equal(looked.Lines, restarted.Lines);
            Assert.Equal(looked.Engine.KeptGaps, quiet.Engine.KeptGaps);
            Assert.Equal(looked.Engine.Counters.GapsKept, quiet.Engine.Counters.GapsKept);
            judged += looked.Engine.Counters.RetrospectiveAlarms > 0 ? 1 : 0;
        }
        Assert.InRange(judged, 10, 60);
    }
}
