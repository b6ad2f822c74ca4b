using System.Buffers;
using CsCheck;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Snapshots;
using SensorGrid.Rules.Windows;

namespace SensorGrid.Rules.Tests.Windows;

public sealed class WindowFunctionTests
{
    private static readonly Gen<ValueExpression> Functions = Gen.Select(Gen.Int[0, 10], Gen.Int[3, 30], Gen.Int[0, 8], Gen.Int[0, 20], Gen.Int[0, 2], Gen.Int[0, 29])
        .Select((choice, width, interval, argument, kind, anchor) =>
        {
            var function = new[]
            {
                ValueFunction.Sum, ValueFunction.Average, ValueFunction.Minimum, ValueFunction.Maximum, ValueFunction.Count, ValueFunction.Increase,
                ValueFunction.Increase, ValueFunction.StandardDeviation, ValueFunction.Quantile, ValueFunction.Coverage, ValueFunction.Coverage,
            }[choice];
            return new ValueExpression(function, width, function == ValueFunction.Coverage ? Math.Min(width, interval + 1) : 0)
            {
                Argument = function switch { ValueFunction.Quantile => argument / 20.0, ValueFunction.Increase => argument / 2, _ => 0 },
                Window = (WindowKind)kind,
                AnchorTicks = kind == 0 ? 0 : anchor % width,
            };
        });

    // Quarters, so that sums are exact; few of them, so that ties, wraps and equal neighbours come up.
    private static readonly Gen<(int Gap, int Quarters)> Step = Gen.Select(Gen.Frequency((8, Gen.Int[1, 6]), (1, Gen.Int[20, 90])), Gen.Int[-3, 40]);

    [Fact]
    public void Value_at_every_instant_equals_that_of_the_whole_history_across_restarts() =>
        Gen.Select(Functions, Step.Array[1, 40], Gen.Int[1, 60]).Sample((expression, steps, restartEvery) =>
        {
            var window = WindowFactory.Create(expression)!;
            var history = new List<(long Time, double Value)>();
            long now = 1000;
            foreach (var (gap, quarters) in steps)
            {
                // A rule asks for values from its first reading on.
                for (int i = 1; i < gap; i++)
                    AssertSame(++now, isAsked: history.Count > 0);
                now++;
                history.Add((now, quarters / 4.0));
                Assert.True(window.Add(now, quarters / 4.0));
                AssertSame(now, isAsked: true);
            }

            void AssertSame(long time, bool isAsked)
            {
                window.ExpireAt(time);
                if (isAsked)
                    AssertEqual(expression, WindowOracle.ValueAt(expression, history, time), window.Value);
                if (time % restartEvery == 0)
                    window = Restarted(window, expression);
            }
        });

    [Fact]
    public void Next_expiry_is_no_later_than_the_first_instant_at_which_the_value_changes_by_itself() =>
        Gen.Select(Functions, Step.Array[1, 20]).Sample((expression, steps) =>
        {
            var window = WindowFactory.Create(expression)!;
            var history = new List<(long Time, double Value)>();
            long now = 1000;
            foreach (var (gap, quarters) in steps)
            {
                history.Add((now += gap, quarters / 4.0));
                window.Add(now, quarters / 4.0);
            }
            for (long time = now; time < now + 200; time++)
            {
                if (time >= window.NextExpiry)
                    window.ExpireAt(time);
                AssertEqual(expression, WindowOracle.ValueAt(expression, history, time), window.Value);
            }
        });

    [Fact]
    public void What_a_wrong_clock_stamped_leaves_no_trace() =>
        Gen.Select(Functions.Where(expression => expression.Function is not (ValueFunction.Minimum or ValueFunction.Maximum) && expression.Window == WindowKind.Sliding), Step.Array[1, 20], Gen.Int[0, 20])
            .Sample((expression, steps, kept) =>
            {
                kept = Math.Min(kept, steps.Length);
                var (window, fresh) = (WindowFactory.Create(expression)!, WindowFactory.Create(expression)!);
                // All inside the window, so that nothing has left because of the wrong clock.
                long now = 1000;
                foreach (var (at, (_, quarters)) in steps.Take(expression.WindowTicks > 20 ? 20 : 2).Index())
                {
                    window.Add(++now, quarters / 4.0);
                    if (at < kept)
                        fresh.Add(now, quarters / 4.0);
                }
                window.ForgetFrom(1001 + kept);
                AssertEqual(expression, fresh.Value, window.Value);
                Assert.Equal(Snapshot(fresh), Snapshot(window));
            });

    [Fact]
    public void A_period_of_a_clock_that_was_ahead_is_not_the_previous_one()
    {
        var window = WindowFactory.Create(new ValueExpression(ValueFunction.Sum, 100) { Window = WindowKind.PreviousAligned })!;
        window.Add(1050, 1);
        window.Add(5050, 7);
        Assert.Equal(0, window.Value);
        window.ForgetFrom(1150);
        Assert.Equal(double.NaN, window.Value);
        window.Add(1150, 2);
        window.ExpireAt(1201);
        Assert.Equal(2, window.Value);
    }

