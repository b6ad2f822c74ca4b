using SensorGrid.Readings;
using SensorGrid.Storage.Compaction;
using SensorGrid.Storage.Parquet;
using SensorGrid.Storage.Tests.Support;

namespace SensorGrid.Storage.Tests.Compaction;

public sealed class StoreCompactorTests
{
    public static TheoryData<string, int> StepsOfBothMerges
    {
        get
        {
            var steps = new TheoryData<string, int>();
            foreach (string step in Enum.GetNames<MergeStep>())
            {
                steps.Add(step, 1);
                steps.Add(step, 2);
            }
            return steps;
        }
    }

    [Theory]
    [MemberData(nameof(StepsOfBothMerges))]
    public async Task Dying_at_any_step_of_a_merge_keeps_every_reading_and_every_bucket(string step, int merge)
    {
        using var fixture = await YesterdayAsync();
        var before = await AnswersAsync(fixture);
        // First a split into hours, then the day with its rollups. Each of a split's 24 files takes a number.
        int merges = 0;
        fixture.Store.Maintenance.Compactor.Reached = reached =>
        {
            if (reached == MergeStep.OutputsAnnounced)
                merges++;
            if (merges == merge && reached.ToString() == step)
                throw new CrashException();
        };
        await Assert.ThrowsAsync<CrashException>(() => fixture.Store.CompactAsync(default));
        Assert.Equal(merge, merges);

        fixture.CrashAndRecover();

        Assert.Equal(before, await AnswersAsync(fixture));
        AssertOnlyListedFiles(fixture);
        await fixture.Store.CompactAsync(default);
        Assert.Equal(before, await AnswersAsync(fixture));
        fixture.CrashAndRecover();
        Assert.Equal(before, await AnswersAsync(fixture));
        AssertOnlyListedFiles(fixture);
    }

    [Fact]
    public async Task A_day_ends_up_in_one_file_of_each_kind()
    {
        using var fixture = await YesterdayAsync();

        Assert.Equal(2, await fixture.Store.CompactAsync(default));

        Assert.Equal(
            ["hours-day-20241028-000033-000.parquet", "minutes-day-20241028-000033-000.parquet", "readings-day-20241028-000033-000.parquet"],
            fixture.ParquetFiles().Select(Path.GetFileName));
        Assert.Equal(0, await fixture.Store.CompactAsync(default));
    }

    [Fact]
    public async Task The_month_is_merged_once_it_is_over()
    {
        using var fixture = await YesterdayAsync();
        await fixture.Store.CompactAsync(default);
        var before = await AnswersAsync(fixture);
        fixture.Time.SetUtcNow(new(2024, 11, 1, 2, 0, 0, TimeSpan.Zero));

        Assert.Equal(1, await fixture.Store.CompactAsync(default));

        Assert.Single(fixture.Store.Files, file => file is { Kind: FileKind.Hours, Level: FileLevel.Merged } && file.Name.StartsWith("hours-month-202410-", StringComparison.Ordinal));
        Assert.DoesNotContain(fixture.Store.Files, file => file is { Kind: FileKind.Hours, Level: FileLevel.Piece });
        Assert.Equal(before, await AnswersAsync(fixture));
    }

    [Fact]
    public async Task Late_readings_go_into_their_own_day_and_its_rollups_are_made_anew()
    {
        using var fixture = await YesterdayAsync();
        await fixture.Store.CompactAsync(default);
        // A correction, a reading that takes its minute out, and one of a minute that had none.
        fixture.Append(
            new Sample(Some.Stage, Yesterday(10, 0), 500), new Sample(Some.Flow, Yesterday(11, 0), 0, Quality: Quality.Bad), new Sample(Some.Stage, Yesterday(23, 59), 7));
        var before = await AnswersAsync(fixture);
        await fixture.SealAsync();
        Assert.Equal(before, await AnswersAsync(fixture));
        fixture.Time.Advance(TimeSpan.FromHours(2));

        Assert.Equal(2, await fixture.Store.CompactAsync(default));

        Assert.Equal(before, await AnswersAsync(fixture));
        var readings = Assert.Single(fixture.Store.Files, file => file.Kind == FileKind.Readings);
        Assert.Equal((FileLevel.Merged, RollupKinds.Both), (readings.Level, readings.RolledUp));
        Assert.Single(fixture.Store.Files, file => file.Kind == FileKind.Minutes);
        // Two versions of the day's hours until the month is merged; the later one counts.
        Assert.Equal(2, fixture.Store.Files.Count(file => file.Kind == FileKind.Hours));
    }

