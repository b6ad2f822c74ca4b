using CsCheck;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Trends;

namespace SensorGrid.Rules.Tests.Trends;

/// <summary>Which next readings cannot bring a line to its limit. Too many of them and an alarm is missed.</summary>
public sealed class LineFitQuietTests
{
    private const int Least = 3;

    private static readonly Gen<int> Pause = Gen.Frequency((9, Gen.Const(1)), (1, Gen.Int[1, 6]));

    // What the whole is for: whatever comes in the range and whatever leaves, before the time said, the line drawn on stays short of the limit.
    [Fact]
    public void Whatever_comes_unseen_leaves_the_line_short_of_the_limit() =>
        Gen.Select(
            Gen.Select(Gen.Int[5, 60], Gen.Int[1, 400], Gen.Bool, Gen.Double[0.1, 12], Gen.Int[0, 3], Gen.Bool),
            Gen.Select(Pause, Gen.Double[-1, 1]).Array[3, 80],
            Gen.Select(Pause, Gen.Frequency((2, Gen.Const(1.0)), (1, Gen.Const(0.0)), (1, Gen.Double[0, 1]))).Array[PendingReadings.Capacity]).Sample((asked, before, next) =>
        {
            var (window, ahead, isBelow, distance, drift, isWorst) = asked;
            double sign = isBelow ? -1 : 1;
            var line = new LineFit(window);
            long now = 1_000_000;
            foreach (var (pause, noise) in before)
                line.Add(now += pause, sign * (noise + (drift * 0.01 * (now - 1_000_000))));
            double limit = line.NewestValue + (sign * distance);
            if (!TryNarrow(line, limit, isBelow, ahead, out var range))
                return;
            Assert.True(IsShort(line, limit, sign, ahead));
            foreach (var (pause, along) in next)
            {
                if ((now += pause) >= range.Until)
                    return;
                // As far as the limit is, where a side is open; of values beyond all measure a line says nothing at all.
                double low = Math.Max(range.Low, line.NewestValue - distance), high = Math.Min(range.High, line.NewestValue + distance);
                if (low > high)
                    (low, high) = (Math.Max(range.Low, -1e6), Math.Min(range.High, 1e6));
                double far = isWorst ? 1 : along;
                line.Add(now, Math.Clamp(isBelow ? high + (far * (low - high)) : low + (far * (high - low)), range.Low, range.High));
                Assert.True(line.Count >= Least && line.Span >= window / 2, "nobody could say how long it takes");
                Assert.True(IsShort(line, limit, sign, ahead), $"{line.At(now)} at {now}, {limit} ahead {ahead}");
            }
        }, iter: 20_000);

    // A steady level far from its limit: sixteen that come 1.49 above it would bring it there, by the textbook's sums; it does not matter how far they fall.
    [Fact]
    public void What_may_come_is_wide_where_the_limit_is_far()
    {
        var line = Steady(60);
        Assert.True(TryNarrow(line, 4, isBelow: false, ahead: 60, out var range));
        Assert.Equal(double.MinValue, range.Low);
        Assert.InRange(range.High, 2, 2.49);
        // Sixteen leave until then, and forty-four stay.
        Assert.Equal(60 + 16 + 1, range.Until);
        Assert.True(TryNarrow(line, -2, isBelow: true, ahead: 60, out var below));
        Assert.Equal(double.MaxValue, below.High);
        Assert.Equal(range.High - 1, 1 - below.Low, 6);
        Assert.False(TryNarrow(line, 1.000001, isBelow: false, ahead: 1e15, out _));
    }

    [Fact]
    public void The_nearer_the_limit_and_the_farther_the_line_is_drawn_the_less_may_come()
    {
        var line = Steady(60);
        Assert.True(TryNarrow(line, 4, isBelow: false, ahead: 60, out var far));
        Assert.True(TryNarrow(line, 2, isBelow: false, ahead: 60, out var near));
        Assert.True(TryNarrow(line, 4, isBelow: false, ahead: 600, out var farther));
        Assert.True(near.High < far.High && farther.High < far.High);
    }

    [Fact]
    public void A_rise_that_will_be_there_is_seen()
    {
        var line = new LineFit(60);
        for (int at = 1; at <= 60; at++)
            line.Add(at, 1 + (at * 0.01));
        // 1.6, and 2.2 sixty further on.
        Assert.False(TryNarrow(line, 2.2, isBelow: false, ahead: 60, out _));
        Assert.False(TryNarrow(line, 2.3, isBelow: false, ahead: 60, out _));
        Assert.True(TryNarrow(line, 3, isBelow: false, ahead: 60, out var range));
        Assert.InRange(range.High, 1.6, 3);
        // A fall has no limit above it.
        Assert.True(TryNarrow(line, 0, isBelow: true, ahead: 60, out _));
    }

    [Theory]
    [InlineData(31, 3, true)]
    [InlineData(30, 3, false)]
    [InlineData(31, 32, false)]
    public void A_line_too_short_or_of_too_few_readings_is_looked_at(int readings, int least, bool narrows)
    {
        var line = Steady(readings);
        var range = QuietRange.Everything;
        Assert.Equal(narrows, line.TryNarrow(ref range, 4, LimitDirection.Above, 60, least));
        // With 31 of them none may leave: the time from the first to the newest must not get shorter than half of the window.
        if (narrows)
            Assert.Equal(1 + 60, range.Until);
    }

    [Fact]
    public void As_many_stay_as_it_needs()
    {
        var line = Steady(60);
        var range = QuietRange.Everything;
        Assert.True(line.TryNarrow(ref range, 4, LimitDirection.Above, 60, least: 58));
        Assert.Equal(3 + 60, range.Until);
    }

    [Fact]
    public void A_line_without_room_for_those_that_may_come_is_looked_at()
    {
        foreach (var (room, narrows) in new[] { (40 + PendingReadings.Capacity, true), (39 + PendingReadings.Capacity, false) })
        {
            var line = new LineFit(60, room);
            for (int at = 1; at <= 40; at++)
                line.Add(at, 1);
            Assert.Equal(narrows, TryNarrow(line, 4, isBelow: false, ahead: 60, out _));
        }
    }

    private static LineFit Steady(int readings)
    {
        var line = new LineFit(60);
        for (int at = 1; at <= readings; at++)
            line.Add(at, 1);
        return line;
    }

    private static bool TryNarrow(LineFit line, double limit, bool isBelow, double ahead, out QuietRange range)
    {
        range = QuietRange.Everything;
        return line.TryNarrow(ref range, limit, isBelow ? LimitDirection.Below : LimitDirection.Above, ahead, Least);
    }

    private static bool IsShort(LineFit line, double limit, double sign, double ahead)
    {
        var (value, slope) = line.At(line.NewestTime);
        return sign * (value + (slope * ahead)) < sign * limit && sign * line.NewestValue < sign * limit;
    }
}
