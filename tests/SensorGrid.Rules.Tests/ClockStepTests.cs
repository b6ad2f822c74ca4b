using System.Buffers;
using SensorGrid.Rules.Tests.Support;

namespace SensorGrid.Rules.Tests;

/// <summary>Somebody set the machine's clock: no delay and no silence may move by that, and no live reading may look old.</summary>
public sealed class ClockStepTests
{
    private const double Hour = 3600;
    private const string Raised = "10 t gw/stage none>yellow onset=0";

    private static readonly string Delay = Rig.Rules(Rig.Threshold("t", "levels: { yellow: 3 }, on-delay: 10s, freshness: 60s"));
    private static readonly string Silence = Rig.Rules(
        "{ id: d, type: deadman, domain: water, title: T, scope: { quantity: level }, silence: 20s, level: yellow, freshness: 5s }",
        "{ id: g, type: deadman, domain: water, title: T, scope: { domain: water }, of: gateway, silence: 20s, level: yellow, freshness: 5s }");

    [Theory]
    [InlineData(Hour)]
    [InlineData(24 * Hour)]
    public void A_step_forward_silences_nobody(double by)
    {
        var rig = new Rig(Silence).Read("gw/stage", 0, 1).Read("gw2/stage", 1, 1).Tick(8).Step(8 + by, ahead: by).Tick(9 + by)
            .Read("gw/stage", 15, 1, received: 15 + by).Read("gw2/stage", 16, 1, received: 16 + by).Tick(34.9999999 + by);
        Assert.Empty(rig.Lines);
        // Real silence is found as before, and is fresh.
        Assert.Equal(["35 d gw/stage none>yellow onset=15", "35 g gw none>yellow onset=15"], rig.Tick(35 + by).Lines);
    }

    [Fact]
    public void A_delay_goes_on_where_it_stood()
    {
        var rig = new Rig(Delay).Read("gw/stage", 0, 3).Tick(4).Step(4 + Hour, ahead: 0).Tick(9.9999999 + Hour);
        Assert.Empty(rig.Lines);
        Assert.Equal([Raised], rig.Tick(10 + Hour).Lines);
    }

    [Fact]
    public void A_live_reading_is_not_called_old_because_the_log_is_ahead()
    {
        string rules = Rig.Rules(Rig.Threshold("t", "levels: { yellow: 3 }, freshness: 60s"));
        Assert.Equal(["5 t gw/stage none>yellow onset=5"], new Rig(rules).Read("gw/stage", 0, 1).Step(Hour, ahead: Hour).Read("gw/stage", 5, 3, received: Hour + 6).Lines);
        Assert.Equal(["5 t gw/stage none>yellow onset=5 retro"], new Rig(rules).Read("gw/stage", 0, 1).Step(Hour, ahead: Hour).Read("gw/stage", 5, 3, received: Hour + 70).Lines);
        Assert.Equal(["5 t gw/stage none>yellow onset=5 retro"], new Rig(rules).Read("gw/stage", 0, 1).Step(Hour, ahead: 0).Read("gw/stage", 5, 3, received: Hour + 6).Lines);
    }

    [Fact]
    public void A_gateway_that_has_no_clock_of_its_own_steps_along_and_was_not_silent()
    {
        var rig = new Rig(Silence).Read("gw/stage", 0, 1).Tick(8).Step(8 + Hour, ahead: Hour).Read("gw/stage", 9 + Hour, 1).Read("gw/rain", 10 + Hour, 1).Tick(28.9999999 + Hour);
        Assert.Empty(rig.Lines);
        Assert.Equal("3629 d gw/stage none>yellow onset=3609", rig.Tick(30 + Hour).Lines[0]);
    }

    [Fact]
    public void A_delay_of_a_gateway_that_steps_along_starts_again() =>
        Assert.Equal(
            ["3615 t gw/stage none>yellow onset=3605"],
            new Rig(Delay).Read("gw/stage", 0, 3).Tick(4).Step(4 + Hour, ahead: 0).Read("gw/stage", 5 + Hour, 3).Tick(14.9999999 + Hour).Tick(15 + Hour).Lines);

