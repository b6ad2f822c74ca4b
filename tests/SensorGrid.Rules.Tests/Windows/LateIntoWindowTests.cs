using System.Buffers;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Snapshots;
using SensorGrid.Rules.Windows;

namespace SensorGrid.Rules.Tests.Windows;

/// <summary>What comes into a window out of turn, goes out of turn or is read back: worked out by hand at the edges that random readings seldom hit.</summary>
public sealed class LateIntoWindowTests
{
    public static TheoryData<ValueFunction> OfReadings => [ValueFunction.Sum, ValueFunction.Count, ValueFunction.Average, ValueFunction.StandardDeviation, ValueFunction.Quantile, ValueFunction.Coverage];

    public static TheoryData<ValueFunction> All => [.. Enum.GetValues<ValueFunction>().Where(function => function != ValueFunction.Last)];

    [Theory]
    [MemberData(nameof(OfReadings))]
    public void One_as_old_as_the_window_is_outside_and_one_a_tick_younger_is_in_it(ValueFunction function)
    {
        var window = Create(function);
        window.Add(120, 1);
        double before = window.Value;
        Assert.False(window.AddLate(20, 50, 120));
        Assert.Equal(before, window.Value);
        Assert.Equal(220, window.NextExpiry);
        Assert.True(window.AddLate(21, 50, 120));
        Assert.Equal(121, window.NextExpiry);
    }

    [Theory]
    [InlineData(ValueFunction.Minimum, 3)]
    [InlineData(ValueFunction.Maximum, -3)]
    public void An_extreme_as_old_as_the_window_is_outside(ValueFunction function, double extreme)
    {
        var window = Create(function);
        window.Add(120, 5 * Math.Sign(extreme));
        Assert.False(window.AddLate(20, extreme, 120));
        Assert.True(window.AddLate(21, extreme, 120));
        Assert.Equal(extreme, window.Value);
        window.ExpireAt(121);
        Assert.Equal(5 * Math.Sign(extreme), window.Value);
    }

