using DuckDB.NET.Data;
using SensorGrid.Readings;
using SensorGrid.Readings.Units;
using SensorGrid.Storage.State;
using SensorGrid.Storage.Tests.Support;
using RepositoryRoot = SensorGrid.Testing.RepositoryRoot;

namespace SensorGrid.Storage.Tests.Parquet;

public sealed class SealedFileTests
{
    [Fact]
    public async Task A_plain_DuckDB_reads_a_file_alone_and_finds_the_documented_columns()
    {
        using var fixture = new StoreFixture();
        fixture.Append(
            new Sample(Some.Stage, Some.Start.UtcTicks + 15, 2.5, Quality: Quality.Suspect, Unit: UnitRegistry.IdOf("m"), Flags: ReadingFlags.Backlog),
            new Sample(Some.Valve, Some.Start.UtcTicks, 0, Text: "open", Kind: ReadingKind.Text));
        await fixture.SealAsync();
        string file = Assert.Single(fixture.ParquetFiles());
        Assert.Equal("readings-20241029T120000Z-000000000001.parquet", Path.GetFileName(file));

        using var duck = new DuckDBConnection("DataSource=:memory:");
        duck.Open();

        Assert.Equal(
            [
                "datastream VARCHAR", "datastream_id INTEGER", "observed_at TIMESTAMP WITH TIME ZONE", "value DOUBLE", "value2 DOUBLE", "text VARCHAR",
                "kind VARCHAR", "quality VARCHAR", "unit VARCHAR", "flags UTINYINT", "received_at TIMESTAMP WITH TIME ZONE", "observed_ticks BIGINT",
                "sequence BIGINT",
            ],
            Rows(duck, $"SELECT column_name || ' ' || column_type FROM (DESCRIBE SELECT * FROM '{file}')"));
        string page = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "ingest", "docs", "store.md"));
        Assert.All(Columns, column => Assert.Contains($"| `{column}` |", page, StringComparison.Ordinal));
        Assert.Equal(
            [
                $"water-gw-1/stage|0|2024-10-29 12:00:00.000001+00|2.5|0.0||number|suspect|m|1|2024-10-29 12:00:00+00|{Some.Start.UtcTicks + 15}|1",
                $"drain-gw-2/valve|1|2024-10-29 12:00:00+00|0.0|0.0|open|text|good||0|2024-10-29 12:00:00+00|{Some.Start.UtcTicks}|1",
            ],
            Rows(duck, $"SELECT concat_ws('|', {string.Join(", ", Columns.Select(column => $"coalesce({column}::VARCHAR, '')"))}) FROM '{file}'"));
        Assert.Equal(["1"], Rows(duck, $"SELECT decode(value) FROM parquet_kv_metadata('{file}') WHERE decode(key) = 'sensorgrid_format'"));
        Assert.Equal(["ZSTD"], Rows(duck, $"SELECT DISTINCT compression FROM parquet_metadata('{file}')"));
    }

    [Fact]
    public async Task Rows_lie_sorted_in_small_row_groups()
    {
        using var fixture = new StoreFixture(new() { RowGroupRows = 2048 });
        var samples = Enumerable.Range(0, 5000).Select(i => Some.Reading(i, (i * 7919) % 5000, i % 2 == 0 ? Some.Flow : Some.Stage)).ToArray();
        fixture.Append(samples);
        await fixture.SealAsync();
        string file = Assert.Single(fixture.ParquetFiles());

        using var duck = new DuckDBConnection("DataSource=:memory:");
        duck.Open();

        // DuckDB cuts a group where a vector ends, so some are a little longer.
        Assert.Equal(["true"], Rows(duck, $"SELECT (count(*) > 1 AND max(row_group_num_rows) < 2 * 2048)::VARCHAR FROM parquet_metadata('{file}')"));
        Assert.Equal(
            samples.OrderBy(sample => fixture.IndexOf(sample.Key)).ThenBy(sample => sample.ObservedAtTicks).Select(sample => $"{sample.Key} {sample.ObservedAtTicks}"),
            Rows(duck, $"SELECT datastream || ' ' || observed_ticks FROM '{file}'"));
    }

    [Fact]
    public async Task A_missing_file_is_named_and_everything_else_is_answered()
    {
        using var fixture = new StoreFixture();
        string lost = await ThreeFilesAsync(fixture);
        File.Delete(lost);

        await AssertOnlyTheMiddleIsMissingAsync(fixture, lost, "is missing");

        fixture.CrashAndRecover();
        Assert.Equal(1, fixture.Store.UnreadableFileCount);
        await AssertOnlyTheMiddleIsMissingAsync(fixture, lost, "is missing");
    }

    [Theory]
    [InlineData("truncated")]
    [InlineData("empty")]
    [InlineData("footer")]
    [InlineData("data")]
    public async Task A_damaged_file_is_named_and_everything_else_is_answered(string damage)
    {
        using var fixture = new StoreFixture();
        string file = await ThreeFilesAsync(fixture);
        byte[] whole = File.ReadAllBytes(file);
        Damage(file, whole, damage);

        await AssertOnlyTheMiddleIsMissingAsync(fixture, file, "changed or damaged");
        await AssertOnlyTheMiddleIsMissingAsync(fixture, file, "changed or damaged");

        // Put back from a backup: read again without a restart.
        File.WriteAllBytes(file, whole);
        File.SetLastWriteTimeUtc(file, new DateTime(2031, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.Equal(30, (await fixture.ReadAllAsync(Some.Stage)).Count);
        Assert.Equal(0, fixture.Store.UnreadableFileCount);
    }

    [Fact]
    public async Task However_a_file_is_damaged_the_store_goes_on_with_the_others()
    {
        using var fixture = new StoreFixture();
        string file = await ThreeFilesAsync(fixture);
        byte[] whole = File.ReadAllBytes(file);
        var stage = fixture.IndexOf(Some.Stage);
        int named = 0;
        var random = new Random(20241029);
        for (int round = 0; round < 150; round++)
        {
            byte[] damaged = (byte[])whole.Clone();
            for (int i = random.Next(1, 6); i > 0; i--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            if (round % 10 == 0)
                damaged = damaged[..random.Next(damaged.Length)];
            File.WriteAllBytes(file, damaged);
            File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch.AddDays(round));

            var range = await fixture.Store.ReadAsync(stage, Some.Start, Some.Start.AddDays(1), 100, false, default);

            // A changed value byte may go unseen; what may not happen is an exception, a lost row of another file, or silence about a lost one.
            var others = range.Readings.Where(reading => reading.Sequence is < 11 or > 20).Select(reading => reading.Value);
            Assert.Equal(Enumerable.Range(0, 10).Concat(Enumerable.Range(20, 10)).Select(i => (double)i), others);
            named += range.UnreadableFiles.Count;
        }
        Assert.InRange(named, 50, 150);
        fixture.Append(Some.Reading(1, 100));
        await fixture.SealAsync();
    }

    [Fact]
    public async Task Only_files_that_can_hold_the_answer_are_opened()
    {
        using var fixture = new StoreFixture();
        File.WriteAllText(await ThreeFilesAsync(fixture), "not Parquet");
        var stage = fixture.IndexOf(Some.Stage);

        // The middle file holds seconds 10 to 19 and no flow.
        Assert.Empty((await fixture.Store.ReadAsync(stage, Some.Start, Some.Start.AddSeconds(10), 100, false, default)).UnreadableFiles);
        Assert.Empty((await fixture.Store.ReadAsync(stage, Some.Start.AddSeconds(20), Some.Start.AddDays(1), 100, false, default)).UnreadableFiles);
        Assert.Empty((await fixture.Store.ReadAsync(fixture.IndexOf(Some.Flow), Some.Start, Some.Start.AddDays(1), 100, false, default)).UnreadableFiles);
        Assert.Single((await fixture.Store.ReadAsync(stage, Some.Start, Some.Start.AddSeconds(11), 100, false, default)).UnreadableFiles);
    }

    [Fact]
    public async Task Quotes_and_spaces_in_the_path_of_the_data_folder_are_no_trouble()
    {
        using var outer = new StoreFixture();
        string folder = Path.Combine(outer.Folder, "it's 数据 a=b");
        using var state = StateDatabase.Open(folder);
        var datastreams = new DatastreamTable();
        using var store = ReadingStore.Open(state, datastreams, new(), outer.Time, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        Assert.True(datastreams.TryIntern(Some.Stage, out var stage));
        store.Append(1, Some.Start.UtcTicks, [new(stage, Some.Start.UtcTicks, 7)], new());
        await store.SealAsync(default);

        var range = await store.ReadAsync(stage, Some.Start, Some.Start.AddDays(1), 10, false, default);

        Assert.Equal(7, Assert.Single(range.Readings).Value);
    }

    [Fact]
    public void A_data_folder_that_DuckDB_would_take_for_a_pattern_is_refused()
    {
        using var outer = new StoreFixture();
        using var state = StateDatabase.Open(Path.Combine(outer.Folder, "data[1]"));

        var error = Assert.Throws<ReadingStoreException>(() =>
            ReadingStore.Open(state, new(), new(), outer.Time, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance));

        Assert.Contains("data[1]", error.Message, StringComparison.Ordinal);
    }

    private static readonly string[] Columns =
        ["datastream", "datastream_id", "observed_at", "value", "value2", "text", "kind", "quality", "unit", "flags", "received_at", "observed_ticks", "sequence"];

    /// <returns>The middle one, with seconds 10 to 19 of the stage.</returns>
    private static async Task<string> ThreeFilesAsync(StoreFixture fixture)
    {
        for (int file = 0; file < 3; file++)
        {
            for (int i = file * 10; i < file * 10 + 10; i++)
                fixture.Append(file == 1 ? [Some.Reading(i, i)] : [Some.Reading(i, i), Some.Reading(i, i, Some.Flow)]);
            await fixture.SealAsync();
        }
        return fixture.ParquetFiles()[1];
    }

    private static void Damage(string file, byte[] whole, string damage)
    {
        byte[] damaged = damage switch
        {
            "truncated" => whole[..(whole.Length / 2)],
            "empty" => [],
            _ => (byte[])whole.Clone(),
        };
        int footer = damaged.Length < 8 ? 0 : damaged.Length - 8 - BitConverter.ToInt32(whole, whole.Length - 8);
        if (damage == "footer")
            damaged.AsSpan(footer, 40).Fill(0xFF);
        if (damage == "data")
            damaged.AsSpan(4, footer - 4).Fill(0xFF);
        File.WriteAllBytes(file, damaged);
        File.SetLastWriteTimeUtc(file, new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc));
    }

    private static async Task AssertOnlyTheMiddleIsMissingAsync(StoreFixture fixture, string file, string why)
    {
        var range = await fixture.Store.ReadAsync(fixture.IndexOf(Some.Stage), Some.Start, Some.Start.AddDays(1), 100, false, default);
        Assert.Equal(Enumerable.Range(0, 10).Concat(Enumerable.Range(20, 10)).Select(i => (double)i), range.Readings.Select(reading => reading.Value));
        var unreadable = Assert.Single(range.UnreadableFiles);
        Assert.Equal(file, unreadable.Path);
        Assert.Contains(why, unreadable.Reason, StringComparison.Ordinal);
        Assert.Contains("log records 11 to 20", unreadable.Reason, StringComparison.Ordinal);

        var buckets = await fixture.Store.ReadBucketsAsync(
            fixture.IndexOf(Some.Stage), Some.Start, Some.Start.AddMinutes(1), TimeSpan.FromSeconds(10), default);
        Assert.Equal([10L, 10L], buckets.Buckets.Select(bucket => bucket.Count));
        Assert.Single(buckets.UnreadableFiles);
    }

    private static List<string> Rows(DuckDBConnection duck, string sql)
    {
        using var command = duck.CreateCommand();
        command.CommandText = sql;
        using var row = command.ExecuteReader();
        var rows = new List<string>();
        while (row.Read())
            rows.Add(row.GetString(0));
        return rows;
    }
}