    [Fact]
    public async Task Of_doubles_the_last_received_stays()
    {
        using var fixture = new StoreFixture();
        for (int i = 1; i <= 5; i++)
        {
            fixture.Append(Some.Reading(i, 0), Some.Reading(i, i));
            await fixture.SealAsync();
        }
        fixture.Time.Advance(TimeSpan.FromHours(2));

        await fixture.Store.CompactAsync(default);

        Assert.Equal(6, fixture.Store.Files.Where(file => file.Kind == FileKind.Readings).Sum(file => file.Rows));
        Assert.Equal([5.0, 1, 2, 3, 4, 5], (await fixture.ReadAllAsync(Some.Stage)).Select(reading => reading.Value));
    }

    [Fact]
    public async Task A_large_day_is_cut_by_datastream_and_a_query_opens_one_of_its_files()
    {
        using var fixture = new StoreFixture(new() { MergedFileRows = 30 });
        DatastreamKey[] keys = [.. Enumerable.Range(0, 8).Select(i => new DatastreamKey("water-gw-1", $"level-{i}"))];
        for (int i = 0; i < 10; i++)
            fixture.Append([.. keys.Select(key => new Sample(key, Yesterday(1, i), i))]);
        await fixture.SealAsync();
        fixture.Time.Advance(TimeSpan.FromHours(2));

        await fixture.Store.CompactAsync(default);

        var readings = fixture.Store.Files.Where(file => file.Kind == FileKind.Readings).OrderBy(file => file.MinDatastream).ToList();
        Assert.Equal([(0, 2), (3, 5), (6, 7)], readings.Select(file => (file.MinDatastream, file.MaxDatastream)));
        foreach (var file in readings.Skip(1))
            File.Delete(Path.Combine(fixture.ParquetFolder, file.Name));
        Assert.Equal(10, (await fixture.ReadAllAsync(keys[2])).Count);
    }

    [Fact]
    public async Task Times_scattered_over_more_days_than_get_files_of_their_own_stay_together()
    {
        using var fixture = new StoreFixture();
        int days = MergeChunks.MostDays + 30;
        fixture.Append([.. Enumerable.Range(0, days).Select(i => new Sample(Some.Stage, Some.Start.AddDays(-10 - i).UtcTicks, i))]);
        await fixture.SealAsync();
        fixture.Time.Advance(TimeSpan.FromHours(2));

        fixture.Store.Maintenance.Compactor.Reached = step =>
        {
            if (step == MergeStep.InputsDeleted)
                throw new CrashException();
        };
        await Assert.ThrowsAsync<CrashException>(() => fixture.Store.CompactAsync(default));

        Assert.Equal(MergeChunks.MostDays + 1, fixture.Store.FileCount);
        Assert.Equal(30, Assert.Single(fixture.Store.Files, file => file.Partition.IsAll).Rows);
        Assert.Equal(days, (await fixture.ReadAllAsync(Some.Stage)).Count);
    }

