using System.Buffers;
using CsCheck;
using SensorGrid.Rules.Snapshots;
using SensorGrid.Rules.Trends;
using SensorGrid.Testing;

namespace SensorGrid.Rules.Tests.Trends;

public sealed class LineFitTests
{
    private static readonly long Second = TimeSpan.TicksPerSecond;

    [Fact]
    public void A_straight_line_is_found_as_it_is()
    {
        var line = new LineFit(60 * Second);
        for (int i = 0; i < 100; i++)
            line.Add(Some.TicksAfter(i * 7), 2 + 0.25 * i * 7);
        var (value, slope) = line.At(Some.TicksAfter(99 * 7 + 10));
        Assert.Equal(2 + 0.25 * (99 * 7 + 10), value, 9);
        Assert.Equal(0.25, slope * Second, 12);
        Assert.Equal((9, 56 * Second), (line.Count, line.Span));
    }

    [Fact]
    public void One_reading_is_no_line()
    {
        var line = new LineFit(60 * Second);
        Assert.True(double.IsNaN(line.At(Some.Ticks).Slope));
        line.Add(Some.Ticks, 3);
        Assert.True(double.IsNaN(line.At(Some.Ticks).Value));
    }

    [Fact]
    public void Equals_the_textbook_sums_over_the_window_whatever_came_before() =>
        Gen.Select(Gen.Select(Gen.Int[1, 30], Gen.Double[-1000, 1000]).Array[3, 80], Gen.Int[20, 120]).Sample((steps, window) =>
        {
            var line = new LineFit(window * Second);
            var all = new List<(double At, double Value)>();
            double now = 0;
            foreach (var (gap, value) in steps)
            {
                now += gap;
                all.Add((now, value));
                line.Add(Some.TicksAfter(now), value);
            }
            var inside = all.Where(reading => reading.At > now - window).ToList();
            if (inside.Count < 2)
                return;
            double meanAt = inside.Average(reading => reading.At), mean = inside.Average(reading => reading.Value);
            double slope = inside.Sum(reading => (reading.At - meanAt) * (reading.Value - mean)) / inside.Sum(reading => (reading.At - meanAt) * (reading.At - meanAt));
            var (found, perTick) = line.At(Some.TicksAfter(now));
            Assert.Equal(slope, perTick * Second, 1e-9 * Math.Max(1, Math.Abs(slope)));
            Assert.Equal(mean + slope * (now - meanAt), found, 1e-6);
        });

    [Fact]
    public void A_line_read_back_goes_on_to_the_last_bit()
    {
        var line = new LineFit(50 * Second);
        var random = new Random(7);
        for (int i = 0; i < 2000; i++)
        {
            var written = new ArrayBufferWriter<byte>();
            line.WriteTo(new SnapshotWriter(written));
            var other = new LineFit(50 * Second);
            var reader = new SnapshotReader(written.WrittenSpan);
            other.ReadFrom(ref reader);
            double value = random.NextDouble();
            line.Add(Some.TicksAfter(i * 3), value);
            other.Add(Some.TicksAfter(i * 3), value);
            Assert.Equal(line.At(Some.TicksAfter(i * 3)), other.At(Some.TicksAfter(i * 3)));
        }
    }

    [Fact]
    public void When_it_is_full_the_oldest_leaves_early_and_that_is_said()
    {
        var line = new LineFit(1000 * Second, maxReadings: 3);
        Assert.True(line.Add(Some.TicksAfter(0), 100) && line.Add(Some.TicksAfter(1), 1) && line.Add(Some.TicksAfter(2), 2));
        Assert.False(line.Add(Some.TicksAfter(3), 3));
        Assert.Equal(1, line.At(Some.TicksAfter(3)).Slope * Second, 12);
    }

    [Fact]
    public void A_reading_leaves_when_it_is_as_old_as_the_window_is_long()
    {
        var line = new LineFit(60 * Second);
        line.Add(Some.TicksAfter(0), 1);
        line.Add(Some.TicksAfter(30), 2);
        line.Add(Some.TicksAfter(60) - 1, 3);
        Assert.Equal(3, line.Count);
        line.Add(Some.TicksAfter(60), 4);
        Assert.Equal((3, 30 * Second), (line.Count, line.Span));
        // A pause longer than the window leaves the newest alone.
        line.Add(Some.TicksAfter(500), 5);
        Assert.Equal((1, 0), (line.Count, line.Span));
        Assert.True(double.IsNaN(line.At(Some.TicksAfter(500)).Value));
        Assert.Equal(0, new LineFit(60 * Second).Span);
    }

    [Fact]
    public void A_line_that_was_cleared_knows_nothing_of_before()
    {
        var (line, fresh) = (new LineFit(600 * Second), new LineFit(600 * Second));
        for (int i = 0; i < 20; i++)
            line.Add(Some.TicksAfter(i * 10), i * i);
        line.Clear();
        Assert.Equal((0, 0), (line.Count, line.Span));
        for (int i = 20; i < 40; i++)
        {
            line.Add(Some.TicksAfter(i * 10), 7.5 - i);
            fresh.Add(Some.TicksAfter(i * 10), 7.5 - i);
            Assert.Equal(fresh.At(Some.TicksAfter(i * 10)), line.At(Some.TicksAfter(i * 10)));
        }
    }

    [Fact]
    public void A_line_taken_over_goes_on_to_the_last_bit_and_what_it_had_is_gone()
    {
        var (line, other) = (new LineFit(50 * Second), new LineFit(50 * Second));
        var random = new Random(11);
        for (int i = 0; i < 500; i++)
        {
            line.Add(Some.TicksAfter(i * 3), random.NextDouble());
            other.Add(Some.TicksAfter((i * 3) + 1), 100);
            other.CopyFrom(line);
            Assert.Equal(line.Count, other.Count);
            Assert.Equal(line.At(Some.TicksAfter(i * 3)), other.At(Some.TicksAfter(i * 3)));
        }
    }

    [Fact]
    public void The_digits_of_a_line_do_not_get_lost_over_years()
    {
        // A millimetre in an hour, 50 m above the datum, after ten years of readings each quarter of an hour.
        var (line, fresh) = (new LineFit(3600 * Second), new LineFit(3600 * Second));
        const int Last = 10 * 365 * 96;
        for (int i = 0; i <= Last; i++)
        {
            line.Add(Some.TicksAfter(i * 900L), 50 + (0.00025 * (i % 1000)));
            if (i > Last - 4)
                fresh.Add(Some.TicksAfter(i * 900L), 50 + (0.00025 * (i % 1000)));
        }
        var (value, slope) = line.At(Some.TicksAfter(Last * 900L));
        Assert.Equal(fresh.At(Some.TicksAfter(Last * 900L)).Slope * 3600 * Second, slope * 3600 * Second, 12);
        Assert.Equal(fresh.At(Some.TicksAfter(Last * 900L)).Value, value, 12);
    }
}
