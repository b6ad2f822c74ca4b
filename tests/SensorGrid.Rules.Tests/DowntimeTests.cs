using SensorGrid.Rules.Tests.Support;
using SensorGrid.Testing;

namespace SensorGrid.Rules.Tests;

/// <summary>The service was down: no delay, no silence and no window may move by that time, nor by the time a gateway then needs to find
/// its way back.</summary>
public sealed class DowntimeTests
{
    private const string Raised = "10 t gw/stage none>yellow onset=0";

    private static readonly string Delay = Rig.Rules(Rig.Threshold("t", "levels: { yellow: 3 }, on-delay: 10s, freshness: 60s"));
    private static readonly string Silence = Rig.Rules(
        "{ id: d, type: deadman, domain: water, title: T, scope: { datastreams: [gw/stage] }, silence: 20s, level: yellow, freshness: 5s }",
        "{ id: g, type: deadman, domain: water, title: T, scope: { gateways: [gw] }, of: gateway, silence: 20s, level: yellow, freshness: 5s }");

    [Fact]
    public void A_delay_is_not_completed_by_downtime_and_a_reading_that_waited_meanwhile_calls_it_off() =>
        Assert.Empty(new Rig(Delay).Read("gw/stage", 0, 3).Tick(4).Start(100).Tick(101).Read("gw/stage", 5, 1, received: 102).Tick(200).Lines);

    [Fact]
    public void A_delay_goes_on_where_it_stood_once_the_gateway_is_heard()
    {
        var rig = new Rig(Delay).Read("gw/stage", 0, 3).Tick(4).Start(100).Read("gw/stage", 5, 3, received: 101).Tick(105.9999999);
        Assert.Empty(rig.Lines);
        Assert.Equal(Raised, rig.Tick(106).Lines.Single()[..Raised.Length]);
    }

    [Fact]
    public void A_duplicate_is_a_sign_that_the_gateway_is_back()
    {
        var rig = new Rig(Delay).Read("gw/stage", 0, 3).Tick(4).Start(100).Read("gw/stage", 0, 3, received: 101).Tick(106.9999999);
        Assert.Empty(rig.Lines);
        Assert.Equal([Raised], rig.Tick(107).Lines);
    }

    [Fact]
    public void A_gateway_that_does_not_come_back_is_waited_for_thirty_seconds()
    {
        var rig = new Rig(Delay).Read("gw/stage", 0, 3).Tick(4).Start(100).Tick(110).Tick(135.9999999);
        Assert.Empty(rig.Lines);
        Assert.Equal([Raised], rig.Tick(136).Lines);
        Assert.Equal(Some.TicksAfter(136), rig.Changes[0].LogTimeTicks);
    }

    [Fact]
    public void Each_gateway_comes_back_by_itself()
    {
        var rig = new Rig(Rig.Rules(Rig.Threshold("t", "levels: { yellow: 3 }, on-delay: 10s", "{ quantity: level }")));
        rig.Read("gw/stage", 0, 3).Read("gw2/stage", 0, 3).Start(100).Read("gw/stage", 1, 3, received: 101).Tick(110);
        Assert.Equal(["10 t gw/stage none>yellow onset=0"], rig.Lines);
        Assert.Equal(["10 t gw/stage none>yellow onset=0", "10 t gw2/stage none>yellow onset=0"], rig.Tick(140).Lines);
    }

    [Fact]
    public void Any_datastream_brings_the_gateway_back()
    {
        var rig = new Rig(Delay).Read("gw/stage", 0, 3).Start(100).Read("gw/rain", 1, 0, received: 105);
        Assert.Empty(rig.Tick(114.9999999).Lines);
        Assert.Equal([Raised], rig.Tick(115).Lines);
    }

    [Fact]
    public void Silence_counts_only_the_time_that_somebody_listened_and_is_fresh_when_it_is_found()
    {
        var rig = new Rig(Silence).Read("gw/stage", 0, 1).Tick(8).Start(1000).Tick(1041.9999999);
        Assert.Empty(rig.Lines);
        Assert.Equal(["20 d gw/stage none>yellow onset=0", "20 g gw none>yellow onset=0"], rig.Tick(1042).Lines);
        Assert.All(rig.Changes, change => Assert.Equal(Some.TicksAfter(1042), change.LogTimeTicks));
    }

    [Fact]
    public void A_gateway_that_is_heard_again_was_not_silent() =>
        Assert.Empty(new Rig(Silence).Read("gw/stage", 0, 1).Start(1000).Tick(1029).Read("gw/stage", 15, 1, received: 1029).Tick(1030).Lines);

    [Fact]
    public void A_datastream_behind_its_neighbours_is_a_sign_of_life_at_the_time_that_was_watched()
    {
        var rig = new Rig(Rig.Rules("{ id: g, type: deadman, domain: water, title: T, scope: { gateways: [gw] }, of: gateway, silence: 20s, level: yellow }"));
        rig.Read("gw/stage", 10, 1).Start(1000).Read("gw/rain", 3, 0, received: 1002).Tick(1021.9999999);
        Assert.Empty(rig.Lines);
        Assert.Equal(["30 g gw none>yellow onset=10"], rig.Tick(1022).Lines);
    }

    [Fact]
    public void A_window_does_not_empty_by_downtime()
    {
        var rig = new Rig(Rig.Rules(Rig.Threshold("t", "value: sum(10s), levels: { yellow: 3 }"))).Read("gw/stage", 0, 3).Tick(4).Start(100).Tick(135.9999999);
        Assert.Equal(["0 t gw/stage none>yellow onset=0"], rig.Lines);
        Assert.Equal("10 t gw/stage yellow>none onset=0", rig.Tick(136).Lines[^1]);
    }

