using SensorGrid.Ingest.Service.Following;
using SensorGrid.Ingest.Service.Hosting;
using SensorGrid.ReadingLog;

namespace SensorGrid.Ingest.Service.Tests.Following;

public class LogRetentionTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 0, 0, 0, TimeSpan.Zero);

    // Three segments of 100 bytes; the second begins a day, the third an hour before now.
    private static readonly ReadingLogSegment[] Segments =
    [
        new(1, Now.AddDays(-9).UtcTicks, 100), new(11, Now.AddDays(-1).UtcTicks, 100), new(21, Now.AddHours(-1).UtcTicks, 100),
    ];

    [Theory]
    // Size and age allow all three.
    [InlineData(300, 30, long.MaxValue, 0)]
    // Too many bytes: the oldest goes, then the next.
    [InlineData(299, 30, long.MaxValue, 11)]
    [InlineData(199, 30, long.MaxValue, 21)]
    // The segment that is written stays, whatever is asked for.
    [InlineData(0, 0, long.MaxValue, 21)]
    // Too old: all records of the first lie more than half a day back.
    [InlineData(300, 0.5, long.MaxValue, 11)]
    // A follower still needs record 11, or 10.
    [InlineData(0, 0, 11, 11)]
    [InlineData(0, 0, 10, 0)]
    public void Trims_what_nobody_needs_and_nobody_keeps(long bytes, double days, long neededFrom, long before) =>
        Assert.Equal(before, LogRetention.TrimBefore(Segments, neededFrom, new RetentionOptions { LogBytes = bytes, LogAge = TimeSpan.FromDays(days) }, Now));
}