    [Fact]
    public void A_start_forgets_that_the_log_was_ahead() =>
        Assert.EndsWith(" retro", new Rig(Rig.Rules(Rig.Threshold("t", "levels: { yellow: 3 }, freshness: 60s")))
            .Read("gw/stage", 0, 1).Step(Hour, ahead: Hour).Start(Hour + 1).Read("gw/stage", 5, 3, received: Hour + 6).Lines.Single(), StringComparison.Ordinal);

    [Fact]
    public void A_step_while_a_gateway_is_awaited_leaves_it_its_time()
    {
        var rig = new Rig(Delay).Read("gw/stage", 0, 3).Tick(4).Start(100).Tick(110).Step(110 + Hour, ahead: 0).Tick(135.9999999 + Hour);
        Assert.Empty(rig.Lines);
        Assert.Equal([Raised], rig.Tick(136 + Hour).Lines);
    }

    [Fact]
    public void A_step_that_did_not_move_the_log_counts_as_time_that_passed() =>
        Assert.Equal([Raised], new Rig(Delay).Read("gw/stage", 0, 3).Tick(4).Step(4, ahead: Hour).Tick(10).Lines);

    [Fact]
    public void As_the_first_record_it_moves_nothing() =>
        Assert.Equal([Raised], new Rig(Delay).Step(-Hour, ahead: 0).Read("gw/stage", 0, 3).Tick(10).Lines);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Wherever_the_clock_steps_the_same_is_said_and_a_snapshot_there_changes_nothing(int seed)
    {
        var undisturbed = Play(seed, steps: 0, snapshots: false);
        Assert.True(undisturbed.Count > 30, $"seed {seed}: the recording must say something, and says {undisturbed.Count} lines");
        foreach (double steps in (double[])[0.01, 0.1])
        {
            foreach (bool snapshots in (bool[])[false, true])
            {
                var stepped = Play(seed, steps, snapshots);
                Assert.True(
                    undisturbed.SequenceEqual(stepped),
                    $"seed {seed}, steps {steps}, snapshots {snapshots}; missing: {string.Join(" | ", undisturbed.Except(stepped))}; more: {string.Join(" | ", stepped.Except(undisturbed))}");
            }
        }
    }

    // Gauges that report each second by clocks of their own, and the machine's clock set forward between any two records.
    private static List<string> Play(int seed, double steps, bool snapshots)
    {
        string rules = Rig.Rules(
            Rig.Threshold("avg", "value: avg(40s), levels: { yellow: 2.5 }, off-delay: 5s", "{ quantity: level }"),
            Rig.Threshold("last", "levels: { yellow: 3, red: 4 }, on-delay: 3s, off-delay: 2s, clear-margin: 1", "{ quantity: level }"),
            "{ id: d, type: deadman, domain: water, title: T, scope: { quantity: level }, silence: 8s, level: yellow }",
            "{ id: g, type: deadman, domain: water, title: T, scope: { domain: water }, of: gateway, silence: 7s, level: yellow }");
        var rig = new Rig(rules);
        var (readings, clock) = (new Random(seed), new Random(seed * 100));
        double ahead = 0;
        double level = 2;
        for (int second = 0; second < 600; second++)
        {
            level = Math.Clamp(level + readings.Next(-1, 2), 0, 5);
            bool comes = second / 20 % 6 != 0;
            foreach (string gauge in (string[])["gw/stage", "gw2/stage"])
            {
                double value = level + readings.Next(2);
                if (comes)
                    rig.Read(gauge, second, value, received: second + ahead);
            }
            if (clock.NextDouble() < steps)
            {
                double by = clock.Next(1, 7200);
                rig.Step(second + ahead + by, ahead + by);
                ahead += by;
                if (snapshots)
                    Restore(rig, rules);
            }
            rig.Tick(second + ahead + 0.5);
        }
        // Marks included: nothing is found later than without the steps.
        return [.. rig.Tick(1000 + ahead).Lines.Order(StringComparer.Ordinal)];
    }

    private static void Restore(Rig rig, string rules)
    {
        var bytes = new ArrayBufferWriter<byte>();
        rig.Engine.WriteSnapshot(bytes);
        rig.Restart(new RuleEngine(rig.Table));
        rig.Activate(rules);
        Assert.True(rig.Engine.TryRestore(bytes.WrittenSpan));
    }
}
