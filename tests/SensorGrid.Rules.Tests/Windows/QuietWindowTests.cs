using CsCheck;
using SensorGrid.Readings;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Formulas;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Thresholds;
using SensorGrid.Rules.Windows;

namespace SensorGrid.Rules.Tests.Windows;

/// <summary>Which next readings need not be looked at: those that leave what is worked out where it may be. Too many of them and an alarm is missed; too few,
/// and each costs an evaluation, which no test of answers shows.</summary>
public sealed class QuietWindowTests
{
    private const double Rounding = 1e-9;

    private static readonly RestRange Anything = new(double.MinValue, double.MaxValue);

    [Fact]
    public void A_change_is_measured_from_the_lowest_and_the_highest_of_those_that_may_be_the_first()
    {
        var window = Filled(new(ValueFunction.Delta, 10), 5, 4, 6);
        var range = Narrowed(window, new(-3, 7));
        // Down from 6 by 3, up from 4 by 7; with three readings the newest, at 3, may be the first of them.
        AssertRange(3, 11, range);
        Assert.Equal(3 + 10, range.Until);
        Assert.Equal(long.MaxValue, range.Gap);
        Assert.False(range.HoldsPositions);
    }

    [Fact]
    public void Of_many_only_as_many_may_be_the_first_as_can_come_unseen()
    {
        // 17 of them are looked at: the one and the 16 that can come. What is at 18 is not.
        double[] values = [.. Enumerable.Repeat(5.0, 17), 100, 5, 5];
        var range = Narrowed(Filled(new(ValueFunction.Delta, 100), values), new(-3, 7));
        AssertRange(2, 12, range);
        Assert.Equal(18 + 100, range.Until);
        values[16] = 6;
        AssertRange(3, 12, Narrowed(Filled(new(ValueFunction.Delta, 100), values), new(-3, 7)));
        // When all that is held are those, it is the newest.
        Assert.Equal(17 + 100, Narrowed(Filled(new(ValueFunction.Delta, 100), values[..17]), new(-3, 7)).Until);
    }

    // A rate per 2 ticks: over the window, or over what there is of it.
    [Theory]
    [InlineData(50, 5, 2.5)]
    [InlineData(5, 5, 2.5)]
    [InlineData(4, 5, 2)]
    [InlineData(6, 5, 2.5)]
    public void A_rate_is_a_change_over_as_long_as_there_are_readings(long length, int newest, double share)
    {
        var window = new SlidingWindow(new(ValueFunction.Rate, length, PerTicks: 2));
        window.Add(0, 1);
        window.Add(newest, 1);
        AssertRange(1 - (3 * share), 1 + (4 * share), Narrowed(window, new(-3, 4)));
    }

    [Fact]
    public void A_side_without_a_limit_stays_without_one()
    {
        var window = Filled(new(ValueFunction.Delta, 10), 5, 4, 6);
        Assert.InRange(Narrowed(window, Anything).Low, double.MinValue, -1e308);
        Assert.InRange(Narrowed(window, Anything).High, 1e308, double.MaxValue);
        var rate = Filled(new(ValueFunction.Rate, 10, PerTicks: 1), 5, 4, 6);
        Assert.Equal((double.MinValue, double.MaxValue), Ends(Narrowed(rate, Anything)));
        Assert.Equal(double.MinValue, Narrowed(rate, new(double.MinValue, 3)).Low);
        Assert.Equal(double.MaxValue, Narrowed(rate, new(-3, double.MaxValue)).High);
        Assert.InRange(Narrowed(rate, new(-3, double.MaxValue)).Low, 0, Rounding);
        Assert.InRange(Narrowed(rate, new(double.MinValue, 3)).High, 10 - Rounding, 10);
    }

    [Theory]
    [InlineData(0, 1, true)]
    [InlineData(-1, 0, true)]
    [InlineData(0.5, 1, false)]
    [InlineData(-1, -0.5, false)]
    [InlineData(double.NaN, double.NaN, false)]
    public void Nothing_may_come_unseen_when_no_change_at_all_is_not_at_rest(double low, double high, bool isQuiet)
    {
        var range = QuietRange.Everything;
        Assert.Equal(isQuiet, Filled(new(ValueFunction.Delta, 10), 5, 5).TryNarrowChange(ref range, new(low, high)));
    }

