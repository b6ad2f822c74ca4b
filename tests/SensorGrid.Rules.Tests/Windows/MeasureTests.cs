using System.Buffers;
using SensorGrid.Readings;
using SensorGrid.Rules.Formulas;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Snapshots;
using SensorGrid.Rules.Thresholds;
using SensorGrid.Rules.Windows;

namespace SensorGrid.Rules.Tests.Windows;

/// <summary>What a rule works out, by hand: windows of its own datastream, what it knows of others, limits of the catalogue, and what is kept of them all.</summary>
public sealed class MeasureTests
{
    private const int Within = 60;

    private static readonly DatastreamKey Other = new("gw", "other");

    private static readonly MeasureInput Last = new(ValueExpression.Last);
    private static readonly MeasureInput Sum = new(new(ValueFunction.Sum, 10));
    private static readonly MeasureInput SumOfOther = new(new(ValueFunction.Sum, 10), Other, Within);
    private static readonly MeasureInput LastOfOther = new(ValueExpression.Last, Other, Within);

    [Fact]
    public void The_newest_value_alone_needs_no_measure()
    {
        Assert.Null(Measure.Of(new MeasurePlan([Last])));
        Assert.NotNull(Measure.Of(new MeasurePlan([Sum])));
        Assert.NotNull(Measure.Of(Formula("last * 1", Last)));
        Assert.NotNull(Measure.Of(new MeasurePlan([Last], null, [null, null, null, null])));
    }

    [Fact]
    public void Says_what_it_is()
    {
        var alone = Measure.Of(new MeasurePlan([Sum]))!;
        Assert.Equal((Sum.Call, false, false, false), (alone.OnlyCall, alone.IsFormula, alone.HasLimits, alone.LooksAtOthers));
        Assert.Empty(alone.Others);
        var formula = Measure.Of(Formula("last + sum(1s)", Last, SumOfOther))!;
        Assert.Equal((null, true, false, true), (formula.OnlyCall, formula.IsFormula, formula.HasLimits, formula.LooksAtOthers));
        Assert.Equal([Other], formula.Others);
        Assert.Equal(Within, formula.WithinOf(1));
        var limits = Measure.Of(new MeasurePlan([Sum], null, [null, null, null, null]))!;
        Assert.Equal((null, false, true, false), (limits.OnlyCall, limits.IsFormula, limits.HasLimits, limits.LooksAtOthers));
        Assert.Null(Measure.Of(new MeasurePlan([Sum, Sum]))!.OnlyCall);
        Assert.Null(Measure.Of(new MeasurePlan([SumOfOther]))!.OnlyCall);
    }

    [Fact]
    public void A_value_is_made_of_the_newest_windows_others_and_limits_of_the_catalogue()
    {
        var limit = Last with { Schedule = new LimitSchedule(new(null, 100, null, 1000), []), Level = Level.Red };
        var measure = Measure.Of(Formula("last + sum(1s) + sum(2s) + sum(3s)", Last, Sum, SumOfOther, limit))!;
        measure.Add(1, 1);
        measure.Add(2, 2);
        Assert.Equal(double.NaN, measure.ValueAt(2, 2));
        Assert.True(measure.AddOther([2], 2, 30));
        Assert.Equal(2 + 3 + 30 + 1000, measure.ValueAt(2, 2));
        measure.ExpireAt(11);
        Assert.Equal(5 + 2 + 30 + 1000, measure.ValueAt(11, 5));
        var unset = limit with { Level = Level.Orange };
        Assert.Equal(double.NaN, Measure.Of(Formula("last + sum(1s)", Last, unset))!.ValueAt(2, 2));
    }

    [Fact]
    public void What_another_datastream_says_may_be_all()
    {
        var measure = Measure.Of(new MeasurePlan([SumOfOther]))!;
        Assert.True(measure.AddOther([0], 1, 3));
        Assert.True(measure.AddOther([0], 2, 4));
        Assert.Equal(7, measure.ValueAt(2, 50));
    }

    [Fact]
    public void Limits_are_worked_out_by_what_the_value_has_looked_at()
    {
        var inputs = new[] { Last, Sum };
        var measure = Measure.Of(new MeasurePlan(inputs, null, [null, Formula("last + sum(1s)", inputs).Value, null, Formula("last - sum(1s)", inputs).Value]))!;
        measure.Add(1, 4);
        Assert.Equal(7, measure.ValueAt(1, 7));
        Assert.Equal([null, 11, null, 3], new[] { 1, 2, 3, 4 }.Select(measure.LimitOf));
        Assert.Null(Measure.Of(new MeasurePlan([Sum]))!.LimitOf(2));
    }

    [Fact]
    public void It_changes_next_when_the_first_of_all_does()
    {
        var measure = Measure.Of(Formula("last + sum(1s) + sum(2s)", Last, Sum, SumOfOther))!;
        Assert.Equal(long.MaxValue, measure.NextChange(1));
        measure.Add(1, 1);
        Assert.Equal(11, measure.NextChange(1));
        measure.AddOther([2], 0, 1);
        Assert.Equal(10, measure.NextChange(1));
        // The window of the other is behind; its silence is next.
        Assert.Equal(11, measure.NextChange(10));
        measure.ExpireAt(11);
        Assert.Equal(61, measure.NextChange(11));
        Assert.Equal(long.MaxValue, measure.NextChange(61));
    }

