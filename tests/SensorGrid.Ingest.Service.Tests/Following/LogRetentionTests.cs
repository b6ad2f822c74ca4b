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
        Assert.Equal(before, LogRetention.TrimBefore(Segments, neededFrom, long.MaxValue, long.MaxValue, new RetentionOptions { LogBytes = bytes, LogAge = TimeSpan.FromDays(days) }, Now));

    [Theory]
    // An external store lacks records from 1 on: nothing goes while the log may still grow.
    [InlineData(1, 300, 1000, 0)]
    // It has the first segment, and half of the second.
    [InlineData(11, 300, 1000, 11)]
    [InlineData(15, 300, 1000, 11)]
    // The log has grown beyond what may wait: the oldest goes, the rest waits on.
    [InlineData(1, 299, 1000, 11)]
    [InlineData(1, 100, 1000, 21)]
    // The disk is short of 150 bytes, so two segments must go; of 10, so one.
    [InlineData(1, 300, 350, 21)]
    [InlineData(1, 300, 490, 11)]
    public void For_an_external_store_records_wait_until_log_or_disk_is_full(long unsentFrom, long unsentBytes, long freeBytes, long before)
    {
        var options = new RetentionOptions { LogBytes = 0, LogAge = TimeSpan.Zero, UnsentLogBytes = unsentBytes, UnsentFreeBytes = 500 };

        Assert.Equal(before, LogRetention.TrimBefore(Segments, long.MaxValue, unsentFrom, freeBytes, options, Now));
    }

    [Fact]
    public void Rules_and_embedded_store_are_waited_for_whatever_external_stores_may_lack() =>
        Assert.Equal(0, LogRetention.TrimBefore(Segments, 1, 1, 0, new RetentionOptions { LogBytes = 0, LogAge = TimeSpan.Zero, UnsentLogBytes = 0 }, Now));
}
