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
        var other = new LineFit(50 * Second);
        var random = new Random(7);
        for (int i = 0; i < 2000; i++)
        {
            var written = new ArrayBufferWriter<byte>();
            line.WriteTo(new SnapshotWriter(written));
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
}
