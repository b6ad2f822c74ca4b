using SensorGrid.Readings;
using SensorGrid.Storage.Parquet;
using SensorGrid.Storage.State;
using SensorGrid.Storage.Tests.Support;

namespace SensorGrid.Storage.Tests;

/// <summary>A process that dies anywhere stores every reading exactly once, because what is not listed comes again from the log.</summary>
public sealed class RecoveryTests
{
    public static TheoryData<string> SealSteps => [.. Enum.GetNames<SealStep>()];

    [Theory]
    [MemberData(nameof(SealSteps))]
    public async Task Dying_at_any_step_of_a_seal_keeps_every_reading_exactly_once(string step)
    {
        using var fixture = new StoreFixture();
        Fill(fixture, 0);
        await fixture.SealAsync();
        Fill(fixture, 100);
        var expected = await StateOfAsync(fixture);

        await fixture.SealDyingAtAsync(Enum.Parse<SealStep>(step));
        fixture.CrashAndRecover();

        await AssertExactlyOnceAsync(fixture, expected);
        await fixture.SealAsync();
        await AssertExactlyOnceAsync(fixture, expected);
        fixture.CrashAndRecover();
        await AssertExactlyOnceAsync(fixture, expected);
    }

    // After the commit the state is ahead of this process, which must not go on: see the test after.
    public static TheoryData<string> StepsBeforeTheCommit => [.. Enum.GetValues<SealStep>()
        .Where(step => step < SealStep.StateCommitted).Select(step => step.ToString())];

    [Theory]
    [MemberData(nameof(StepsBeforeTheCommit))]
    public async Task A_seal_that_failed_is_repeated_in_the_same_process(string step)
    {
        var failed = Enum.Parse<SealStep>(step);
        using var fixture = new StoreFixture();
        Fill(fixture, 0);
        var expected = await StateOfAsync(fixture);
        await fixture.SealDyingAtAsync(failed);
        Assert.NotNull(fixture.Store.SealFailure);
        Fill(fixture, 100);
        var more = await StateOfAsync(fixture);
        Assert.Equal(expected.Count + 75, more.Count);

        fixture.Store.Reached = static _ => { };
        await fixture.SealAsync();

        Assert.Null(fixture.Store.SealFailure);
        Assert.Equal(fixture.Store.LastSequence, fixture.Store.CoveredSequence);
        Assert.Equal(0, fixture.Store.HotRows);
        await AssertExactlyOnceAsync(fixture, more);
        fixture.CrashAndRecover();
        await AssertExactlyOnceAsync(fixture, more);
    }

    [Fact]
    public async Task A_state_that_moved_under_the_store_stops_it_before_it_stores_twice()
    {
        using var fixture = new StoreFixture();
        Fill(fixture, 0);
        await fixture.SealDyingAtAsync(SealStep.StateCommitted);
        fixture.Store.Reached = static _ => { };

        var error = await Assert.ThrowsAsync<StateDatabaseException>(fixture.SealAsync);

        Assert.Contains("state.sqlite", error.Message, StringComparison.Ordinal);
        Assert.False(error.IsDiskFull);
    }

    [Theory]
    [InlineData(nameof(SealStep.FileWritten), false)]
    [InlineData(nameof(SealStep.FileSynced), false)]
    [InlineData(nameof(SealStep.FileRenamed), true)]
    [InlineData(nameof(SealStep.DirectorySynced), true)]
    [InlineData(nameof(SealStep.RowsWritten), true)]
    [InlineData(nameof(SealStep.StateWritten), true)]
    public async Task What_a_dead_seal_left_is_out_of_the_folder_after_the_next_start(string step, bool finished)
    {
        using var fixture = new StoreFixture();
        Fill(fixture, 0);
        await fixture.SealDyingAtAsync(Enum.Parse<SealStep>(step));
        string left = Path.GetFileName(Assert.Single(fixture.ParquetFiles()));

        fixture.CrashAndRecover();

        // A finished file is kept aside: the manifest alone cannot tell it from one whose manifest entry was lost.
        Assert.Empty(fixture.ParquetFiles());
        Assert.Equal(finished ? [left] : [], SetAside(fixture));
    }

