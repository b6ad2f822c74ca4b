using SensorGrid.Readings;
using SensorGrid.Readings.Units;
using SensorGrid.Storage.Queries;
using SensorGrid.Storage.Tests.Support;

namespace SensorGrid.Storage.Tests;

public sealed class ReadingStoreTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_kind_of_reading_comes_back_as_it_went_in(bool sealedFirst)
    {
        using var fixture = new StoreFixture();
        long at = Some.Start.UtcTicks;
        Sample[] samples =
        [
            new(Some.Stage, at, 2.5, Quality: Quality.Suspect, Unit: UnitRegistry.IdOf("m"), Flags: ReadingFlags.UnitMismatch | ReadingFlags.Backlog),
            new(Some.Stage, at + 1, -9999, Quality: Quality.Missing, Unit: UnitRegistry.Unknown),
            new(Some.Stage, at + 2, 1, Kind: ReadingKind.Boolean, Quality: Quality.Estimated),
            new(Some.Stage, at + 3, 110.36, 21.27, Kind: ReadingKind.Position, Quality: Quality.Bad),
            new(Some.Stage, at + 4, 0, Text: "水位 \"high\", it's open\n", Kind: ReadingKind.Text),
            new(Some.Stage, at + 5, 0, Text: "", Kind: ReadingKind.Text),
            new(Some.Stage, at + 6, 0, Text: "a\0b", Kind: ReadingKind.Text),
            new(Some.Stage, at + 7, 0, Text: new string('長', 21_000), Kind: ReadingKind.Text),
        ];
        fixture.Append(samples);
        if (sealedFirst)
            await fixture.SealAsync();

        var stored = await fixture.ReadAllAsync(Some.Stage);

        Assert.Equal(samples.Select(sample => Expected(sample, fixture, 1)), stored);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Numbers_and_times_survive_to_the_last_bit(bool sealedFirst)
    {
        using var fixture = new StoreFixture();
        double[] values = [double.NaN, double.PositiveInfinity, double.NegativeInfinity, -0.0, double.Epsilon, double.MaxValue, 0.1, 1.0 / 3];
        long[] times =
        [
            0, 1, DateTime.UnixEpoch.Ticks - 1, DateTime.UnixEpoch.Ticks, DateTime.UnixEpoch.Ticks + 7,
            new DateTime(1600, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks + 3, new DateTime(2300, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks + 9, DateTime.MaxValue.Ticks - 1,
        ];
        foreach (var (value, time) in values.Zip(times))
            fixture.Append(new Sample(Some.Stage, time, value));
        if (sealedFirst)
            await fixture.SealAsync();

        var stored = await fixture.ReadAllAsync(Some.Stage);

        Assert.Equal(times.Order(), stored.Select(reading => reading.ObservedAtTicks));
        Assert.Equal(
            times.Zip(values).OrderBy(pair => pair.First).Select(pair => BitConverter.DoubleToInt64Bits(pair.Second)),
            stored.Select(reading => BitConverter.DoubleToInt64Bits(reading.Value)));
    }

    [Fact]
    public async Task Sealing_changes_no_answer()
    {
        using var fixture = new StoreFixture();
        for (int i = 0; i < 50; i++)
            fixture.Append(Some.Reading(i, i), Some.Reading(-i, i, Some.Flow));
        var before = await fixture.ReadAllAsync(Some.Flow);

        await fixture.SealAsync();

        Assert.Equal(before, await fixture.ReadAllAsync(Some.Flow));
        Assert.Equal(0, fixture.Store.HotRows);
        Assert.Equal(1, fixture.Store.FileCount);
    }

    [Fact]
    public async Task The_last_log_record_wins_in_memory_in_one_file_and_across_files()
    {
        using var fixture = new StoreFixture();
        fixture.Append(Some.Reading(1, 0), Some.Reading(2, 0));
        Assert.Equal(2, Assert.Single(await fixture.ReadAllAsync(Some.Stage)).Value);
        await fixture.SealAsync();
        Assert.Equal(2, Assert.Single(await fixture.ReadAllAsync(Some.Stage)).Value);

        fixture.Append(Some.Reading(3, 0));
        Assert.Equal(3, Assert.Single(await fixture.ReadAllAsync(Some.Stage)).Value);
        await fixture.SealAsync();
        Assert.Equal(3, Assert.Single(await fixture.ReadAllAsync(Some.Stage)).Value);
        Assert.Equal(1, await fixture.CountAsync());
        Assert.Equal(2, fixture.Store.FileCount);
    }

    [Fact]
    public async Task A_record_offered_again_changes_nothing()
    {
        using var fixture = new StoreFixture();
        long sequence = fixture.Append(Some.Reading(1));
        var again = new LogRecord(sequence, Some.Start.UtcTicks, [Some.Reading(99, 7)]);

        Assert.Equal(AppendOutcome.AlreadyTaken, fixture.Offer(again));
        await fixture.SealAsync();
        Assert.Equal(AppendOutcome.AlreadyTaken, fixture.Offer(again));

        Assert.Equal(1, Assert.Single(await fixture.ReadAllAsync(Some.Stage)).Value);
        Assert.True(fixture.Store.TryGetLatest(fixture.IndexOf(Some.Stage), out var latest));
        Assert.Equal(1, latest.Value);
    }

    [Fact]
    public async Task Records_without_readings_move_the_checkpoint_without_a_file()
    {
        using var fixture = new StoreFixture();
        fixture.Append();
        fixture.Append();

        await fixture.SealAsync();

        Assert.Equal(2, fixture.Store.CoveredSequence);
        Assert.Equal(0, fixture.Store.FileCount);
        fixture.CrashAndRecover();
        Assert.Equal(2, fixture.Store.CoveredSequence);
    }

    [Fact]
    public async Task A_range_includes_its_start_and_excludes_its_end()
    {
        using var fixture = new StoreFixture();
        for (int i = 0; i < 4; i++)
            fixture.Append(Some.Reading(i, i));

        var range = await fixture.Store.ReadAsync(
            fixture.IndexOf(Some.Stage), Some.Start.AddSeconds(1), Some.Start.AddSeconds(3), 10, false, CancellationToken.None);

        Assert.Equal([1.0, 2.0], range.Readings.Select(reading => reading.Value));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task A_limit_counts_instants_and_not_their_versions(bool newestFirst, bool lastVersionSealed)
    {
        using var fixture = new StoreFixture();
        // Two versions in files of their own, the last one twice in one record: of those the second counts.
        for (int version = 1; version <= 3; version++)
        {
            fixture.Append([.. Enumerable.Range(0, 10).SelectMany(i => new[] { Some.Reading(version * 100 + i, i), Some.Reading(version * 100 + i + 0.5, i) })]);
            if (version < 3 || lastVersionSealed)
                await fixture.SealAsync();
        }

        var some = await fixture.Store.ReadAsync(fixture.IndexOf(Some.Stage), Some.Start, Some.Start.AddHours(1), 4, newestFirst, default);
        var all = await fixture.Store.ReadAsync(fixture.IndexOf(Some.Stage), Some.Start, Some.Start.AddHours(1), 10, newestFirst, default);

        double[] expected = [.. Enumerable.Range(0, 10).Select(i => 300.5 + (newestFirst ? 9 - i : i))];
        Assert.Equal(expected, all.Readings.Select(reading => reading.Value));
        Assert.False(all.Truncated);
        Assert.Equal(expected[..4], some.Readings.Select(reading => reading.Value));
        Assert.True(some.Truncated);
    }

    [Fact]
    public async Task A_limit_keeps_the_first_in_the_order_asked_for_and_says_that_there_is_more()
    {
        using var fixture = new StoreFixture();
        for (int i = 0; i < 5; i++)
        {
            fixture.Append(Some.Reading(i, i));
            if (i == 2)
                await fixture.SealAsync();
        }
        var stage = fixture.IndexOf(Some.Stage);

        var oldest = await fixture.Store.ReadAsync(stage, Some.Start, Some.Start.AddHours(1), 4, false, CancellationToken.None);
        var newest = await fixture.Store.ReadAsync(stage, Some.Start, Some.Start.AddHours(1), 4, true, CancellationToken.None);
        var all = await fixture.Store.ReadAsync(stage, Some.Start, Some.Start.AddHours(1), 5, true, CancellationToken.None);

        Assert.Equal([0.0, 1, 2, 3], oldest.Readings.Select(reading => reading.Value));
        Assert.True(oldest.Truncated);
        Assert.Equal([4.0, 3, 2, 1], newest.Readings.Select(reading => reading.Value));
        Assert.True(newest.Truncated);
        Assert.Equal(5, all.Readings.Count);
        Assert.False(all.Truncated);
    }

    [Fact]
    public async Task A_datastream_without_readings_gives_an_empty_answer()
    {
        using var fixture = new StoreFixture();
        Assert.True(fixture.Datastreams.TryIntern(Some.Stage, out var stage));

        Assert.Empty(await fixture.ReadAllAsync(Some.Stage));
        Assert.False(fixture.Store.TryGetLatest(stage, out _));
        Assert.Empty((await fixture.Store.ReadBucketsAsync(stage, Some.Start, Some.Start.AddHours(1), TimeSpan.FromMinutes(1), CancellationToken.None)).Buckets);
        Assert.Equal(0, await fixture.CountAsync());
    }

    [Fact]
    public async Task Questions_that_cannot_be_answered_are_refused_with_what_to_ask_instead()
    {
        using var fixture = new StoreFixture(new() { MaxBuckets = 10, MaxReadings = 100 });
        fixture.Append(Some.Reading());
        var stage = fixture.IndexOf(Some.Stage);
        var end = Some.Start.AddMinutes(10);
        async Task<ReadingQueryException> Refused(Func<Task> question) => await Assert.ThrowsAsync<ReadingQueryException>(question);

        var tooMany = await Refused(() => fixture.Store.ReadBucketsAsync(stage, Some.Start, end.AddTicks(1), TimeSpan.FromMinutes(1), default));
        Assert.Equal(QueryRefusal.TooManyBuckets, tooMany.Reason);
        Assert.Contains("11 buckets", tooMany.Message, StringComparison.Ordinal);
        Assert.Contains("steps of at least 00:01:16", tooMany.Message, StringComparison.Ordinal);
        Assert.NotEmpty((await fixture.Store.ReadBucketsAsync(stage, Some.Start, end, TimeSpan.FromMinutes(1), default)).Buckets);

        Assert.Equal(QueryRefusal.BucketNotPositive, (await Refused(() => fixture.Store.ReadBucketsAsync(stage, Some.Start, end, TimeSpan.Zero, default))).Reason);
        Assert.Equal(QueryRefusal.EmptyRange, (await Refused(() => fixture.Store.ReadAsync(stage, end, end, 10, false, default))).Reason);
        Assert.Equal(QueryRefusal.LimitOutOfRange, (await Refused(() => fixture.Store.ReadAsync(stage, Some.Start, end, 101, false, default))).Reason);
        Assert.Equal(QueryRefusal.LimitOutOfRange, (await Refused(() => fixture.Store.ReadAsync(stage, Some.Start, end, 0, false, default))).Reason);
    }

    [Fact]
    public async Task A_cancelled_query_ends_as_cancelled()
    {
        using var fixture = new StoreFixture();
        fixture.Append(Some.Reading());
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            fixture.Store.ReadAsync(fixture.IndexOf(Some.Stage), Some.Start, Some.Start.AddHours(1), 10, false, cancelled.Token));
    }

    [Fact]
    public void Settings_that_cannot_work_are_all_named_at_once()
    {
        var options = new StorageOptions { SealRows = 0, HotRowLimit = -1, MaxBuckets = 0 };

        var error = Assert.Throws<ReadingStoreException>(() => new StoreFixture(options));

        Assert.Contains(nameof(StorageOptions.SealRows), error.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(StorageOptions.HotRowLimit), error.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(StorageOptions.MaxBuckets), error.Message, StringComparison.Ordinal);
    }

    private static StoredReading Expected(Sample sample, StoreFixture fixture, long sequence) => new(
        fixture.IndexOf(sample.Key), sample.ObservedAtTicks, Some.Start.UtcTicks, sample.Value, sample.Value2, sample.Text, sample.Kind, sample.Quality,
        sample.Unit, sample.Flags, sequence);
}