    [Fact]
    public void A_set_of_limits_that_ends_changes_it()
    {
        var dated = new Readings.Catalogue.DatedLimits(new(new(4, 15), new(10, 15)), null, new(null, null, null, 7));
        var limit = Last with { Schedule = new LimitSchedule(new(null, null, null, 9), [dated]), Level = Level.Red };
        var measure = Measure.Of(Formula("last + sum(1s)", Last, limit))!;
        // Days are those of Beijing.
        long summer = new DateTime(2026, 5, 1, 0, 0, 0, DateTimeKind.Utc).Ticks, end = new DateTime(2026, 10, 15, 16, 0, 0, DateTimeKind.Utc).Ticks;
        Assert.Equal((8, end), (measure.ValueAt(summer, 1), measure.NextChange(summer)));
        Assert.Equal(10, measure.ValueAt(end, 1));
    }

    [Fact]
    public void That_one_window_has_no_room_is_said_whatever_the_others_have()
    {
        var wide = new MeasureInput(new(ValueFunction.Sum, 100_000));
        foreach (var inputs in new[] { new[] { wide, Sum }, [Sum, wide] })
        {
            var measure = Measure.Of(new MeasurePlan(inputs))!;
            for (int at = 1; at <= SlidingWindow.MaxReadings; at++)
                Assert.True(measure.Add(at, 1));
            Assert.False(measure.Add(10_000, 1));
            MeasureInput[] others = [.. inputs.Select(input => input with { Of = Other, WithinTicks = Within })];
            measure = Measure.Of(new MeasurePlan(others))!;
            for (int at = 1; at <= SlidingWindow.MaxReadings; at++)
                Assert.True(measure.AddOther([0, 1], at, 1));
            Assert.False(measure.AddOther([0, 1], 10_000, 1));
            Assert.True(Measure.Of(new MeasurePlan([inputs[0]]))!.Add(1, 1));
            Assert.True(measure.AddOther([Array.IndexOf(inputs, Sum)], 10_001, 1));
        }
    }

    [Fact]
    public void A_late_reading_is_taken_when_any_window_takes_it()
    {
        var wide = new MeasureInput(new(ValueFunction.Sum, 100));
        foreach (var inputs in new[] { new[] { wide, Sum, Last }, [Last, Sum, wide] })
        {
            var measure = Measure.Of(Formula("last + sum(1s) + sum(2s)", inputs))!;
            measure.Add(200, 1);
            Assert.True(measure.AddLate(150, 2, 200));
            Assert.False(measure.AddLate(100, 2, 200));
            Assert.Equal(3 + 1 + 5, measure.ValueAt(200, 5));
            // Both take it.
            Assert.True(measure.AddLate(195, 10, 200));
            Assert.Equal(13 + 11 + 5, measure.ValueAt(200, 5));
            MeasureInput[] others = [.. inputs.Select(input => input with { Of = Other, WithinTicks = Within })];
            measure = Measure.Of(Formula("last + sum(1s) + sum(2s)", others))!;
            measure.AddOther([0, 1, 2], 200, 1);
            Assert.True(measure.AddLateOther([0, 1, 2], 150, 2));
            Assert.False(measure.AddLateOther([0, 1, 2], 100, 2));
            Assert.Equal(3 + 1 + 1, measure.ValueAt(200, double.NaN));
            Assert.True(measure.AddLateOther([1], 195, 2));
            Assert.Equal(3 + 3 + 1, measure.ValueAt(200, double.NaN));
            Assert.True(measure.AddLateOther([0, 1, 2], 198, 10));
            Assert.Equal(13 + 13 + 1, measure.ValueAt(200, double.NaN));
        }
    }

    [Fact]
    public void What_a_wrong_clock_stamped_is_forgotten_of_each_datastream_by_itself()
    {
        var measure = Measure.Of(Formula("last + sum(1s) + sum(2s) + sum(3s)", Last, Sum, SumOfOther, LastOfOther))!;
        measure.Add(1, 1);
        measure.Add(5, 10);
        measure.AddOther([2, 3], 1, 100);
        measure.AddOther([2], 5, 1000);
        Assert.Equal(11 + 1100 + 100, measure.ValueAt(5, 0));
        measure.ForgetFrom(5);
        Assert.Equal(1 + 1100 + 100, measure.ValueAt(5, 0));
        measure.ForgetOtherFrom([3], 2);
        Assert.Equal(1 + 1100 + 100, measure.ValueAt(5, 0));
        measure.ForgetOtherFrom([3], 1);
        Assert.Equal(double.NaN, measure.ValueAt(5, 0));
    }