    [Fact]
    public void A_change_of_an_hour_an_empty_window_and_a_rate_of_one_reading_are_looked_at()
    {
        var range = QuietRange.Everything;
        Assert.False(Filled(new(ValueFunction.Delta, 10) { Window = WindowKind.Aligned }, 1, 1).TryNarrowChange(ref range, Anything));
        Assert.False(Filled(new(ValueFunction.Delta, 10)).TryNarrowChange(ref range, Anything));
        Assert.False(Filled(new(ValueFunction.Rate, 10, PerTicks: 1), 1).TryNarrowChange(ref range, Anything));
        Assert.True(Filled(new(ValueFunction.Delta, 10), 1).TryNarrowChange(ref range, Anything));
    }

    // It holds 4, -1, 2 and 1, and sixteen of -3 to 5 come.
    [Theory]
    [InlineData(ValueFunction.Average, -3, 5)]
    [InlineData(ValueFunction.Minimum, -3, 5)]
    [InlineData(ValueFunction.Maximum, -3, 5)]
    [InlineData(ValueFunction.Sum, 6 - 48, 6 + 80)]
    [InlineData(ValueFunction.Count, 4, 4 + 16)]
    public void What_comes_moves_what_a_window_holds_by_so_much(ValueFunction function, double low, double high)
    {
        Assert.True(Filled(new(function, 100), 4, -1, 2, 1).TryFindRange(-3, 5, out var range));
        Assert.Equal(low, range.Low, Rounding);
        Assert.Equal(high, range.High, Rounding);
    }

    [Fact]
    public void A_sum_moves_by_what_comes_one_way_when_all_of_it_is_of_one_sign()
    {
        var window = Filled(new(ValueFunction.Sum, 100), 4, -1, 2, 1);
        Assert.True(window.TryFindRange(1, 5, out var up));
        Assert.Equal(6, up.Low, Rounding);
        Assert.Equal(6 + 80, up.High, Rounding);
        Assert.True(window.TryFindRange(-5, -1, out var down));
        Assert.Equal(6 - 80, down.Low, Rounding);
        Assert.Equal(6, down.High, Rounding);
    }

    [Theory]
    [InlineData(ValueFunction.Average, true)]
    [InlineData(ValueFunction.Minimum, true)]
    [InlineData(ValueFunction.Maximum, true)]
    [InlineData(ValueFunction.Sum, true)]
    [InlineData(ValueFunction.Count, true)]
    [InlineData(ValueFunction.Delta, false)]
    [InlineData(ValueFunction.Rate, false)]
    public void A_window_says_what_may_come_of_it_as_long_as_none_must_leave_for_want_of_room(ValueFunction function, bool says)
    {
        // Four and the sixteen that may come unseen.
        var window = new SlidingWindow(new(function, 100, PerTicks: 1), maxReadings: 20);
        double sign = function == ValueFunction.Maximum ? -1 : 1;
        for (int at = 1; at <= 4; at++)
            window.Add(at, sign * at);
        Assert.Equal(says, window.TryFindRange(-9, 9, out _));
        window.Add(5, sign * 5);
        Assert.False(window.TryFindRange(-9, 9, out _));
    }

    [Fact]
    public void Nothing_is_said_of_an_empty_mean_and_of_sums_beyond_all_numbers()
    {
        Assert.False(Filled(new(ValueFunction.Average, 10)).TryFindRange(0, 1, out _));
        Assert.False(Filled(new(ValueFunction.Sum, 10), double.MaxValue, double.MaxValue).TryFindRange(0, 1, out _));
    }

    [Fact]
    public void A_change_in_a_window_without_room_for_those_that_may_come_is_looked_at()
    {
        var window = new SlidingWindow(new(ValueFunction.Delta, 100), maxReadings: 20);
        var range = QuietRange.Everything;
        for (int at = 1; at <= 4; at++)
            window.Add(at, 1);
        Assert.True(window.IsOfChange && window.TryNarrowChange(ref range, Anything));
        window.Add(5, 1);
        Assert.False(window.TryNarrowChange(ref range, Anything));
    }