    [Fact]
    public void A_reading_that_waited_too_long_is_retrospective() =>
        Assert.Equal(
            ["5 t gw/stage none>yellow onset=5 retro"],
            new Rig(Rig.Rules(Rig.Threshold("t", "levels: { yellow: 3 }, freshness: 60s"))).Read("gw/stage", 0, 1).Start(100).Read("gw/stage", 5, 3, received: 101).Lines);

    [Fact]
    public void A_delay_that_readings_which_waited_too_long_have_completed_is_retrospective() =>
        Assert.Equal(
            [Raised + " retro"],
            new Rig(Delay).Read("gw/stage", 0, 3).Start(100).Read("gw/stage", 5, 3, received: 101).Read("gw/stage", 15, 3, received: 102).Lines);

    [Fact]
    public void What_a_timer_finds_is_as_old_as_the_reading_before_it_was_on_arrival()
    {
        Assert.Equal([Raised], new Rig(Delay).Read("gw/stage", 0, 3, received: 60).Start(5000).Tick(9999).Lines);
        Assert.Equal([Raised + " retro"], new Rig(Delay).Read("gw/stage", 0, 3, received: 60.0000001).Start(5000).Tick(9999).Lines);
    }

    [Fact]
    public void Of_an_empty_log_nothing_was_missed_and_nobody_is_awaited() =>
        Assert.Equal([Raised], new Rig(Delay).Start(-500).Read("gw/stage", 0, 3).Tick(10).Lines);

    [Fact]
    public void A_gateway_first_heard_after_a_start_is_not_awaited() =>
        Assert.Equal([Raised], new Rig(Delay).Tick(-900).Start(-2).Read("gw/stage", 0, 3).Tick(10).Lines);

    [Fact]
    public void Two_downtimes_add_up()
    {
        // 4 s before, 3 s between (the gateway is back), and 3 s after them.
        var rig = new Rig(Delay).Read("gw/stage", 0, 3).Tick(4).Start(100).Read("gw/stage", 0, 3, received: 100).Tick(103)
            .Start(200).Read("gw/stage", 0, 3, received: 200).Tick(202.9999999);
        Assert.Empty(rig.Lines);
        Assert.Equal([Raised], rig.Tick(203).Lines);
    }

    [Fact]
    public void A_second_start_while_a_gateway_is_awaited_waits_for_it_anew()
    {
        var rig = new Rig(Delay).Read("gw/stage", 0, 3).Tick(4).Start(100).Tick(120).Start(200).Tick(235.9999999);
        Assert.Empty(rig.Lines);
        Assert.Equal([Raised], rig.Tick(236).Lines);
    }

    [Fact]
    public void A_start_by_itself_makes_nothing_due() =>
        Assert.Empty(new Rig(Delay).Read("gw/stage", 0, 3).Read("gw2/stage", 9, 0).Start(10).Read("gw/stage", 9.5, 1, received: 11).Lines);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Wherever_the_service_is_restarted_the_same_is_said(int seed)
    {
        var undisturbed = Play(seed, restarts: 0);
        Assert.True(undisturbed.Count > 60, $"seed {seed}: the recording must say something, and says {undisturbed.Count} lines");
        foreach (double restarts in (double[])[0.01, 0.1, 0.5])
        {
            for (int cut = 1; cut <= 3; cut++)
            {
                var restarted = Play(seed, restarts, cut);
                Assert.True(
                    undisturbed.SequenceEqual(restarted),
                    $"seed {seed}, restarts {restarts}, cut {cut}; missing: {string.Join(" | ", undisturbed.Except(restarted))}; more: {string.Join(" | ", restarted.Except(undisturbed))}");
            }
        }
    }

    // Two gauges that report about each second, and ticks; restarts between any two records, each a downtime in which the gauges wait. Sorted:
    // which of two gauges says something first depends on which is heard first.
    private static List<string> Play(int seed, double restarts, int cut = 0)
    {
        var rig = new Rig(Rig.Rules(
            Rig.Threshold("avg", "value: avg(40s), levels: { yellow: 2.5 }, off-delay: 5s", "{ quantity: level }"),
            Rig.Threshold("last", "levels: { yellow: 3, red: 4 }, on-delay: 3s, off-delay: 2s, clear-margin: 1", "{ quantity: level }"),
            Rig.Threshold("sum", "value: sum(60s), levels: { yellow: 150, orange: 160 }, on-delay: 3s", "{ quantity: level }"),
            "{ id: d, type: deadman, domain: water, title: T, scope: { quantity: level }, silence: 8s, level: yellow }",
            "{ id: g, type: deadman, domain: water, title: T, scope: { domain: water }, of: gateway, silence: 7s, level: yellow }"));
        var (readings, cuts) = (new Random(seed), new Random(seed * 100 + cut));
        double down = 0;
        double level = 2;
        for (int second = 0; second < 1200; second++)
        {
            level = Math.Clamp(level + readings.Next(-1, 2), 0, 5);
            foreach (string gauge in (string[])["gw/stage", "gw2/stage"])
            {
                // Now and then nothing comes for longer than a silence.
                bool comes = second / 20 % 6 != 0 || readings.Next(12) == 0;
                if (cuts.NextDouble() < restarts)
                {
                    double missed = cuts.Next(1, 600);
                    rig.Start(second + down + missed);
                    down += missed;
                }
                if (comes)
                    rig.Read(gauge, second, level + readings.Next(2), received: second + down);
            }
            if (readings.Next(3) == 0)
                rig.Tick(second + down + 0.5);
        }
        // How late something was found is another matter.
        return [.. rig.Tick(100_000 + down).Lines.Select(line => line.Replace(" retro", "", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
    }
}
