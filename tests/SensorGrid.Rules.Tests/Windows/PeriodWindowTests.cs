using System.Buffers;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Snapshots;
using SensorGrid.Rules.Windows;

namespace SensorGrid.Rules.Tests.Windows;

/// <summary>Hours and days at their boundaries, where readings come late and clocks are put right. Periods here are 100 ticks long: (1000, 1100] and so on.</summary>
public sealed class PeriodWindowTests
{
    private static IWindow Running(ValueFunction function = ValueFunction.Sum) => WindowFactory.Create(new ValueExpression(function, 100) { Window = WindowKind.Aligned })!;

    private static IWindow Previous(ValueFunction function = ValueFunction.Sum) =>
        WindowFactory.Create(new ValueExpression(function, 100, PerTicks: 10) { Window = WindowKind.PreviousAligned, Argument = 0.5 })!;

    [Fact]
    public void A_reading_of_the_period_before_does_not_bring_it_back()
    {
        var window = Running();
        window.Add(1050, 3);
        Assert.Equal((3, 1101), (window.Value, window.NextExpiry));
        window.ExpireAt(1100);
        Assert.Equal(3, window.Value);
        window.ExpireAt(1101);
        Assert.Equal((0, long.MaxValue), (window.Value, window.NextExpiry));
        window.Add(1090, 7);
        Assert.Equal(0, window.Value);
        Assert.False(window.AddLate(1080, 9, 1101));
        Assert.Equal(0, window.Value);
        window.Add(1150, 2);
        Assert.True(window.AddLate(1101, 4, 1150));
        Assert.False(window.AddLate(1100, 5, 1150));
        Assert.Equal((6, 1201), (window.Value, window.NextExpiry));
    }

    [Fact]
    public void Time_that_goes_back_does_not_bring_a_period_back()
    {
        var window = Running();
        window.Add(1050, 3);
        window.ExpireAt(1101);
        window.ExpireAt(1060);
        window.Add(1090, 7);
        Assert.Equal(0, window.Value);
        window = Restarted(window, Running());
        window.Add(1095, 7);
        Assert.Equal(0, window.Value);
    }

    [Fact]
    public void A_clock_that_was_put_right_does()
    {
        var window = Running();
        window.Add(1150, 3);
        window.ExpireAt(1201);
        window.ForgetFrom(1100);
        window.Add(1100, 4);
        Assert.Equal((4, 1101), (window.Value, window.NextExpiry));
        // What was before the time stays, and so does its period.
        window.Add(1102, 5);
        window.ForgetFrom(1180);
        Assert.Equal(5, window.Value);
        window.Add(1190, 1);
        window.ForgetFrom(1190);
        Assert.Equal(5, window.Value);
    }

    [Fact]
    public void The_previous_period_takes_its_last_readings_until_one_of_the_next_comes()
    {
        var window = Previous();
        Assert.Equal((double.NaN, long.MaxValue), (window.Value, window.NextExpiry));
        // Time alone begins no period.
        window.ExpireAt(5000);
        Assert.False(window.AddLate(900, 1, 1000));
        Assert.Equal((double.NaN, long.MaxValue), (window.Value, window.NextExpiry));
        window.Add(1050, 3);
        Assert.Equal((double.NaN, 1101), (window.Value, window.NextExpiry));
        window.ExpireAt(1100);
        Assert.Equal(double.NaN, window.Value);
        window.ExpireAt(1101);
        Assert.Equal((3, 1201), (window.Value, window.NextExpiry));
        Assert.True(window.AddLate(1001, 4, 1101));
        Assert.Equal(7, window.Value);
        Assert.False(window.AddLate(1000, 4, 1101));
        window.Add(1060, 10);
        Assert.Equal(17, window.Value);
        window.Add(1101, 1);
        Assert.Equal((17, 1201), (window.Value, window.NextExpiry));
        Assert.False(window.AddLate(1090, 5, 1101));
        Assert.Equal(17, window.Value);
        window.Add(1200, 2);
        Assert.Equal(17, window.Value);
        window.ExpireAt(1201);
        Assert.Equal((3, 1301), (window.Value, window.NextExpiry));
        // Time does not go back.
        window.ExpireAt(1150);
        Assert.Equal((3, 1301), (window.Value, window.NextExpiry));
    }

