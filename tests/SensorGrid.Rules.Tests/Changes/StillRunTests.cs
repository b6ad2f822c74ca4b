using System.Buffers;
using SensorGrid.Rules.Changes;
using SensorGrid.Rules.Snapshots;

namespace SensorGrid.Rules.Tests.Changes;

public sealed class StillRunTests
{
    private const int Seed = 20262;

    private static StillRun Run(double band, long memory, params (long Time, double Value)[] readings)
    {
        var run = new StillRun(band, memory);
        foreach (var (time, value) in readings)
            Assert.True(run.Add(time, value));
        return run;
    }

    private static StillRun ReadBack(StillRun run, double band, long memory, int most = 8192)
    {
        var written = new ArrayBufferWriter<byte>();
        run.WriteTo(new SnapshotWriter(written));
        var reader = new SnapshotReader(written.WrittenSpan);
        var read = new StillRun(band, memory, most);
        read.ReadFrom(ref reader);
        Assert.True(reader.IsAtEnd && !reader.IsBroken);
        return read;
    }

    [Fact]
    public void Begins_behind_the_newest_reading_that_does_not_fit()
    {
        var run = Run(1, 100, (0, 5), (10, 3), (20, 3), (30, 4));
        Assert.Equal((10L, 3L), (run.Since, run.Count));
        run.Add(40, 4.5);
        Assert.Equal((30L, 2L), (run.Since, run.Count));
        run.Add(50, 9);
        Assert.Equal((50L, 1L), (run.Since, run.Count));
    }

    [Theory]
    [InlineData(100, 0, 4)]
    [InlineData(101, 0, 4)]
    [InlineData(99, 0, 4)]
    public void What_it_has_forgotten_is_still_part_of_the_run(long time, long since, long count)
    {
        // At 100 the first is just within the memory, at 101 no more; the value has crept by less than the band either way.
        var run = Run(1, 100, (0, 0), (50, 0.5), (60, 0.5), (time, 1));
        Assert.Equal((since, count), (run.Since, run.Count));
    }

    [Theory]
    [InlineData(100, 50)]
    [InlineData(101, 0)]
    public void A_value_is_compared_with_those_of_its_memory_the_edge_of_which_is_inside(long time, long since)
    {
        var run = Run(1, 100, (0, 0), (50, 0.5), (time, 1.5));
        Assert.Equal(since, run.Since);
    }

    [Fact]
    public void The_newest_before_is_compared_however_old_it_is()
    {
        var run = Run(1, 10, (0, 0), (1000, 5));
        Assert.Equal((1000L, 1L), (run.Since, run.Count));
    }

    [Fact]
    public void Empty_it_counts_none_and_what_is_cleared_begins_anew()
    {
        var run = Run(1, 100, (0, 0), (10, 0));
        run.Clear();
        Assert.Equal(0, run.Count);
        run.Add(20, 0);
        Assert.Equal((20L, 1L), (run.Since, run.Count));
        Assert.Equal(0, new StillRun(1, 100).Count);
    }

    [Fact]
    public void With_a_clock_that_is_set_all_of_it_moves_along()
    {
        var run = Run(1, 30, (0, 0), (10, 0.5), (20, 0.6));
        run.ShiftTo(1000);
        Assert.Equal((980L, 3L), (run.Since, run.Count));
        // The first is 31 before this one, and the second 21: only the second is compared, and fits no more at the third value.
        run.Add(1011, 1.4);
        Assert.Equal((980L, 4L), (run.Since, run.Count));
        run.Add(1012, 1.55);
        Assert.Equal((1000L, 3L), (run.Since, run.Count));
        // And so it does the second time.
        run.ShiftTo(2012);
        Assert.Equal(2000L, run.Since);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void With_one_more_than_it_keeps_the_oldest_leaves_early_and_takes_the_run_along(int sign)
    {
        var run = new StillRun(100, 1000, maxReadings: 3);
        // Each is an extreme to be kept: the way it goes, it could be the one that remains.
        for (int i = 0; i < 3; i++)
            Assert.True(run.Add(i * 10, sign * i));
        Assert.Equal((0L, 3L), (run.Since, run.Count));
        Assert.False(run.Add(30, sign * 3));
        Assert.Equal((10L, 3L), (run.Since, run.Count));
        // One that beats all makes room.
        Assert.False(run.Add(40, sign * -9));
        Assert.True(run.Add(50, sign * -9));
    }

    [Fact]
    public void Read_back_or_copied_it_goes_on_as_if_nothing_had_been()
    {
        const int Most = 8;
        var random = new Random(Seed);
        StillRun New() => new(3, 40, Most);
        var (undisturbed, restarted, copied) = (New(), New(), New());
        long time = 0;
        int dropped = 0;
        for (int step = 0; step < 5000; step++)
        {
            time += random.Next(1, 9);
            restarted = ReadBack(restarted, 3, 40, Most);
            var copy = New();
            copy.CopyFrom(copied);
            copied.Clear();
            copied = copy;
            if (random.Next(40) == 0)
            {
                time += 500;
                foreach (var run in new[] { undisturbed, restarted, copied })
                    run.ShiftTo(time);
                time++;
            }
            double value = (step / 9.0 % 12) + (random.Next(8) / 8.0);
            bool room = undisturbed.Add(time, value);
            dropped += room ? 0 : 1;
            Assert.Equal((room, room), (restarted.Add(time, value), copied.Add(time, value)));
            Assert.Equal((undisturbed.Since, undisturbed.Count), (restarted.Since, restarted.Count));
            Assert.Equal((undisturbed.Since, undisturbed.Count), (copied.Since, copied.Count));
        }
        Assert.True(dropped > 20, $"{dropped} dropped of seed {Seed}");
    }
}
