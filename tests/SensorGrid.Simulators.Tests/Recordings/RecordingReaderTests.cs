using System.IO.Compression;
using System.Text;
using SensorGrid.Readings;
using SensorGrid.Simulators.Recordings;

namespace SensorGrid.Simulators.Tests.Recordings;

public sealed class RecordingReaderTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("sensorgrid-recording-test-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private const string Yaml =
        """
        recording: test
        files: "*.csv"
        time: { column: at, format: "yyyy-MM-ddTHH:mm", offset: "+08:00" }
        missing: ["-200"]
        datastreams:
          - { column: level, gateway: gw-1, domain: water, name: level, unit: m }
        """;

    private List<RecordedReading> Read(string yaml, params (string Name, string Text)[] files)
    {
        foreach (var (name, text) in files)
            File.WriteAllText(Path.Combine(folder, name), text);
        File.WriteAllText(Path.Combine(folder, "recording.yaml"), yaml);
        return [.. RecordingReader.Read(RecordingDescriptionReader.Load(folder))];
    }

    [Fact]
    public void Files_are_merged_in_the_order_of_time_and_ties_in_the_order_of_the_names()
    {
        var readings = Read(
            Yaml, ("b.csv", "at,level\n2026-01-01T00:00,1\n2026-01-01T00:10,3\n"), ("a.csv", "at,level\n2026-01-01T00:05,2\n2026-01-01T00:10,4\n"));
        Assert.Equal([1, 2, 4, 3], readings.Select(reading => reading.Value));
        Assert.Equal(new DateTimeOffset(2025, 12, 31, 16, 0, 0, TimeSpan.Zero), readings[0].ObservedAt);
    }

    [Fact]
    public void Missing_markers_and_empty_cells_are_missing_and_never_zero()
    {
        var readings = Read(Yaml, ("a.csv", "at,level\n2026-01-01T00:00,\n2026-01-01T00:01,-200\n2026-01-01T00:02,0\n"));
        Assert.Equal([Quality.Missing, Quality.Missing, Quality.Good], readings.Select(reading => reading.Quality));
        Assert.Equal([double.NaN, double.NaN, 0], readings.Select(reading => reading.Value));
    }

    [Fact]
    public void Quotes_commas_and_quotes_in_quotes_are_one_cell()
    {
        var readings = Read(
            Yaml.Replace("unit: m", "kind: text", StringComparison.Ordinal), ("a.csv", "at,level\n2026-01-01T00:00,\"a, \"\"b\"\"\"\n"));
        Assert.Equal("a, \"b\"", Assert.Single(readings).Text);
    }

    [Fact]
    public void A_gzip_file_is_read_like_a_plain_one()
    {
        using (var gzip = new GZipStream(File.Create(Path.Combine(folder, "a.csv.gz")), CompressionLevel.Optimal))
            gzip.Write(Encoding.UTF8.GetBytes("at,level\n2026-01-01T00:00,1.5\n"));
        Assert.Equal(1.5, Assert.Single(Read(Yaml.Replace("*.csv", "*.csv.gz", StringComparison.Ordinal))).Value);
    }

    [Theory]
    [InlineData("at,level\n2026-01-01T00:00,x\n", "a.csv:2: 'x' of column 'level' is not a number")]
    [InlineData("at,level\n01.01.2026,1\n", "a.csv:2: '01.01.2026' of column 'at' does not have the format")]
    [InlineData("at,level\n2026-01-01T00:05,1\n2026-01-01T00:00,1\n", "a.csv:3: Time goes back")]
    [InlineData("at,level\n2026-01-01T00:05,1,2\n", "a.csv:2: The row has 3 cells")]
    [InlineData("at,height\n2026-01-01T00:05,1\n", "a.csv:1: There is no column 'level'")]
    [InlineData("at,level\n2026-01-01T00:05,\"1\n", "a.csv:2: A quote is not closed")]
    [InlineData("", "a.csv:1: The file is empty")]
    public void What_cannot_be_read_is_told_with_file_and_line(string csv, string message) =>
        Assert.Contains(message, Assert.Throws<RecordingException>(() => Read(Yaml, ("a.csv", csv))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_damaged_gzip_file_is_told_with_its_name()
    {
        File.WriteAllBytes(Path.Combine(folder, "a.csv.gz"), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
        var thrown = Assert.Throws<RecordingException>(() => Read(Yaml.Replace("*.csv", "*.csv.gz", StringComparison.Ordinal)));
        Assert.Contains("a.csv.gz:1: The file is damaged", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_quality_code_nobody_explained_is_told()
    {
        string yaml = Yaml.Replace("unit: m }", "unit: m, quality: { column: q, codes: { G: good, M: missing } } }", StringComparison.Ordinal);
        Assert.Equal(
            [Quality.Good, Quality.Missing],
            Read(yaml, ("a.csv", "at,level,q\n2026-01-01T00:00,1,G\n2026-01-01T00:01,2,G;M\n")).Select(reading => reading.Quality));
        var thrown = Assert.Throws<RecordingException>(() => Read(yaml, ("a.csv", "at,level,q\n2026-01-01T00:00,1,X\n")));
        Assert.Contains("a.csv:2: Quality code 'X'", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_rows_asked_for_are_taken_and_a_column_may_name_the_gateway()
    {
        string yaml = Yaml.Replace("gateway: gw-1", "gateway: \"gw-{id}\"", StringComparison.Ordinal) + "\nrows: { id: [\"1\", \"3\"] }\n";
        var readings = Read(yaml, ("a.csv", "at,level,id\n2026-01-01T00:00,1,1\n2026-01-01T00:01,2,2\n2026-01-01T00:02,3,3\n"));
        Assert.Equal(["gw-1/level", "gw-3/level"], readings.Select(reading => reading.Series.ToString()));
    }

    [Fact]
    public void Equal_times_are_spread_but_never_past_the_next_time()
    {
        string yaml = Yaml.Replace("offset: \"+08:00\"", "offset: \"+00:00\", spread: 1h", StringComparison.Ordinal);
        var readings = Read(yaml, ("a.csv", "at,level\n2026-01-01T00:00,1\n2026-01-01T00:00,2\n2026-01-01T00:10,3\n"));
        Assert.Equal([0, 5, 10], readings.Select(reading => reading.ObservedAt.Minute));
    }
}
