using CsCheck;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Tests.Support;
using SensorGrid.Testing;

namespace SensorGrid.Rules.Tests.Thresholds;

public sealed class ThresholdPropertyTests
{
    private const double Margin = 0.5;

    private static readonly (Level Level, double Limit)[] Limits = [(Level.Yellow, 3), (Level.Orange, 5), (Level.Red, 8)];

    // Small numbers, so that values stand on limits and readings, delays and expiries fall on the same second.
    private static readonly Gen<(int Gap, int Quarters)[]> Readings = Gen.Select(Gen.Int[1, 9], Gen.Int[0, 40]).Array[1, 25];
    private static readonly Gen<(string Text, ValueFunction Function, int Window)> Values = Gen.Int[0, 7].Select(choice => new[]
    {
        ("last", ValueFunction.Last, 0),
        ("sum(7s)", ValueFunction.Sum, 7),
        ("avg(6s)", ValueFunction.Average, 6),
        ("max(5s)", ValueFunction.Maximum, 5),
        ("max(5s) * 2 - max(5s)", ValueFunction.Maximum, 5),
        ("last + sum(7s) - last", ValueFunction.Sum, 7),
        ("count(9s)", ValueFunction.Count, 9),
        ("delta(8s)", ValueFunction.Delta, 8),
    }[choice]);

    [Fact]
    public void Changes_equal_those_of_looking_at_the_whole_history_every_second() =>
        Gen.Select(Values, Gen.Int[0, 8], Gen.Int[0, 8], Readings, Gen.Int[1, 13]).Sample((value, onDelay, offDelay, steps, tickEvery) =>
        {
            var rig = new Rig(Rig.Rules(Rig.Threshold(
                "t", $"value: {value.Text}, levels: {{ yellow: 3, orange: 5, red: 8 }}, clear-margin: {Margin}, on-delay: {onDelay}s, off-delay: {offDelay}s")));
            var readings = new Dictionary<int, double>();
            int now = 0;
            foreach (var (gap, quarters) in steps)
            {
                // How often ticks come must not matter.
                for (int second = now + 1; second < now + gap; second++)
                {
                    if (second % tickEvery == 0)
                        rig.Tick(second);
                }
                now += gap;
                readings[now] = quarters / 4.0;
                rig.Read("gw/stage", now, readings[now]);
            }
            rig.Tick(now + 30);

            var oracle = new ThresholdOracle(value.Function, value.Window, Limits, Margin, onDelay, offDelay);
            Assert.Equal(
                oracle.Changes(readings, now + 30).Select(change => (change.At, change.From, change.To, change.Onset)),
                rig.Changes.Select(change => (Second(change.AtTicks), change.From, change.To, Second(change.OnsetTicks))));
        });

    private static int Second(long ticks) => (int)((ticks - Some.Ticks) / TimeSpan.TicksPerSecond);
}