    [Fact]
    public async Task Files_whose_manifest_was_lost_are_set_aside_and_not_deleted()
    {
        using var fixture = new StoreFixture();
        Fill(fixture, 0);
        await fixture.SealAsync();
        Fill(fixture, 100);
        await fixture.SealAsync();
        string[] names = [.. fixture.ParquetFiles().Select(Path.GetFileName)!];
        fixture.Drop();
        foreach (string file in Directory.GetFiles(fixture.Folder, "state.sqlite*"))
            File.Delete(file);
        File.WriteAllText(Path.Combine(fixture.ParquetFolder, "notes.parquet"), "an engineer's own file");

        fixture.Open();

        Assert.Equal(names, SetAside(fixture));
        Assert.Equal("notes.parquet", Path.GetFileName(Assert.Single(fixture.ParquetFiles())));
    }

    [Fact]
    public async Task Datastreams_keep_their_number_once_sealed_and_others_may_change_theirs()
    {
        using var fixture = new StoreFixture();
        fixture.Append(Some.Reading(1, 0, Some.Stage));
        await fixture.SealAsync();
        fixture.Append(Some.Reading(2, 1, Some.Flow), Some.Reading(3, 1, Some.Valve));
        Assert.Equal(2, fixture.IndexOf(Some.Valve).Value);

        fixture.Drop();
        fixture.Open();
        Assert.Equal(0, fixture.IndexOf(Some.Stage).Value);
        Assert.False(fixture.Datastreams.TryFind(Some.Valve, out _));
        Assert.True(fixture.Datastreams.TryIntern(Some.Valve, out var valve));
        Assert.Equal(1, valve.Value);
        fixture.Replay();
        await fixture.SealAsync();
        fixture.CrashAndRecover();

        Assert.Equal(1, fixture.IndexOf(Some.Valve).Value);
        Assert.Equal(2, fixture.IndexOf(Some.Flow).Value);
        Assert.Equal(3, Assert.Single(await fixture.ReadAllAsync(Some.Valve)).Value);
        Assert.Equal(2, Assert.Single(await fixture.ReadAllAsync(Some.Flow)).Value);
    }

    [Fact]
    public void A_table_that_already_names_datastreams_is_refused()
    {
        using var fixture = new StoreFixture();
        fixture.Drop();
        var used = new DatastreamTable();
        Assert.True(used.TryIntern(Some.Stage, out _));
        using (var state = StateDatabase.Open(fixture.Folder))
        {
            Assert.Throws<InvalidOperationException>(() =>
                ReadingStore.Open(state, used, fixture.Options, fixture.Time, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance));
        }
        fixture.Open();
    }

    private static IEnumerable<string> SetAside(StoreFixture fixture)
    {
        string folder = Path.Combine(fixture.ParquetFolder, "unlisted");
        return Directory.Exists(folder) ? Directory.GetFiles(folder).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal) : [];
    }

    // 30 records of three datastreams, with doubles, corrections, late and text readings.
    private static void Fill(StoreFixture fixture, int from)
    {
        for (int i = from; i < from + 30; i++)
        {
            fixture.Append(
                Some.Reading(i, i),
                Some.Reading(-i, i / 2, Some.Flow),
                new Sample(Some.Valve, Some.Start.UtcTicks - i, 0, Text: $"position {i}", Kind: ReadingKind.Text));
        }
        fixture.Append(Some.Reading(from + 0.5, from));
    }

    private static async Task<StoreState> StateOfAsync(StoreFixture fixture)
    {
        DatastreamKey[] keys = [Some.Stage, Some.Flow, Some.Valve];
        var readings = new List<(DatastreamKey, StoredReading)>();
        foreach (var key in keys)
            readings.AddRange((await fixture.ReadAllAsync(key)).Select(reading => (key, reading with { Datastream = default })));
        var latest = fixture.Store.ReadLatest()
            .Select(reading => (fixture.Datastreams.KeyOf(reading.Datastream), reading with { Datastream = default }))
            .OrderBy(pair => pair.Item1.ToString(), StringComparer.Ordinal).ToList();
        return new(readings, latest, await fixture.CountAsync(), fixture.Store.LastSequence);
    }

    private static async Task AssertExactlyOnceAsync(StoreFixture fixture, StoreState expected)
    {
        var actual = await StateOfAsync(fixture);
        Assert.Equal(expected.Readings, actual.Readings);
        Assert.Equal(expected.Latest, actual.Latest);
        Assert.Equal(expected.Count, actual.Count);
        Assert.Equal(expected.LastSequence, actual.LastSequence);
    }

    private sealed record StoreState(
        List<(DatastreamKey, StoredReading)> Readings, List<(DatastreamKey, StoredReading)> Latest, long Count, long LastSequence);
}
