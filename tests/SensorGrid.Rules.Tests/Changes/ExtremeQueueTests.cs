using System.Buffers;
using SensorGrid.Rules.Changes;
using SensorGrid.Rules.Snapshots;

namespace SensorGrid.Rules.Tests.Changes;

public sealed class ExtremeQueueTests
{
    private const int Capacity = 6;
    private const int Seed = 20261;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Tells_what_looking_through_all_readings_tells(bool largest)
    {
        var random = new Random(Seed);
        var queue = new ExtremeQueue(largest, Capacity);
        // What is kept, oldest first; each with the time of the reading after it.
        var kept = new List<(long Time, long Next, long Number, double Value)>();
        long time = 0, number = 0;
        int full = 0;
        for (int step = 0; step < 5000; step++)
        {
            switch (random.Next(12))
            {
                case 0 when kept.Count > 0:
                    queue.RemoveFirst();
                    kept.RemoveAt(0);
                    break;
                case 1:
                    queue.Shift(1000);
                    time += 1000;
                    for (int i = 0; i < kept.Count; i++)
                        kept[i] = kept[i] with { Time = kept[i].Time + 1000, Next = kept[i].Next == long.MaxValue ? long.MaxValue : kept[i].Next + 1000 };
                    break;
                case 2:
                    var copy = new ExtremeQueue(largest, Capacity);
                    copy.CopyFrom(queue);
                    // The one it was copied from goes its own way.
                    queue.Shift(7);
                    queue = copy;
                    break;
                case 3:
                    queue = ReadBack(queue, largest, Capacity);
                    break;
                case 4 when random.Next(20) == 0:
                    queue.Clear();
                    kept.Clear();
                    break;
                case > 4:
                    if (kept.Count == Capacity)
                    {
                        full++;
                        queue.RemoveFirst();
                        kept.RemoveAt(0);
                    }
                    time += random.Next(1, 9);
                    // Mostly such as beat nothing, so that many are kept; a few steps apart, so that some are equal.
                    double value = (largest ? -1 : 1) * ((step / 4 % 20) - random.Next(2));
                    queue.Add(time, ++number, value);
                    if (kept.Count > 0)
                        kept[^1] = kept[^1] with { Next = time };
                    kept.RemoveAll(one => largest ? one.Value <= value : one.Value >= value);
                    kept.Add((time, long.MaxValue, number, value));
                    break;
            }
            Assert.Equal(kept.Count, queue.Count);
            Assert.Equal(kept.Count == Capacity, queue.IsFull);
            if (kept.Count > 0)
                Assert.Equal(kept[0], (queue.Time, queue.Next, queue.Number, queue.Value));
        }
        Assert.True(full > 20, $"full {full} times of seed {Seed}");
    }

    [Theory]
    [InlineData(true, 5.0)]
    [InlineData(false, -5.0)]
    public void Of_equal_readings_the_newest_stands_for_all(bool largest, double beaten)
    {
        var queue = new ExtremeQueue(largest, Capacity);
        queue.Add(1, 1, 0);
        queue.Add(2, 2, 0);
        Assert.Equal((1, 2L, 2L, long.MaxValue), (queue.Count, queue.Time, queue.Number, queue.Next));
        queue.Add(3, 3, beaten);
        Assert.Equal((1, 3L), (queue.Count, queue.Time));
    }

    [Fact]
    public void Of_a_snapshot_with_more_than_it_holds_the_rest_is_left()
    {
        var queue = new ExtremeQueue(largest: true, 5);
        for (int i = 1; i <= 5; i++)
            queue.Add(i, i, -i);
        var small = ReadBack(queue, largest: true, capacity: 3);
        Assert.Equal((3, true, 1L), (small.Count, small.IsFull, small.Time));
    }

    private static ExtremeQueue ReadBack(ExtremeQueue queue, bool largest, int capacity)
    {
        var written = new ArrayBufferWriter<byte>();
        queue.WriteTo(new SnapshotWriter(written));
        var reader = new SnapshotReader(written.WrittenSpan);
        var read = new ExtremeQueue(largest, capacity);
        // What it held before counts for nothing.
        read.Add(-5, 77, 0);
        read.ReadFrom(ref reader);
        Assert.False(reader.IsBroken);
        return read;
    }
}
