using CsCheck;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Tests.Support;
using SensorGrid.Rules.Windows;
using SensorGrid.Testing;

namespace SensorGrid.Rules.Tests.Windows;

public sealed class MeasureSeriesTests
{
    private static readonly string[] Texts =
    [
        "last", "sum(10s)", "avg(7s)", "min(10s)", "max(3s)", "rate(10s, 1s)", "rate(5s, 1s)", "increase(10s)", "increase(10s, 3)", "stddev(9s)", "quantile(8s, 0.3)", "coverage(10s, 2s)",
        "sum(hour)", "max(previous hour)",
    ];

    private static readonly Gen<string> Expressions = Gen.Int[0, Texts.Length - 1].Select(number => Texts[number]);

    // Few digits, so that limits are met exactly and values come back.
    private static readonly Gen<(int Gap, int Quarters)> Step = Gen.Select(Gen.Int[1, 12], Gen.Int[-8, 8]);

    [Fact]
    public void At_every_change_of_a_rule_it_is_the_value_that_the_rule_compared() =>
        Gen.Select(Expressions, Step.Array[1, 40], Gen.Int[0, 6]).Sample((text, steps, limit) =>
        {
            Assert.True(ValueExpression.TryParse(text, out var expression));
            // One level at each of many limits, so that nearly every movement is a change.
            var rig = new Rig(Rig.Rules([.. Enumerable.Range(-20, 41).Select(n =>
                Rig.Threshold($"t{n + 20}", $"value: \"{text}\", levels: {{ yellow: {(n + limit / 7.0).ToString(System.Globalization.CultureInfo.InvariantCulture)} }}"))]));
            var series = new MeasureSeries(expression);
            var points = new List<MeasurePoint>();
            int now = 0;
            foreach (var (gap, quarters) in steps)
            {
                now += gap;
                rig.Tick(now - 1).Read("gw/stage", now, quarters / 4.0);
                series.Add(Some.TicksAfter(now), quarters / 4.0, points);
            }
            rig.Tick(now + 100);
            series.AdvanceTo(Some.TicksAfter(now + 100), points);

            Assert.All(rig.Changes, change => Assert.Equal(change.Value, points.Last(point => point.TimeTicks <= change.AtTicks).Value));
            Assert.Equal(points.OrderBy(point => point.TimeTicks), points);
        });

    [Fact]
    public void Rain_that_leaves_the_window_makes_points_of_its_own()
    {
        Assert.Equal(
            ["0 2", "300 5", "3600 3", "3900 0"],
            Points("sum(1h)", untilSecond: 9000, (0, 2), (300, 3)));
    }

    [Fact]
    public void Rain_that_has_left_before_the_next_reading_has_left_at_its_time() =>
        Assert.Equal(["0 2", "3600 0", "5000 3", "8600 0"], Points("sum(1h)", untilSecond: 9000, (0, 2), (5000, 3)));

    [Fact]
    public void What_leaves_as_a_reading_comes_in_leaves_together_with_it()
    {
        // At 3600 the first leaves and the third comes: never 2, never 6.
        Assert.Equal(["0 2", "1800 4", "3600 4", "5400 2", "7200 0"], Points("sum(1h)", untilSecond: 9000, (0, 2), (1800, 2), (3600, 2)));
    }

    [Fact]
    public void A_dry_reading_that_leaves_changes_nothing_and_makes_no_point()
    {
        Assert.Equal(["0 0", "60 0", "120 1", "3720 0"], Points("sum(1h)", untilSecond: 9000, (0, 0), (60, 0), (120, 1)));
    }

    [Fact]
    public void A_window_that_is_empty_has_no_value()
    {
        Assert.Equal(["0 2", "600 NaN"], Points("max(10min)", untilSecond: 9000, (0, 2)));
    }

    [Fact]
    public void Nothing_is_said_of_a_time_that_has_not_come()
    {
        Assert.Equal(["0 2"], Points("sum(1h)", untilSecond: 3599, (0, 2)));
    }

    [Fact]
    public void Readings_measured_by_themselves_are_their_own_points()
    {
        Assert.Equal(["0 2", "60 2", "120 3"], Points("last", untilSecond: 9000, (0, 2), (60, 2), (120, 3)));
    }

    private static List<string> Points(string text, double untilSecond, params ReadOnlySpan<(double Second, double Value)> readings)
    {
        Assert.True(ValueExpression.TryParse(text, out var expression));
        var series = new MeasureSeries(expression);
        var points = new List<MeasurePoint>();
        foreach (var (second, value) in readings)
            series.Add(Some.TicksAfter(second), value, points);
        series.AdvanceTo(Some.TicksAfter(untilSecond), points);
        return [.. points.Select(point => string.Create(
            System.Globalization.CultureInfo.InvariantCulture, $"{(point.TimeTicks - Some.Ticks) / TimeSpan.TicksPerSecond} {point.Value}"))];
    }
}