    [Fact]
    public void Another_datastream_says_something_within_so_long_of_its_newest_reading_and_no_longer()
    {
        var last = new ReferencedInput(LastOfOther);
        Assert.Equal((double.NaN, long.MaxValue), (last.ValueAt(0), last.NextChange(0)));
        Assert.True(last.Add(100, 5));
        Assert.Equal([double.NaN, 5, 5, 5, double.NaN], new long[] { 39, 40, 100, 160, 161 }.Select(last.ValueAt));
        Assert.Equal([161, 161, long.MaxValue], new long[] { 100, 160, 161 }.Select(last.NextChange));
        Assert.False(last.AddLate(95, 1));
        last.ForgetFrom(101);
        Assert.Equal(5, last.ValueAt(100));
        last.ForgetFrom(100);
        Assert.Equal((double.NaN, long.MaxValue), (last.ValueAt(100), last.NextChange(100)));
    }

    [Fact]
    public void The_window_of_another_datastream_ends_at_the_time_that_asks_or_at_its_newest_reading()
    {
        var sum = new ReferencedInput(SumOfOther);
        Assert.True(sum.Add(100, 5));
        Assert.True(sum.AddLate(95, 2));
        Assert.False(sum.AddLate(100, 2));
        Assert.False(sum.AddLate(101, 2));
        Assert.False(sum.AddLate(90, 2));
        Assert.Equal(7, sum.ValueAt(90));
        Assert.Equal([105, 161, 161, long.MaxValue], new long[] { 104, 105, 160, 161 }.Select(sum.NextChange));
        Assert.Equal(7, sum.ValueAt(104));
        Assert.Equal(5, sum.ValueAt(105));
        Assert.Equal(110, sum.NextChange(105));
        Assert.Equal(0, sum.ValueAt(110));
        Assert.Equal(161, sum.NextChange(110));
        sum = new ReferencedInput(SumOfOther);
        sum.Add(99, 2);
        sum.Add(100, 5);
        sum.ForgetFrom(100);
        sum.Add(101, 1);
        Assert.Equal(3, sum.ValueAt(101));
    }

    [Fact]
    public void One_that_works_out_the_same_goes_on_and_another_does_not()
    {
        var before = Filled();
        var same = Measure.Of(Formula("last + sum(1s) + sum(2s)", Last, Sum, SumOfOther with { WithinTicks = 90 }))!;
        Assert.True(same.Adopt(before));
        Assert.Equal(before.ValueAt(5, 7), same.ValueAt(5, 7));
        // How far apart they may be is what the new rule says.
        same.ExpireAt(66);
        Assert.Equal((double.NaN, 7 + 0 + 0), (before.ValueAt(66, 7), same.ValueAt(66, 7)));
        Assert.False(same.Adopt(null));
        Assert.False(Measure.Of(Formula("last + sum(1s)", Last, Sum))!.Adopt(Filled()));
        Assert.False(Measure.Of(Formula("last + sum(1s) + sum(2s)", Last, new MeasureInput(new(ValueFunction.Sum, 11)), SumOfOther))!.Adopt(Filled()));
        Assert.False(Measure.Of(Formula("last + sum(1s) + sum(2s)", Last, Sum, SumOfOther with { Of = new DatastreamKey("gw", "third") }))!.Adopt(Filled()));
        var limit = Last with { Schedule = new LimitSchedule(null, []), Level = Level.Red };
        Assert.False(Measure.Of(Formula("last + sum(1s) + sum(2s)", limit, Sum, SumOfOther))!.Adopt(Filled()));
        // Other limits of the catalogue are looked up anew each time.
        Assert.True(Measure.Of(Formula("last + sum(1s)", limit, Sum))!.Adopt(Measure.Of(Formula("last + sum(1s)", limit with { Level = Level.Blue }, Sum))));
    }

    [Fact]
    public void It_goes_on_after_a_restart()
    {
        var before = Filled();
        var after = Measure.Of(Formula("last + sum(1s) + sum(2s)", Last, Sum, SumOfOther))!;
        byte[] written = Snapshot(before);
        var reader = new SnapshotReader(written);
        after.ReadFrom(ref reader);
        Assert.True(reader.IsAtEnd && !reader.IsBroken);
        Assert.Equal(7 + 11 + 110, after.ValueAt(5, 7));
        Assert.Equal(before.NextChange(5), after.NextChange(5));
        Assert.Equal(written, Snapshot(after));
    }

    private static Measure Filled()
    {
        var measure = Measure.Of(Formula("last + sum(1s) + sum(2s)", Last, Sum, SumOfOther))!;
        measure.Add(1, 1);
        measure.Add(5, 10);
        measure.AddOther([2], 2, 100);
        measure.AddOther([2], 4, 10);
        return measure;
    }

    // The text, with what must be known as given.
    private static MeasurePlan Formula(string text, params MeasureInput[] inputs)
    {
        var program = FormulaProgram.Compile(FormulaParser.Parse(text).Root!, "m").Program!;
        Assert.Equal(inputs.Length, program.Inputs.Count);
        return new(inputs, program);
    }

    private static byte[] Snapshot(Measure measure)
    {
        var written = new ArrayBufferWriter<byte>();
        measure.WriteTo(new(written));
        return written.WrittenSpan.ToArray();
    }
}
