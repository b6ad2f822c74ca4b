using SensorGrid.Storage.Retention;
using SensorGrid.Storage.Tests.Support;

namespace SensorGrid.Storage.Tests.Retention;

public sealed class StoreRetentionTests
{
    [Fact]
    public async Task Deletes_the_files_whose_newest_arrival_is_too_old_and_no_others()
    {
        using var fixture = await TwoFilesAsync();
        string[] before = fixture.ParquetFiles();
        fixture.Time.SetUtcNow(Some.Start.AddDays(10).AddSeconds(1));
        Assert.Equal(1, await fixture.Store.DeleteExpiredAsync(default));

        Assert.Equal([before[1]], fixture.ParquetFiles());
        Assert.Equal([2.0], (await fixture.ReadAllAsync(Some.Stage)).Select(reading => reading.Value));
        Assert.Equal(0, await fixture.Store.DeleteExpiredAsync(default));
        fixture.CrashAndRecover();
        Assert.Equal(1, fixture.Store.FileCount);
        Assert.Equal([2.0], (await fixture.ReadAllAsync(Some.Stage)).Select(reading => reading.Value));
    }

    [Fact]
    public async Task Keeps_everything_unless_told_otherwise()
    {
        using var fixture = new StoreFixture();
        fixture.Append(Some.Reading());
        await fixture.SealAsync();
        fixture.Time.Advance(TimeSpan.FromDays(10_000));

        Assert.Equal(0, await fixture.Store.DeleteExpiredAsync(default));

        Assert.Single(fixture.ParquetFiles());
    }

    [Fact]
    public async Task A_crash_between_manifest_and_file_is_finished_at_start()
    {
        using var fixture = await TwoFilesAsync();
        fixture.Time.SetUtcNow(Some.Start.AddDays(10).AddSeconds(1));
        fixture.Store.Maintenance.Retention.Reached = step =>
        {
            if (step == RetentionStep.EntriesDeleted)
                throw new CrashException();
        };
        await Assert.ThrowsAsync<CrashException>(async () => await fixture.Store.DeleteExpiredAsync(default));
        Assert.Equal(2, fixture.ParquetFiles().Length);

        fixture.CrashAndRecover();

        Assert.Single(fixture.ParquetFiles());
        Assert.Equal(1, fixture.Store.FileCount);
        Assert.Equal([2.0], (await fixture.ReadAllAsync(Some.Stage)).Select(reading => reading.Value));
    }

    [Fact]
    public async Task The_last_word_of_a_silent_sensor_outlives_its_file()
    {
        using var fixture = await TwoFilesAsync();
        fixture.Time.SetUtcNow(Some.Start.AddDays(11));
        Assert.Equal(2, await fixture.Store.DeleteExpiredAsync(default));

        fixture.CrashAndRecover();

        Assert.True(fixture.Store.TryGetLatest(fixture.IndexOf(Some.Stage), out var latest));
        Assert.Equal(2, latest.Value);
    }

    // Received at the start and one second later.
    private static async Task<StoreFixture> TwoFilesAsync()
    {
        var fixture = new StoreFixture(new() { KeepFor = TimeSpan.FromDays(10) });
        fixture.Append(Some.Reading(1, 0));
        await fixture.SealAsync();
        fixture.Append(Some.Reading(2, 1));
        await fixture.SealAsync();
        return fixture;
    }
}