    [Theory]
    [InlineData(ValueFunction.Rate, true)]
    [InlineData(ValueFunction.Delta, true)]
    [InlineData(ValueFunction.Sum, false)]
    public void Rates_and_deltas_are_changes(ValueFunction function, bool isChange) => Assert.Equal(isChange, new SlidingWindow(new(function, 10, 1)).IsOfChange);

    // 2, by 8, 4, 2, 1, 1/2, 1/4 to each side.
    [Theory]
    [InlineData(-100, 100, -6, 10)]
    [InlineData(-6, 100, -6, 10)]
    [InlineData(-5.9, 100, -2, 6)]
    [InlineData(-100, 9.9, -2, 6)]
    [InlineData(0, 100, 0, 4)]
    [InlineData(1.7, 2.3, 1.75, 2.25)]
    [InlineData(1.8, 2.3, double.NaN, double.NaN)]
    [InlineData(1.7, 2.2, double.NaN, double.NaN)]
    public void A_formula_is_tried_with_ranges_half_as_wide_each_time(double low, double high, double from, double to)
    {
        var measure = Measure.Of(Formula("last * 1", new MeasureInput(ValueExpression.Last)))!;
        var range = QuietRange.Everything;
        Assert.Equal(!double.IsNaN(from), measure.TryNarrow(ref range, new(low, high), 2));
        if (!double.IsNaN(from))
            Assert.Equal((from, to), Ends(range));
    }

    [Fact]
    public void What_did_is_tried_again_four_times_as_wide()
    {
        var measure = Measure.Of(Formula("last * 1", new MeasureInput(ValueExpression.Last)))!;
        Assert.Equal((1, 3), Narrowed(measure, new(0.5, 100), 2));
        Assert.Equal((-2, 6), Narrowed(measure, new(-3, 100), 2));
        Assert.Equal((-14, 18), Narrowed(measure, new(-100, 100), 2));
        // Where none did, from 64 down to 2, it is tried with four times the last.
        var range = QuietRange.Everything;
        Assert.False(measure.TryNarrow(ref range, new(1.999, 2.001), 2));
        Assert.Equal((-6, 10), Narrowed(measure, new(-6, 10), 2));
    }

    [Fact]
    public void What_is_compared_is_what_the_formula_makes_of_it() =>
        Assert.Equal((0, 4), Narrowed(Measure.Of(Formula("last * 2", new MeasureInput(ValueExpression.Last)))!, new(-1, 9), 2));

    [Fact]
    public void A_rule_that_is_not_at_rest_does_not_make_the_next_try_narrower()
    {
        var measure = Measure.Of(Formula("last * 1", new MeasureInput(ValueExpression.Last)))!;
        var range = QuietRange.Everything;
        Assert.False(measure.TryNarrow(ref range, RestRange.Nothing, 2));
        Assert.Equal((-6, 10), Narrowed(measure, Anything, 2));
    }

    // A millionth of a millionth of the largest number there is in it.
    [Theory]
    [InlineData(10, 2, 10)]
    [InlineData(1, 10, 11.25)]
    public void What_is_rounded_is_allowed_for_by_the_largest_number(double mean, double last, double most)
    {
        foreach (var (share, fits) in new[] { (0.9, false), (1.1, true) })
        {
            var measure = Of(new(ValueFunction.Average, 100));
            measure.Add(1, (2 * mean) - last);
            measure.Add(2, last);
            var range = QuietRange.Everything;
            Assert.Equal(fits, measure.TryNarrow(ref range, new(-100, most + (share * most * 1e-12)), last));
        }
    }

    [Fact]
    public void Near_zero_a_range_has_a_width_too()
    {
        var measure = Measure.Of(Formula("last * 1", new MeasureInput(ValueExpression.Last)))!;
        Assert.Equal((-4e-4, 4e-4), Narrowed(measure, Anything, 0));
        // Tried again and again with nothing at rest, it does not become nothing: a ten-thousandth of the value.
        var range = QuietRange.Everything;
        for (int i = 0; i < 50; i++)
            Assert.False(measure.TryNarrow(ref range, new(0.9999999, 1.0000001), 1));
        Assert.Equal((1 - 4e-4, 1 + 4e-4), Narrowed(measure, Anything, 1));
    }

