using SensorGrid.Storage.Parquet;
using SensorGrid.Storage.Retention;
using SensorGrid.Storage.Tests.Support;

namespace SensorGrid.Storage.Tests.Retention;

/// <summary>Deleting readings, minutes and hours each by its own age or by size, and what buckets say afterwards.</summary>
public sealed class MergedRetentionTests
{
    [Fact]
    public async Task Each_kind_is_deleted_by_its_own_age_and_buckets_come_from_what_is_left()
    {
        using var fixture = await ThreeDaysAsync(new() { KeepFor = TimeSpan.FromDays(10), KeepMinutesFor = TimeSpan.FromDays(20), KeepHoursFor = TimeSpan.FromDays(60) });
        var hours = await BucketsAsync(fixture, TimeSpan.FromHours(1));
        var minutes = await BucketsAsync(fixture, TimeSpan.FromMinutes(1));

        fixture.Time.Advance(TimeSpan.FromDays(11));
        Assert.Equal(3, await fixture.Store.DeleteExpiredAsync(default));
        Assert.Empty(await fixture.ReadAllAsync(Some.Stage));
        Assert.Equal(minutes, await BucketsAsync(fixture, TimeSpan.FromMinutes(1)));
        Assert.Equal(hours, await BucketsAsync(fixture, TimeSpan.FromHours(1)));

        fixture.Time.Advance(TimeSpan.FromDays(10));
        Assert.Equal(3, await fixture.Store.DeleteExpiredAsync(default));
        Assert.Empty(await BucketsAsync(fixture, TimeSpan.FromMinutes(1)));
        Assert.Equal(hours, await BucketsAsync(fixture, TimeSpan.FromHours(1)));

        fixture.CrashAndRecover();
        Assert.Equal(hours, await BucketsAsync(fixture, TimeSpan.FromHours(1)));
        fixture.Time.Advance(TimeSpan.FromDays(40));
        Assert.NotEqual(0, await fixture.Store.DeleteExpiredAsync(default));
        Assert.Empty(fixture.Store.Files);
        Assert.Empty(await BucketsAsync(fixture, TimeSpan.FromHours(1)));
    }

    [Fact]
    public async Task Readings_that_outlive_their_rollups_answer_in_their_place()
    {
        using var fixture = await ThreeDaysAsync(new() { KeepMinutesFor = TimeSpan.FromDays(1), KeepHoursFor = TimeSpan.FromDays(1) });
        var hours = await BucketsAsync(fixture, TimeSpan.FromHours(1));
        fixture.Time.Advance(TimeSpan.FromDays(2));

        await fixture.Store.DeleteExpiredAsync(default);

        Assert.All(fixture.Store.Files, file => Assert.Equal((FileKind.Readings, RollupKinds.None), (file.Kind, file.RolledUp)));
        Assert.Equal(hours, await BucketsAsync(fixture, TimeSpan.FromHours(1)));
        fixture.CrashAndRecover();
        Assert.All(fixture.Store.Files, file => Assert.Equal(RollupKinds.None, file.RolledUp));
        Assert.Equal(hours, await BucketsAsync(fixture, TimeSpan.FromHours(1)));
    }

    [Fact]
    public async Task Rollups_of_a_closed_day_are_final_and_what_comes_later_stays_a_reading()
    {
        using var fixture = await ThreeDaysAsync(new() { KeepFor = TimeSpan.FromDays(10) });
        var hours = await BucketsAsync(fixture, TimeSpan.FromHours(1));
        fixture.Time.Advance(TimeSpan.FromDays(11));
        await fixture.Store.DeleteExpiredAsync(default);
        // Received now: the clock of arrivals must go on for its age to be right.
        fixture.Offer(new(fixture.NextSequence, fixture.Time.GetUtcNow().UtcTicks, [new(Some.Stage, Day(0).AddMinutes(1).UtcTicks, 1e6)]));

        Assert.Equal(hours, await BucketsAsync(fixture, TimeSpan.FromHours(1)));
        Assert.Equal([1e6], (await fixture.ReadAllAsync(Some.Stage)).Select(reading => reading.Value));
        await fixture.SealAsync();
        fixture.Time.Advance(TimeSpan.FromHours(2));
        Assert.NotEqual(0, await fixture.Store.CompactAsync(default));

        Assert.Equal(hours, await BucketsAsync(fixture, TimeSpan.FromHours(1)));
        Assert.Equal([1e6], (await fixture.ReadAllAsync(Some.Stage)).Select(reading => reading.Value));
        Assert.Equal(3, fixture.Store.Files.Count(file => file.Kind == FileKind.Minutes));
    }