    [Fact]
    public void A_counter_of_the_period_takes_none_of_the_one_before()
    {
        var window = Previous(ValueFunction.Increase);
        window.Add(1150, 5);
        Assert.False(window.AddLate(1050, 3, 1150));
        window.Add(1160, 6);
        window.ExpireAt(1201);
        Assert.Equal(1, window.Value);
        Assert.True(window.AddLate(1140, 3, 1201));
        Assert.Equal(3, window.Value);
    }

    [Theory]
    [InlineData(ValueFunction.Sum, 0)]
    [InlineData(ValueFunction.Count, 0)]
    [InlineData(ValueFunction.Increase, 0)]
    [InlineData(ValueFunction.Coverage, 0)]
    [InlineData(ValueFunction.Average, double.NaN)]
    [InlineData(ValueFunction.Minimum, double.NaN)]
    [InlineData(ValueFunction.Quantile, double.NaN)]
    [InlineData(ValueFunction.StandardDeviation, double.NaN)]
    public void A_period_without_readings_gives_what_an_empty_window_does(ValueFunction function, double empty)
    {
        var window = Previous(function);
        window.Add(1050, 3);
        window.Add(1060, 3);
        window.ExpireAt(1101);
        Assert.NotEqual(empty, window.Value + (function is ValueFunction.Increase or ValueFunction.StandardDeviation ? 1 : 0));
        window.ExpireAt(1201);
        Assert.Equal((empty, long.MaxValue), (window.Value, window.NextExpiry));
        // Two periods later: the one before it was empty too.
        window.Add(1350, 5);
        Assert.Equal((empty, 1401), (window.Value, window.NextExpiry));
        window.ExpireAt(1401);
        window = Restarted(window, Previous(function));
        Assert.Equal(1501, window.NextExpiry);
        window.ExpireAt(1501);
        Assert.Equal((empty, long.MaxValue), (window.Value, window.NextExpiry));
    }

    [Fact]
    public void What_was_before_a_period_that_has_not_begun_by_the_right_clock_is_not_known()
    {
        var window = Previous();
        window.ForgetFrom(10);
        Assert.Equal(long.MaxValue, window.NextExpiry);
        window.Add(1050, 3);
        window.Add(1150, 4);
        Assert.Equal(3, window.Value);
        window.ForgetFrom(1101);
        Assert.Equal((3, 1201), (window.Value, window.NextExpiry));
        window.ForgetFrom(1100);
        Assert.Equal((double.NaN, long.MaxValue), (window.Value, window.NextExpiry));
    }

    [Fact]
    public void A_clock_that_is_put_right_within_the_period_takes_the_time_back_and_no_further()
    {
        var window = Previous();
        window.Add(1050, 3);
        window.ExpireAt(1350);
        Assert.Equal((0, long.MaxValue), (window.Value, window.NextExpiry));
        // In the period after the one that was read: what that gave.
        window.ForgetFrom(1120);
        Assert.Equal((3, 1201), (window.Value, window.NextExpiry));
        // In the one that was read.
        window.ForgetFrom(1060);
        Assert.Equal((double.NaN, 1101), (window.Value, window.NextExpiry));
        // Time that has not come so far is not moved on.
        window.ForgetFrom(1500);
        Assert.Equal((double.NaN, 1101), (window.Value, window.NextExpiry));
        window.ExpireAt(1101);
        Assert.Equal(3, window.Value);
        // The reading itself goes when it was stamped by the wrong clock.
        window.ForgetFrom(1050);
        Assert.Equal((double.NaN, 1101), (window.Value, window.NextExpiry));
        window.ExpireAt(1101);
        Assert.Equal(0, window.Value);
    }

    private static IWindow Restarted(IWindow window, IWindow restored)
    {
        var written = new ArrayBufferWriter<byte>();
        window.WriteTo(new(written));
        var reader = new SnapshotReader(written.WrittenSpan);
        restored.ReadFrom(ref reader);
        Assert.True(reader.IsAtEnd && !reader.IsBroken);
        return restored;
    }
}