    [Fact]
    public void A_mean_stays_between_what_it_is_and_what_comes()
    {
        var measure = Of(new(ValueFunction.Average, 100));
        measure.Add(1, 18);
        measure.Add(2, 2);
        // It is 10; last is 2. Down to 1.5 by ranges of 8, 4, 2, 1 and 1/2.
        Assert.Equal((1.5, 2.5), Narrowed(measure, new(1, 11), 2));
        var range = QuietRange.Everything;
        // At its very limit rounding may move it over.
        Assert.False(measure.TryNarrow(ref range, new(1, 10), 2));
        Assert.True(measure.TryNarrow(ref range, new(1, 10.0001), 2));
        var low = Of(new(ValueFunction.Average, 100));
        low.Add(1, -18);
        low.Add(2, -2);
        Assert.False(low.TryNarrow(ref range, new(-10, 5), -2));
        Assert.True(low.TryNarrow(ref range, new(-10.0001, 5), -2));
    }

    [Fact]
    public void Without_a_value_or_a_rest_each_reading_is_looked_at()
    {
        var range = QuietRange.Everything;
        var measure = Of(new(ValueFunction.Average, 100));
        Assert.False(measure.TryNarrow(ref range, Anything, 1));
        measure.Add(1, 1);
        Assert.False(measure.TryNarrow(ref range, RestRange.Nothing, 1));
        Assert.False(measure.TryNarrow(ref range, Anything, double.NaN));
        Assert.True(measure.TryNarrow(ref range, Anything, 1));
    }

    [Fact]
    public void A_change_alone_is_narrowed_by_what_it_can_be_measured_from_and_one_in_a_formula_is_looked_at()
    {
        var alone = Of(new(ValueFunction.Delta, 10));
        var within = Measure.Of(Formula("delta(1s) * 1", new MeasureInput(new(ValueFunction.Delta, 10))))!;
        foreach (var measure in new[] { alone, within })
        {
            measure.Add(1, 4);
            measure.Add(2, 6);
        }
        var range = QuietRange.Everything;
        Assert.False(within.TryNarrow(ref range, Anything, 6));
        Assert.True(alone.TryNarrow(ref range, new(-3, 7), 6));
        AssertRange(3, 11, range);
    }

    // What the whole is for: whatever comes in the range, before a reading leaves, the value stays where it may be.
    [Fact]
    public void Whatever_comes_unseen_leaves_the_value_where_it_may_be() =>
        Gen.Select(Gen.Int[0, 6], Gen.Int[-20, 20].Array[1, 25], Gen.Int[1, 60], Gen.Double[0, 1].Array[16]).Sample((which, before, room, next) =>
        {
            var expression = new[]
            {
                new ValueExpression(ValueFunction.Average, 60), new(ValueFunction.Minimum, 60), new(ValueFunction.Maximum, 60), new(ValueFunction.Delta, 7), new(ValueFunction.Rate, 9, PerTicks: 4),
                new(ValueFunction.Sum, 60), new(ValueFunction.Count, 60),
            }[which];
            var measure = Of(expression);
            long now = 0;
            foreach (int quarters in before)
                measure.Add(++now, quarters / 4.0);
            double value = measure.ValueAt(now, before[^1] / 4.0);
            var rest = new RestRange(value - (room / 2.0), value + (room / 3.0));
            var range = QuietRange.Everything;
            // Of a change that can be measured from much too different values no next reading is quiet: the range is empty.
            if (double.IsNaN(value) || !measure.TryNarrow(ref range, rest, before[^1] / 4.0) || range.Low > range.High)
                return;
            foreach (double along in next)
            {
                if (++now >= Math.Min(range.Until, measure.NextChange(now)))
                    return;
                measure.Add(now, Math.Clamp(range.Low, -1e6, 1e6) + (along * (Math.Clamp(range.High, -1e6, 1e6) - Math.Clamp(range.Low, -1e6, 1e6))));
                Assert.InRange(measure.ValueAt(now, 0), rest.Low, rest.High);
            }
        });