    [Theory]
    [InlineData(ValueFunction.Minimum, 1)]
    [InlineData(ValueFunction.Maximum, -1)]
    public void A_late_extreme_is_kept_where_it_can_still_become_the_one_and_throws_out_what_it_beats(ValueFunction function, double sign)
    {
        var window = Create(function);
        foreach (var (at, value) in new[] { (10, 1.0), (20, 4.0), (30, 6.0), (50, 8.0) })
            window.Add(at, sign * value);
        // A younger one is as extreme: of no use. Then one that beats 4 and 6 but not 1.
        Assert.False(window.AddLate(45, sign * 8, 50));
        Assert.True(window.AddLate(40, sign * 4, 50));
        Assert.Equal(3, Held(window));
        Assert.Equal(sign * 1, window.Value);
        window.ExpireAt(110);
        Assert.Equal(sign * 4, window.Value);
        // Both 4 at 20 and 6 at 30 are gone: the next to leave is the late one.
        Assert.Equal(140, window.NextExpiry);
        window.ExpireAt(140);
        Assert.Equal(sign * 8, window.Value);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void One_of_a_time_that_is_held_already_is_not_taken_twice(ValueFunction function)
    {
        var window = Create(function);
        window.Add(10, 3);
        window.Add(20, 4);
        double before = window.Value;
        byte[] written = Snapshot(window);
        Assert.False(window.AddLate(10, -50, 20));
        Assert.False(window.AddLate(20, -50, 20));
        Assert.Equal(before, window.Value);
        Assert.Equal(written, Snapshot(window));
    }

    [Theory]
    [InlineData(ValueFunction.Delta)]
    [InlineData(ValueFunction.Rate)]
    [InlineData(ValueFunction.Increase)]
    [InlineData(ValueFunction.Sum)]
    [InlineData(ValueFunction.Minimum)]
    public void An_empty_window_takes_nothing_late(ValueFunction function) => Assert.False(Create(function).AddLate(10, 1, 20));

    [Fact]
    public void A_change_is_measured_from_a_late_one_at_the_start_of_its_window()
    {
        var window = Create(ValueFunction.Delta);
        window.Add(150, 1);
        window.Add(200, 9);
        Assert.Equal(8, window.Value);
        // 200 - 100: at the start, and what is older than it has no say from then on.
        Assert.True(window.AddLate(100, 4, 200));
        Assert.Equal(5, window.Value);
        Assert.False(window.AddLate(90, 7, 200));
        Assert.Equal(5, window.Value);
        // One in the middle is no matter now; it is when the window has moved on.
        Assert.True(window.AddLate(160, 2, 200));
        Assert.Equal(5, window.Value);
        window.Add(260, 9);
        Assert.Equal(7, window.Value);
    }

    [Fact]
    public void A_late_one_before_the_start_throws_out_what_lay_before_it()
    {
        var window = Create(ValueFunction.Delta);
        window.Add(50, 1);
        window.Add(200, 9);
        Assert.True(window.AddLate(60, 3, 200));
        Assert.Equal(6, window.Value);
        Assert.True(window.AddLate(100, 4, 200));
        Assert.Equal(5, window.Value);
        Assert.True(window.AddLate(101, 8, 200));
        Assert.Equal(5, window.Value);
    }

    [Fact]
    public void A_late_step_of_a_counter_takes_the_place_of_the_one_it_divides()
    {
        var window = Create(ValueFunction.Increase);
        window.Add(10, 5);
        window.Add(50, 9);
        Assert.Equal(4, window.Value);
        // 5, 7, 2, 9: up by 2, begun again at 2, up by 7.
        Assert.True(window.AddLate(20, 7, 50));
        Assert.True(window.AddLate(30, 2, 50));
        Assert.Equal(2 + 2 + 7, window.Value);
        // Before the first: a step up to it.
        Assert.True(window.AddLate(5, 1, 50));
        Assert.Equal(4 + 2 + 2 + 7, window.Value);
        // Behind the newest is not late, but has its place.
        Assert.True(window.AddLate(60, 10, 60));
        Assert.Equal(4 + 2 + 2 + 7 + 1, window.Value);
        // The steps that end at 10 and 20 are out of the window then.
        window.ExpireAt(120);
        Assert.Equal(2 + 7 + 1, window.Value);
    }

    [Fact]
    public void A_counter_knows_no_step_before_the_one_at_the_start_of_its_window()
    {
        var window = Create(ValueFunction.Increase);
        window.Add(20, 1);
        window.Add(120, 5);
        Assert.False(window.AddLate(10, 0, 120));
        Assert.Equal(4, window.Value);
        // Of two at or before the start the newer one counts.
        var other = Create(ValueFunction.Increase);
        other.Add(21, 1);
        other.Add(120, 5);
        Assert.True(other.AddLate(20, 0, 120));
        Assert.Equal(5, other.Value);
    }

    [Fact]
    public void A_late_reading_vouches_for_its_time_and_the_next_one_for_less()
    {
        // Each vouches for ten of a hundred ticks at most.
        var window = Create(ValueFunction.Coverage);
        window.Add(100, 0);
        window.Add(108, 0);
        Assert.Equal(0.18, window.Value);
        Assert.True(window.AddLate(104, 0, 108));
        Assert.Equal(0.18, window.Value);
        Assert.True(window.AddLate(50, 0, 108));
        Assert.Equal(0.28, window.Value);
        Assert.True(window.AddLate(97, 0, 108));
        // 50: ten; 97: ten; 100: three; 104 and 108: four each.
        Assert.Equal(0.31, window.Value);
        window.ExpireAt(197);
        Assert.Equal(0.11, window.Value);
    }

    [Fact]
    public void In_an_hour_a_late_reading_vouches_for_nothing_before_it()
    {
        var window = WindowFactory.CreateWithin(new ValueExpression(ValueFunction.Coverage, 100, PerTicks: 10) { Window = WindowKind.Aligned });
        window.Add(150, 0);
        Assert.True(window.AddLate(103, 0, 150));
        Assert.Equal(0.13, window.Value);
        Assert.True(window.AddLate(108, 0, 150));
        Assert.Equal(0.18, window.Value);
        Assert.False(window.AddLate(100, 0, 150));
    }

    [Fact]
    public void Late_values_that_differ_end_the_standstill_of_a_deviation_and_equal_ones_do_not()
    {
        var window = Create(ValueFunction.StandardDeviation);
        window.Add(10, 0.1);
        window.Add(50, 0.1);
        Assert.True(window.AddLate(20, 0.1, 50));
        Assert.True(window.AddLate(5, 0.1, 50));
        Assert.Equal(0, window.Value);
        Assert.True(window.AddLate(30, 1.1, 50));
        // Five of them, one farther by 1 than the others: 1 * 4 / 5 over 4.
        Assert.Equal(Math.Sqrt(0.2), window.Value, 1e-12);
        // Beside the one that differs, on each side one more like it and one more like the others.
        Assert.True(window.AddLate(31, 1.1, 50));
        Assert.True(window.AddLate(29, 1.1, 50));
        Assert.True(window.AddLate(32, 0.1, 50));
        window.ExpireAt(131);
        Assert.Equal(0, window.Value);
    }

    [Fact]
    public void A_late_value_in_front_of_one_that_differs_ends_a_standstill()
    {
        var window = Create(ValueFunction.StandardDeviation);
        window.Add(50, 3);
        Assert.True(window.AddLate(40, 5, 50));
        Assert.Equal(Math.Sqrt(2), window.Value, 1e-15);
        window.ExpireAt(140);
        window.Add(145, 3);
        Assert.Equal(0, window.Value);
    }

    // Three of 0.9 are such that sums alone would leave a deviation of 6e-17: that it is 0 is counted.
    [Fact]
    public void However_the_others_came_and_went_three_equal_ones_do_not_deviate()
    {
        var window = Create(ValueFunction.StandardDeviation);
        window.Add(10, 0.9);
        window.Add(50, 5);
        Assert.True(window.AddLate(20, 0.9, 50) && window.AddLate(30, 0.9, 50));
        window.ForgetFrom(50);
        Assert.Equal(0, window.Value);
        // In front of equal ones, behind them, and out at both ends.
        Assert.True(window.AddLate(5, 0.9, 50));
        window.ForgetFrom(30);
        Assert.Equal(0, window.Value);
        Assert.True(window.AddLate(40, 0.9, 50));
        window.ForgetFrom(40);
        window.Add(41, 0.9);
        window.Add(42, 0.9);
        window.Add(43, 7);
        window.ForgetFrom(42);
        Assert.Equal(4, Held(window));
        window.ExpireAt(105);
        Assert.Equal(0, window.Value);
        window.Add(106, 5);
        window.ExpireAt(141);
        Assert.Equal(double.NaN, window.Value);
        window.Add(142, 0.9);
        window.Add(143, 0.9);
        window.Add(144, 0.9);
        window.ExpireAt(206);
        Assert.Equal(0, window.Value);
    }

    [Fact]
    public void While_values_whose_squares_are_beyond_all_doubles_are_held_there_is_no_deviation()
    {
        var window = Create(ValueFunction.StandardDeviation);
        window.Add(10, 1e200);
        window.Add(20, 1e200);
        Assert.Equal(double.NaN, window.Value);
        window.Add(30, 1);
        window.Add(40, 1);
        window.ExpireAt(110);
        Assert.Equal(double.NaN, window.Value);
        window.ExpireAt(120);
        Assert.Equal(0, window.Value);
    }

    // What was forgotten may still lie behind the newest: it must have no say.
    [Fact]
    public void A_reading_that_comes_late_behind_the_newest_is_that()
    {
        var counter = Create(ValueFunction.Increase);
        var coverage = Create(ValueFunction.Coverage);
        var deviation = Create(ValueFunction.StandardDeviation);
        foreach (var window in new[] { counter, coverage, deviation })
        {
            window.Add(10, 0.9);
            window.Add(30, 0.9);
            window.Add(64, 50);
            window.ForgetFrom(64);
            Assert.True(window.AddLate(62, 0.9, 62));
        }
        Assert.Equal((0, 0.3, 0), (counter.Value, coverage.Value, deviation.Value));
        var extreme = Create(ValueFunction.Minimum);
        extreme.Add(10, 5);
        extreme.Add(20, 9);
        extreme.ForgetFrom(20);
        Assert.True(extreme.AddLate(15, 9.5, 15));
        counter.Add(70, 2.4);
        coverage.Add(64, 0);
        Assert.Equal((1.5, 0.32), (counter.Value, coverage.Value));
    }

    [Fact]
    public void Of_two_late_ones_at_or_before_the_start_the_newer_one_is_what_a_counter_showed()
    {
        var window = Create(ValueFunction.Increase);
        Assert.Equal(double.NaN, window.Value);
        window.Add(10, 0);
        window.Add(120, 5);
        Assert.Equal(5, window.Value);
        Assert.True(window.AddLate(15, 3, 120));
        Assert.Equal(2, window.Value);
        Assert.True(window.AddLate(20, 4, 120));
        Assert.Equal(1, window.Value);
        Assert.True(window.AddLate(21, 1, 120));
        Assert.Equal(1 + 4, window.Value);
    }

    [Fact]
    public void What_is_forgotten_takes_its_change_with_it()
    {
        var window = Create(ValueFunction.StandardDeviation);
        foreach (var (at, value) in new[] { (10, 0.1), (20, 0.1), (30, 0.7), (40, 0.7) })
            window.Add(at, value);
        window.ForgetFrom(40);
        Assert.NotEqual(0, window.Value);
        window.ForgetFrom(30);
        Assert.Equal(0, window.Value);
        window.ForgetFrom(0);
        window.Add(50, 2);
        window.Add(60, 2);
        Assert.Equal(0, window.Value);
        window.Add(70, 1e200);
        Assert.Equal(double.NaN, window.Value);
        window.ForgetFrom(70);
        Assert.Equal(0, window.Value);
    }

    [Theory]
    [InlineData(ValueFunction.Minimum, 3)]
    [InlineData(ValueFunction.Maximum, 3)]
    [InlineData(ValueFunction.Delta, double.NaN)]
    [InlineData(ValueFunction.Rate, double.NaN)]
    [InlineData(ValueFunction.Average, 3)]
    [InlineData(ValueFunction.Count, 1)]
    [InlineData(ValueFunction.Increase, 0)]
    [InlineData(ValueFunction.Quantile, 3)]
    [InlineData(ValueFunction.Coverage, 0.1)]
    public void What_is_stamped_at_the_time_itself_is_forgotten_and_what_is_before_it_is_not(ValueFunction function, double left)
    {
        var window = Create(function);
        window.Add(10, 3);
        window.Add(20, function == ValueFunction.Minimum ? 4 : 2);
        window.Add(30, function == ValueFunction.Minimum ? 5 : 1);
        window.ForgetFrom(20);
        Assert.Equal(left, window.Value);
        window.ForgetFrom(11);
        Assert.Equal(left, window.Value);
        window.ForgetFrom(10);
        Assert.Equal(long.MaxValue, window.NextExpiry);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void What_is_read_back_replaces_what_was_there(ValueFunction function)
    {
        var (window, other) = (Create(function), Create(function));
        foreach (var (at, value) in new[] { (10, 0.1), (20, 0.1), (30, 2.5), (33, 1.5) })
            window.Add(at, value);
        // Much that must go: more readings, other values, one whose square is beyond all doubles.
        for (int at = 1; at <= 9; at++)
            other.Add(at, at == 5 ? 1e200 : at % 2 == 0 ? at * -7 : at * 7);
        var reader = new SnapshotReader(Snapshot(window));
        other.ReadFrom(ref reader);
        Assert.Equal((window.Value, window.NextExpiry), (other.Value, other.NextExpiry));
        for (int at = 40; at <= 150; at += 11)
        {
            Assert.Equal(window.Add(at, at % 5), other.Add(at, at % 5));
            Assert.Equal((window.Value, window.NextExpiry), (other.Value, other.NextExpiry));
        }
    }

    [Theory]
    [InlineData(new[] { 0.1, 0.1, 0.1 }, true)]
    [InlineData(new[] { 0.1, 0.1, 0.2 }, false)]
    [InlineData(new[] { 0.2, 0.1, 0.1 }, false)]
    public void A_deviation_that_is_read_back_knows_whether_it_stands_still(double[] values, bool isStill)
    {
        var (window, other) = (Create(ValueFunction.StandardDeviation), Create(ValueFunction.StandardDeviation));
        for (int i = 0; i < values.Length; i++)
            window.Add(i + 1, values[i]);
        var reader = new SnapshotReader(Snapshot(window));
        other.ReadFrom(ref reader);
        Assert.Equal(isStill, other.Value == 0);
        other.ExpireAt(101);
        other.Add(102, values[^1]);
        Assert.Equal(0, other.Value);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_snapshot_of_more_than_there_is_room_for_keeps_the_newest(ValueFunction function)
    {
        if (function is ValueFunction.Minimum or ValueFunction.Maximum)
            return;
        var expression = Expression(function);
        var (large, small, fresh) = (Create(function), Small(expression), Small(expression));
        for (int at = 10; at <= 60; at += 10)
        {
            large.Add(at, at * at);
            fresh.Add(at, at * at);
        }
        var reader = new SnapshotReader(Snapshot(large));
        small.ReadFrom(ref reader);
        Assert.True(reader.IsAtEnd);
        Assert.Equal((fresh.Value, fresh.NextExpiry), (small.Value, small.NextExpiry));
        Assert.Equal(Snapshot(fresh), Snapshot(small));
    }

    private static IWindow Small(ValueExpression expression) => expression.Function switch
    {
        ValueFunction.Increase => new IncreaseWindow(expression, 4),
        ValueFunction.StandardDeviation => new DeviationWindow(expression, 4),
        ValueFunction.Quantile => new QuantileWindow(expression, 4),
        ValueFunction.Coverage => new CoverageWindow(expression, 4),
        _ => new SlidingWindow(expression, 4),
    };

    private static ValueExpression Expression(ValueFunction function) =>
        new(function, 100, PerTicks: 10) { Argument = function == ValueFunction.Quantile ? 0.5 : 0 };

    private static IWindow Create(ValueFunction function) => WindowFactory.Create(Expression(function))!;

    private static int Held(IWindow window) => BitConverter.ToInt32(Snapshot(window));

    private static byte[] Snapshot(IWindow window)
    {
        var written = new ArrayBufferWriter<byte>();
        window.WriteTo(new(written));
        return written.WrittenSpan.ToArray();
    }
}