    [Fact]
    public async Task By_size_the_oldest_readings_go_first_and_the_newest_stay()
    {
        using var measured = await ThreeDaysAsync(new());
        var readings = measured.Store.Files.Where(file => file.Kind == FileKind.Readings).OrderBy(file => file.Partition.StartTicks).ToList();
        long all = measured.Store.Files.Sum(file => file.Bytes);

        using var tight = await ThreeDaysAsync(new() { KeepBytes = all - readings[0].Bytes });
        Assert.Equal(1, await tight.Store.DeleteExpiredAsync(default));
        Assert.Equal(readings.Skip(1).Select(file => file.Partition), tight.Store.Files.Where(file => file.Kind == FileKind.Readings).Select(file => file.Partition).OrderBy(day => day.StartTicks));

        using var tiny = await ThreeDaysAsync(new() { KeepBytes = 1 });
        await tiny.Store.DeleteExpiredAsync(default);
        Assert.Equal(readings[2].Partition, Assert.Single(tiny.Store.Files, file => file.Kind == FileKind.Readings).Partition);
        Assert.Single(tiny.Store.Files, file => file.Kind == FileKind.Minutes);
        // All of the month: the newest of its kind.
        Assert.Equal(3, tiny.Store.Files.Count(file => file.Kind == FileKind.Hours));
    }

    [Theory]
    [InlineData(nameof(RetentionStep.EntriesDeleted))]
    [InlineData(nameof(RetentionStep.FilesDeleted))]
    public async Task Dying_in_a_deletion_leaves_whole_days(string step)
    {
        using var fixture = await ThreeDaysAsync(new() { KeepFor = TimeSpan.FromDays(10) });
        var hours = await BucketsAsync(fixture, TimeSpan.FromHours(1));
        fixture.Time.Advance(TimeSpan.FromDays(11));
        fixture.Store.Maintenance.Retention.Reached = reached =>
        {
            if (reached.ToString() == step)
                throw new CrashException();
        };
        await Assert.ThrowsAsync<CrashException>(() => fixture.Store.DeleteExpiredAsync(default));

        fixture.CrashAndRecover();

        Assert.Equal(2, fixture.Store.Files.Count(file => file.Kind == FileKind.Readings));
        Assert.Equal(fixture.Store.FileCount, fixture.ParquetFiles().Length);
        Assert.Equal(hours, await BucketsAsync(fixture, TimeSpan.FromHours(1)));
    }

    private static DateTimeOffset Day(int day) => new(2024, 10, 26 + day, 0, 0, 0, TimeSpan.Zero);

    // Three days before the fixture's start, merged and rolled up.
    private static async Task<StoreFixture> ThreeDaysAsync(StorageOptions options)
    {
        var fixture = new StoreFixture(options);
        fixture.Append([.. Enumerable.Range(0, 3 * 24 * 4).Select(i => new Sample(Some.Stage, Day(0).AddMinutes(15 * i).UtcTicks, i * 0.1))]);
        await fixture.SealAsync();
        fixture.Time.Advance(TimeSpan.FromHours(2));
        await fixture.Store.CompactAsync(default);
        Assert.Equal(9, fixture.Store.FileCount);
        return fixture;
    }

    private static async Task<List<string>> BucketsAsync(StoreFixture fixture, TimeSpan every)
    {
        var range = await fixture.Store.ReadBucketsAsync(fixture.IndexOf(Some.Stage), Day(0), Day(3), every, default);
        Assert.Empty(range.UnreadableFiles);
        return [.. range.Buckets.Select(bucket => bucket.ToString())];
    }
}