    [Fact]
    public async Task A_damaged_file_is_named_and_waits_and_the_others_are_merged()
    {
        using var fixture = await YesterdayAsync();
        string damaged = fixture.ParquetFiles()[3];
        byte[] whole = File.ReadAllBytes(damaged);
        byte[] flipped = (byte[])whole.Clone();
        flipped[whole.Length / 3] ^= 1;
        File.WriteAllBytes(damaged, flipped);

        await fixture.Store.CompactAsync(default);

        Assert.Equal(1, fixture.Store.UnreadableFileCount);
        Assert.Contains(damaged, fixture.ParquetFiles());
        Assert.Equal(1, fixture.Store.Files.Count(file => file.Level == FileLevel.Sealed));
        // Put back from a backup: it joins its day.
        File.WriteAllBytes(damaged, whole);
        File.SetLastWriteTimeUtc(damaged, new DateTime(2031, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        await fixture.Store.CompactAsync(default);
        Assert.Single(fixture.Store.Files, file => file.Kind == FileKind.Readings);
        Assert.Equal(Records, await fixture.CountAsync());
    }

    [Fact]
    public async Task A_merge_that_fails_leaves_everything_as_it_was_and_says_so()
    {
        using var fixture = await YesterdayAsync();
        var before = await AnswersAsync(fixture);
        string[] files = fixture.ParquetFiles();
        fixture.Store.Maintenance.Compactor.Reached = step =>
        {
            if (step == MergeStep.OutputSynced)
                throw new IOException("the disk says no");
        };

        var error = await Assert.ThrowsAsync<ReadingStoreException>(() => fixture.Store.CompactAsync(default));

        Assert.Contains("the disk says no", error.Message, StringComparison.Ordinal);
        Assert.Equal(error.Message, fixture.Store.MaintenanceFailure);
        Assert.Equal(files, fixture.ParquetFiles());
        Assert.Equal(before, await AnswersAsync(fixture));
        fixture.Store.Maintenance.Compactor.Reached = static _ => { };
        Assert.Equal(2, await fixture.Store.CompactAsync(default));
        Assert.Null(fixture.Store.MaintenanceFailure);
        Assert.Equal(before, await AnswersAsync(fixture));
    }

    [Fact]
    public async Task Queries_between_any_two_steps_see_every_row_once()
    {
        using var fixture = await YesterdayAsync();
        var before = await AnswersAsync(fixture);
        var seen = new HashSet<MergeStep>();
        fixture.Store.Maintenance.Compactor.Reached = step =>
        {
            seen.Add(step);
            Assert.Equal(before, AnswersAsync(fixture).GetAwaiter().GetResult());
        };

        await fixture.Store.CompactAsync(default);

        Assert.Equal(Enum.GetValues<MergeStep>().Length, seen.Count);
    }

    [Theory]
    [InlineData("minutes-")]
    [InlineData("hours-")]
    public async Task A_rollup_that_cannot_be_read_is_named_and_the_readings_answer_in_its_place(string kind)
    {
        using var fixture = await YesterdayAsync();
        await fixture.Store.CompactAsync(default);
        var every = kind == "hours-" ? TimeSpan.FromHours(1) : TimeSpan.FromMinutes(1);
        var (from, to) = (new DateTimeOffset(Yesterday(0, 0), TimeSpan.Zero), new DateTimeOffset(Yesterday(24, 0), TimeSpan.Zero));
        var before = await fixture.Store.ReadBucketsAsync(fixture.IndexOf(Some.Stage), from, to, every, default);
        File.WriteAllText(fixture.ParquetFiles().Single(path => Path.GetFileName(path).StartsWith(kind, StringComparison.Ordinal)), "not Parquet");

        var after = await fixture.Store.ReadBucketsAsync(fixture.IndexOf(Some.Stage), from, to, every, default);

        Assert.Empty(before.UnreadableFiles);
        Assert.Single(after.UnreadableFiles);
        Assert.Equal(before.Buckets, after.Buckets);
    }

    [Fact]
    public async Task The_running_store_merges_by_itself_and_stops_when_told()
    {
        using var fixture = await YesterdayAsync();
        var merged = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        fixture.Store.Maintenance.Compactor.Reached = step =>
        {
            if (step == MergeStep.InputsDeleted)
                merged.TrySetResult();
        };
        using var stop = new CancellationTokenSource();

        var running = fixture.Store.RunAsync(stop.Token);

        await merged.Task;
        await stop.CancelAsync();
        await running;
        Assert.Equal(Records, await fixture.CountAsync());
        Assert.Null(fixture.Store.MaintenanceFailure);
    }

    private const int Records = 24 * 4;

    private static long Yesterday(int hour, int minute) => Some.Start.Date.AddDays(-1).AddHours(hour).AddMinutes(minute).Ticks;

    // Eight sealed files of yesterday, so that one call splits them and merges the day.
    private static async Task<StoreFixture> YesterdayAsync()
    {
        var fixture = new StoreFixture();
        for (int i = 0; i < Records / 2; i++)
        {
            fixture.Append(new Sample(Some.Stage, Yesterday(i / 2, i % 2 * 30), i * 0.1), new Sample(Some.Flow, Yesterday(i / 2, i % 2 * 30), -i / 3.0));
            if (i % 6 == 5)
                await fixture.SealAsync();
        }
        // Corrected twice.
        fixture.Append(new Sample(Some.Stage, Yesterday(0, 0), 99));
        fixture.Time.Advance(TimeSpan.FromHours(2));
        return fixture;
    }

    private static async Task<List<string>> AnswersAsync(StoreFixture fixture)
    {
        var answers = new List<string>();
        foreach (var key in new[] { Some.Stage, Some.Flow })
        {
            answers.AddRange((await fixture.ReadAllAsync(key)).Select(reading => $"{reading with { Datastream = default }}"));
            foreach (var every in new[] { TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(90), TimeSpan.FromHours(1), TimeSpan.FromDays(1) })
            {
                var range = await fixture.Store.ReadBucketsAsync(
                    fixture.IndexOf(key), new(Yesterday(0, 0), TimeSpan.Zero), new(Yesterday(24, 0), TimeSpan.Zero), every, default);
                Assert.Empty(range.UnreadableFiles);
                answers.AddRange(range.Buckets.Select(bucket => $"{every} {bucket}"));
            }
        }
        return answers;
    }

    private static void AssertOnlyListedFiles(StoreFixture fixture)
    {
        Assert.Equal(
            fixture.Store.Files.Select(file => file.Name).Order(StringComparer.Ordinal), fixture.ParquetFiles().Select(path => Path.GetFileName(path)!));
        Assert.False(Directory.Exists(Path.Combine(fixture.ParquetFolder, "unlisted")));
    }
}