    [Theory]
    [InlineData(new[] { 10.0, 12, 15 }, 0, 5)]
    [InlineData(new[] { 10.0, 12, 3 }, 0, 5)]
    [InlineData(new[] { 990.0, 998, 4 }, 1000, 14)]
    [InlineData(new[] { 300.0, 310, 4 }, 1000, 14)]
    [InlineData(new[] { 1500.0, 4 }, 1000, 4)]
    [InlineData(new[] { 998.0, 0, 998, 0 }, 1000, 1002)]
    [InlineData(new[] { 7.0 }, 0, 0)]
    public void Counter_goes_up_past_its_end_and_begins_again(double[] shown, double wrapsAt, double increase)
    {
        var window = new IncreaseWindow(new(ValueFunction.Increase, 1000) { Argument = wrapsAt });
        for (int i = 0; i < shown.Length; i++)
            window.Add(i + 1, shown[i]);
        Assert.Equal(increase, window.Value);
    }

    [Fact]
    public void Fifty_tips_of_a_bucket_are_ten_millimetres_sharp()
    {
        var window = new IncreaseWindow(new(ValueFunction.Increase, 1000) { Argument = 1000 });
        for (int tip = 0; tip <= 50; tip++)
            window.Add(tip + 1, (double)(995.0m + (0.2m * tip)) % 1000);
        Assert.Equal(10, window.Value);
    }

    [Theory]
    [InlineData(1e9, 1e-3)]
    [InlineData(101325, 0.01)]
    [InlineData(-4e8, 0.5)]
    public void Deviation_is_right_where_the_mean_is_large_against_it(double mean, double spread)
    {
        var window = new DeviationWindow(new(ValueFunction.StandardDeviation, 1000));
        for (int i = 1; i <= 100; i++)
            window.Add(i, mean + (i % 2 == 0 ? spread : -spread));
        // What is added to the mean is what a double near it can hold.
        double held = (mean + spread - (mean - spread)) / 2;
        Assert.Equal(held * Math.Sqrt(100 / 99.0), window.Value, 1e-12 * held);
    }

    [Fact]
    public void Deviation_of_a_stuck_value_is_zero_and_of_one_value_unknown()
    {
        var window = new DeviationWindow(new(ValueFunction.StandardDeviation, 50));
        window.Add(1, 0.1);
        Assert.Equal(double.NaN, window.Value);
        for (int i = 2; i < 200; i++)
            window.Add(i, i < 100 ? i / 7.0 : 0.1);
        Assert.Equal(0, window.Value);
        window.Add(200, 1e200);
        Assert.Equal(double.NaN, window.Value);
        window.Add(251, 2);
        window.Add(252, 4);
        Assert.Equal(Math.Sqrt(2), window.Value);
    }

    [Fact]
    public void Coverage_of_readings_as_expected_is_one_and_a_burst_does_not_fill_a_gap()
    {
        var window = new CoverageWindow(new(ValueFunction.Coverage, 100, PerTicks: 10));
        for (int at = 10; at <= 200; at += 10)
            window.Add(at, 0);
        Assert.Equal(1, window.Value);
        window.ExpireAt(250);
        Assert.Equal(0.5, window.Value);
        for (int at = 251; at <= 260; at++)
            window.Add(at, 0);
        // Four readings from 170 on, and the burst: the interval before it and the nine ticks in it.
        Assert.Equal((40 + 10 + 9) / 100.0, window.Value);
    }

    [Fact]
    public void A_warm_window_allocates_nothing()
    {
        foreach (var function in Enum.GetValues<ValueFunction>().Where(function => function != ValueFunction.Last))
        {
            var window = WindowFactory.Create(new ValueExpression(function, 500, PerTicks: 10) { Argument = 0.3 })!;
            for (int i = 1; i < 3000; i++)
                window.Add(i, i * 7919 % 1009);
            double seen = 0;
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 3000; i < 9000; i++)
            {
                window.Add(i, i * 7919 % 1009);
                seen += window.Value;
            }
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.NotEqual(0, seen);
        }
    }

    private static void AssertEqual(ValueExpression expression, double expected, double actual)
    {
        if (expression.Function is ValueFunction.StandardDeviation or ValueFunction.Quantile && double.IsFinite(expected))
            Assert.Equal(expected, actual, 1e-9);
        else
            Assert.Equal(expected, actual);
    }

    private static IWindow Restarted(IWindow window, ValueExpression expression)
    {
        var restored = WindowFactory.Create(expression)!;
        byte[] written = Snapshot(window);
        var reader = new SnapshotReader(written);
        restored.ReadFrom(ref reader);
        Assert.True(reader.IsAtEnd && !reader.IsBroken);
        Assert.Equal(written, Snapshot(restored));
        return restored;
    }

    private static byte[] Snapshot(IWindow window)
    {
        var written = new ArrayBufferWriter<byte>();
        window.WriteTo(new(written));
        return written.WrittenSpan.ToArray();
    }
}
