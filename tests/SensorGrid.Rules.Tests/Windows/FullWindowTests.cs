using SensorGrid.Rules.Model;
using SensorGrid.Rules.Windows;

namespace SensorGrid.Rules.Tests.Windows;

/// <summary>A window that is full drops its oldest reading for a new one, says so, and is then as if that one had never been in it.</summary>
public sealed class FullWindowTests
{
    private const int Room = 3;

    // Value after 100, 1, 2 at 10, 20, 30, and after 9 at 40 has thrown 100 out. The counter began again at 1; the first reading vouches for the 100 ticks of an interval.
    [Theory]
    [InlineData(ValueFunction.Sum, 103, 12)]
    [InlineData(ValueFunction.Average, 103 / 3.0, 4)]
    [InlineData(ValueFunction.Count, 3, 3)]
    [InlineData(ValueFunction.Delta, -98, 8)]
    [InlineData(ValueFunction.Rate, -98 / 20.0, 8 / 20.0)]
    [InlineData(ValueFunction.Increase, 2, 8)]
    [InlineData(ValueFunction.Quantile, 2, 2)]
    [InlineData(ValueFunction.Coverage, 0.12, 0.03)]
    public void The_oldest_leaves_as_if_it_had_never_been(ValueFunction function, double full, double after)
    {
        var window = Create(function);
        Assert.True(window.Add(10, 100));
        Assert.True(window.Add(20, 1));
        Assert.True(window.Add(30, 2));
        Assert.Equal(full, window.Value);
        Assert.False(window.Add(40, 9));
        Assert.Equal(after, window.Value);
    }

    [Fact]
    public void Deviation_after_the_oldest_has_left_is_that_of_the_rest()
    {
        var window = Create(ValueFunction.StandardDeviation);
        Assert.True(window.Add(10, 100) && window.Add(20, 1) && window.Add(30, 2));
        Assert.False(window.Add(40, 3));
        Assert.Equal(1, window.Value, 1e-15);
        Assert.False(window.Add(50, 3));
        Assert.False(window.Add(60, 3));
        Assert.Equal(0, window.Value);
    }

    // Only a row of values none of which beats the others fills a window of extremes.
    [Theory]
    [InlineData(ValueFunction.Minimum, 1, 2)]
    [InlineData(ValueFunction.Maximum, -1, -2)]
    public void The_oldest_extreme_leaves_and_the_next_one_counts(ValueFunction function, double sign, double after)
    {
        var window = Create(function);
        Assert.True(window.Add(10, sign * 1) && window.Add(20, sign * 2) && window.Add(30, sign * 3));
        Assert.False(window.Add(40, sign * 4));
        Assert.Equal(after, window.Value);
        Assert.True(window.Add(50, sign * 3));
        Assert.Equal(after, window.Value);
    }

    [Theory]
    [InlineData(ValueFunction.Sum, 1020)]
    [InlineData(ValueFunction.Quantile, 1020)]
    [InlineData(ValueFunction.StandardDeviation, 1020)]
    [InlineData(ValueFunction.Coverage, 1020)]
    [InlineData(ValueFunction.Increase, 1030)]
    [InlineData(ValueFunction.Delta, long.MaxValue)]
    public void The_next_to_leave_is_the_oldest_of_the_rest(ValueFunction function, long expiry)
    {
        var window = Create(function);
        Assert.Equal(long.MaxValue, window.NextExpiry);
        for (int at = 10; at <= 40; at += 10)
            window.Add(at, at);
        Assert.Equal(expiry, window.NextExpiry);
    }

    [Theory]
    [InlineData(ValueFunction.Sum)]
    [InlineData(ValueFunction.Minimum)]
    [InlineData(ValueFunction.Delta)]
    [InlineData(ValueFunction.Increase)]
    [InlineData(ValueFunction.StandardDeviation)]
    [InlineData(ValueFunction.Quantile)]
    [InlineData(ValueFunction.Coverage)]
    public void Has_no_room_for_one_that_comes_late(ValueFunction function)
    {
        var window = Create(function);
        Assert.True(window.Add(10, 1) && window.Add(20, 5) && window.Add(30, 8));
        double before = window.Value;
        Assert.False(window.AddLate(25, 1000, 30));
        Assert.Equal(before, window.Value);
    }

    [Theory]
    [InlineData(ValueFunction.Sum)]
    [InlineData(ValueFunction.Maximum)]
    [InlineData(ValueFunction.Delta)]
    [InlineData(ValueFunction.Increase)]
    [InlineData(ValueFunction.StandardDeviation)]
    [InlineData(ValueFunction.Quantile)]
    [InlineData(ValueFunction.Coverage)]
    public void Whose_readings_are_outside_by_now_it_has_room(ValueFunction function)
    {
        var window = Create(function);
        Assert.True(window.Add(10, 9) && window.Add(20, 8) && window.Add(30, 7));
        Assert.True(window.Add(1025, 6));
        Assert.True(window.Add(2040, 5));
    }

    [Fact]
    public void A_steady_counter_in_a_full_window_has_gone_up_by_the_steps_it_still_holds()
    {
        var window = new IncreaseWindow(new(ValueFunction.Increase, 1000), Room);
        for (int i = 1; i <= 10; i++)
            Assert.Equal(i <= Room, window.Add(i, i * i));
        Assert.Equal(100 - 64, window.Value);
        // Each window of one reading, too, knows no step.
        var one = new IncreaseWindow(new(ValueFunction.Increase, 1000), 1);
        Assert.True(one.Add(1, 5));
        Assert.False(one.Add(2, 9));
        Assert.Equal(0, one.Value);
    }

    private static IWindow Create(ValueFunction function)
    {
        var expression = new ValueExpression(function, 1000, PerTicks: function == ValueFunction.Coverage ? 100 : 1) { Argument = function == ValueFunction.Quantile ? 0.5 : 0 };
        return function switch
        {
            ValueFunction.Increase => new IncreaseWindow(expression, Room),
            ValueFunction.StandardDeviation => new DeviationWindow(expression, Room),
            ValueFunction.Quantile => new QuantileWindow(expression, Room),
            ValueFunction.Coverage => new CoverageWindow(expression, Room),
            _ => new SlidingWindow(expression, Room),
        };
    }
}