    [Fact]
    public void Only_windows_of_the_datastream_itself_that_slide_can_be_quiet()
    {
        Assert.True(Of(new(ValueFunction.Sum, 10)).CanBeQuiet);
        Assert.True(Of(new(ValueFunction.StandardDeviation, 10)).CanBeQuiet);
        Assert.True(Of(new(ValueFunction.Quantile, 10)).CanBeQuiet);
        Assert.False(Of(new(ValueFunction.Increase, 10)).CanBeQuiet);
        Assert.False(Of(new(ValueFunction.Coverage, 10, 5)).CanBeQuiet);
        Assert.False(Of(new(ValueFunction.Sum, 10) { Window = WindowKind.Aligned }).CanBeQuiet);
        Assert.False(Of(new(ValueFunction.Sum, 10) { Window = WindowKind.PreviousAligned }).CanBeQuiet);
        var last = new MeasureInput(ValueExpression.Last);
        var sum = new MeasureInput(new(ValueFunction.Sum, 10));
        Assert.True(Measure.Of(Formula("last + sum(1s)", last, sum))!.CanBeQuiet);
        Assert.False(Measure.Of(Formula("last + increase(1s)", last, new(new(ValueFunction.Increase, 10))))!.CanBeQuiet);
        Assert.False(Measure.Of(Formula("last + sum(1s)", last, sum with { Of = new DatastreamKey("gw", "other"), WithinTicks = 5 }))!.CanBeQuiet);
        Assert.False(Measure.Of(Formula("last + sum(1s)", last with { Schedule = new LimitSchedule(null, []), Level = Level.Red }, sum))!.CanBeQuiet);
        Assert.False(Measure.Of(new MeasurePlan([sum], null, [null, null, null, Formula("last * 1", last).Value]))!.CanBeQuiet);
        Assert.True(Measure.Of(new MeasurePlan([.. Enumerable.Repeat(sum, 32)]))!.CanBeQuiet);
        Assert.False(Measure.Of(new MeasurePlan([.. Enumerable.Repeat(sum, 33)]))!.CanBeQuiet);
    }

    [Fact]
    public void A_window_that_is_empty_does_not_know_when_time_moves_it()
    {
        var measure = Measure.Of(Formula("last + sum(1s)", new MeasureInput(ValueExpression.Last), new MeasureInput(new(ValueFunction.Sum, 10))))!;
        Assert.False(measure.HasTimers);
        measure.Add(1, 1);
        Assert.True(measure.HasTimers);
        measure.ExpireAt(11);
        Assert.False(measure.HasTimers);
        // Time alone moves no change.
        Assert.True(Of(new(ValueFunction.Delta, 10)).HasTimers);
        Assert.False(Measure.Of(Formula("delta(1s) + sum(1s)", new MeasureInput(new(ValueFunction.Delta, 10)), new MeasureInput(new(ValueFunction.Sum, 10))))!.HasTimers);
        Assert.False(Of(new(ValueFunction.Quantile, 10)).HasTimers);
    }

    private static Measure Of(ValueExpression expression) => Measure.Of(new MeasurePlan([new(expression)]))!;

    // The text, with what must be known as given: windows of ticks instead of seconds.
    private static MeasurePlan Formula(string text, params MeasureInput[] inputs)
    {
        var program = FormulaProgram.Compile(FormulaParser.Parse(text).Root!, "m").Program!;
        Assert.Equal(inputs.Length, program.Inputs.Count);
        return new(inputs, program);
    }

    private static SlidingWindow Filled(ValueExpression expression, params double[] values)
    {
        var window = new SlidingWindow(expression);
        for (int i = 0; i < values.Length; i++)
            window.Add(i + 1, values[i]);
        return window;
    }

    private static QuietRange Narrowed(SlidingWindow window, RestRange rest)
    {
        var range = QuietRange.Everything;
        Assert.True(window.TryNarrowChange(ref range, rest));
        return range;
    }

    private static (double, double) Narrowed(Measure measure, RestRange rest, double last)
    {
        var range = QuietRange.Everything;
        Assert.True(measure.TryNarrow(ref range, rest, last));
        return Ends(range);
    }

    private static (double, double) Ends(QuietRange range) => (range.Low, range.High);

    // Inside of the true range, by what rounding asks for and not by more.
    private static void AssertRange(double low, double high, QuietRange range)
    {
        Assert.InRange(range.Low, Math.BitIncrement(low), low + Rounding);
        Assert.InRange(range.High, high - Rounding, Math.BitDecrement(high));
    }
}
