using CsCheck;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Windows;

namespace SensorGrid.Rules.Tests.Windows;

public sealed class SlidingWindowTests
{
    private static readonly Gen<ValueFunction> Functions = Gen.Int[1, 5].Select(number => (ValueFunction)number);

    // Values with few digits, so that equal ones, ties and cancellations come up.
    private static readonly Gen<(int Gap, int Value)> Step = Gen.Select(Gen.Int[1, 12], Gen.Int[-5, 5]);

    [Fact]
    public void Value_at_every_instant_equals_that_of_the_whole_history() =>
        Gen.Select(Functions, Gen.Int[1, 30], Step.Array[1, 40]).Sample((function, width, steps) =>
        {
            var window = new SlidingWindow(new(function, width, PerTicks: 10));
            var history = new List<(long Time, double Value)>();
            long now = 0;
            foreach (var (gap, quarters) in steps)
            {
                for (int i = 1; i < gap; i++)
                    AssertSame(++now);
                now++;
                history.Add((now, quarters / 4.0));
                Assert.True(window.Add(now, quarters / 4.0));
                AssertSame(now);
            }

            void AssertSame(long time)
            {
                window.ExpireAt(time);
                Assert.Equal(BruteForce(new(function, width, 10), history, time), window.Value);
            }
        });

    [Fact]
    public void Next_expiry_is_the_first_instant_at_which_the_value_changes_by_itself() =>
        Gen.Select(Functions.Where(function => function != ValueFunction.Rate), Gen.Int[1, 30], Step.Array[1, 20]).Sample((function, width, steps) =>
        {
            var window = new SlidingWindow(new(function, width));
            var history = new List<(long Time, double Value)>();
            long now = 0;
            foreach (var (gap, value) in steps)
                Assert.True(window.Add(now += gap, Put(history, now, value)));
            double held = window.Value;
            for (long time = now; time < window.NextExpiry; time++)
                Assert.Equal(held, BruteForce(new(function, width), history, time));
        });

    [Theory]
    [InlineData(ValueFunction.Sum, 3.0)]
    [InlineData(ValueFunction.Average, 1.5)]
    [InlineData(ValueFunction.Minimum, 1.0)]
    [InlineData(ValueFunction.Maximum, 2.0)]
    public void Reading_as_old_as_the_window_is_outside(ValueFunction function, double inside)
    {
        var window = new SlidingWindow(new(function, 10));
        window.Add(0, 2);
        window.Add(9, 1);
        window.ExpireAt(9);
        Assert.Equal(inside, window.Value);
        window.ExpireAt(10);
        Assert.Equal(1, window.Value);
    }

    [Fact]
    public void Rate_measures_from_the_newest_reading_at_or_before_the_start()
    {
        var window = new SlidingWindow(new(ValueFunction.Rate, 10, PerTicks: 1));
        window.Add(0, 100);
        Assert.Equal(double.NaN, window.Value);
        window.Add(4, 104);
        Assert.Equal(1, window.Value);
        window.Add(14, 124);
        Assert.Equal(2, window.Value);
        window.Add(20, 124);
        Assert.Equal(20.0 / 16, window.Value);
    }

    [Fact]
    public void Beyond_its_capacity_the_oldest_reading_leaves_early_and_that_is_said()
    {
        var window = new SlidingWindow(new(ValueFunction.Sum, 1000), maxReadings: 3);
        Assert.True(window.Add(1, 1));
        Assert.True(window.Add(2, 10));
        Assert.True(window.Add(3, 100));
        Assert.False(window.Add(4, 1000));
        Assert.Equal(1110, window.Value);
        Assert.Equal(1002, window.NextExpiry);
    }

    [Fact]
    public void Sum_of_a_million_readings_has_not_drifted()
    {
        var window = new SlidingWindow(new(ValueFunction.Sum, 50));
        for (int i = 1; i <= 1_000_000; i++)
            window.Add(i, i % 7 * 0.1 + (i % 1000 == 0 ? 1e12 : 0));
        var fresh = new SlidingWindow(new(ValueFunction.Sum, 50));
        for (int i = 999_951; i <= 1_000_000; i++)
            fresh.Add(i, i % 7 * 0.1 + (i % 1000 == 0 ? 1e12 : 0));
        Assert.Equal(fresh.Value, window.Value);
    }

    [Fact]
    public void Readings_stamped_by_a_clock_that_was_ahead_are_forgotten()
    {
        var window = new SlidingWindow(new(ValueFunction.Sum, 100));
        window.Add(1, 1);
        window.Add(50, 10);
        window.Add(60, 100);
        window.ForgetFrom(50);
        Assert.Equal(1, window.Value);
    }

    private static double Put(List<(long Time, double Value)> history, long time, double value)
    {
        history.Add((time, value));
        return value;
    }

    private static double BruteForce(ValueExpression expression, List<(long Time, double Value)> history, long now)
    {
        var inside = history.Where(reading => reading.Time > now - expression.WindowTicks).ToList();
        switch (expression.Function)
        {
            case ValueFunction.Sum:
                // Quarters: any order of adding gives the same.
                return inside.Sum(reading => reading.Value);
            case ValueFunction.Average:
                return inside.Count == 0 ? double.NaN : inside.Sum(reading => reading.Value) / inside.Count;
            case ValueFunction.Minimum:
                return inside.Count == 0 ? double.NaN : inside.Min(reading => reading.Value);
            case ValueFunction.Maximum:
                return inside.Count == 0 ? double.NaN : inside.Max(reading => reading.Value);
            default:
                if (history.Count == 0)
                    return double.NaN;
                var last = history[^1];
                var before = history.Where(reading => reading.Time <= last.Time - expression.WindowTicks).ToList();
                var first = before.Count > 0 ? before[^1] : history[0];
                return first.Time == last.Time ? double.NaN : (last.Value - first.Value) * expression.PerTicks / (last.Time - first.Time);
        }
    }
}
