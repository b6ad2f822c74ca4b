using System.IO.Compression;
using System.Text;
using SensorGrid.Simulators.Recordings;
using SensorGrid.Testing;

namespace SensorGrid.Simulators.Tests.Recordings;

/// <summary>The reader that looks at bytes gives what the slow and obvious one gives.</summary>
public sealed class FastReaderTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("sensorgrid-recording-test-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    public static TheoryData<string> Recordings() =>
        [.. Directory.EnumerateFiles(RepositoryRoot.Combine("tests", "recordings"), "recording.yaml", SearchOption.AllDirectories).Select(file => Path.GetFileName(Path.GetDirectoryName(file)!)).Order()];

    [Theory]
    [MemberData(nameof(Recordings))]
    public void Every_recording_of_the_repository_gives_identical_readings(string name)
    {
        var description = RecordingDescriptionReader.Load(RepositoryRoot.Combine("tests", "recordings", name));
        var expected = PlainRecordingReader.Read(description).ToList();
        Assert.NotEmpty(expected);
        Assert.Equal(expected, RecordingReader.Read(description));
        var (from, until) = (expected[expected.Count / 3].ObservedAt, expected[expected.Count / 2].ObservedAt);
        Assert.Equal(PlainRecordingReader.Read(description, from, until), RecordingReader.Read(description, from, until));
    }

    [Fact]
    public void All_of_them_at_once_are_merged_into_the_same_order()
    {
        var all = RecordingDescriptionReader.Load(RepositoryRoot.Combine("tests", "recordings"));
        Assert.Equal(PlainRecordingReader.Read(all), RecordingReader.Read(all));
    }

    private const string Yaml = """
        recording: test
        files: "*.csv"
        time: { column: at, format: ["yyyy-MM-ddTHH:mm", "dd/MM/yyyy H:mm", "yyyy-MM-dd HH:mm:ss.fff"], offset: "+08:00" }
        missing: ["-200", FALLO]
        datastreams:
          - { column: plain, gateway: "gw-{id}", domain: water, name: plain, unit: m }
          - { column: scaled, gateway: "gw-{id}", domain: water, name: scaled, scale: 0.001, add: 1.5 }
          - { column: word, gateway: "gw-{id}", domain: water, name: "{id}-word", kind: text, quality: { column: q, codes: { G: good, E: estimated, S: suspect } } }
          - { column: point, gateway: gw, domain: water, name: point, values: { N: 0, NNE: 22.5, "": 1 } }
          - { column: flag, gateway: gw, domain: water, name: flag, kind: boolean }

        """;

    private const string Rows = "at,plain,scaled,word,point,flag,q,id\r\n"
        + "2026-01-01T00:00,1,371.33,\"a, \"\"b\"\"\",N,1,G,1\r\n"
        + "01/01/2026 0:01,-0,-0.0,,NNE,true,E;S,2\r\n\r\n"
        + "2026-01-01 00:02:00.250,.5,7.,水,N,0, G ; E,1\n"
        + "2026-01-01T00:03,1e-3, 5 ,\"\",NNE,false,G,2\r"
        + "2026-01-01T00:04,FALLO,-200,\"FALLO\",N,1,S,3\n"
        + "\"2026-01-01T00:05\",123456789012345,12345678901234567890.5,x\"y,,0,G,\"3\"\n"
        + "2026-01-01T00:06,0.1234567890123456789,1E30,+,N,1,G,3";

    [Theory]
    [InlineData("")]
    [InlineData("\uFEFF")]
    public void Quotes_line_ends_marks_and_odd_numbers_are_read_like_the_slow_way(string begin)
    {
        File.WriteAllText(Path.Combine(folder, "recording.yaml"), Yaml);
        File.WriteAllText(Path.Combine(folder, "a.csv"), begin + Rows);
        var description = RecordingDescriptionReader.Load(folder);
        var expected = PlainRecordingReader.Read(description).ToList();
        Assert.Equal(35, expected.Count);
        var actual = RecordingReader.Read(description).ToList();
        Assert.Equal(expected, actual);
        Assert.Equal(expected.Select(reading => BitConverter.DoubleToInt64Bits(reading.Value)), actual.Select(reading => BitConverter.DoubleToInt64Bits(reading.Value)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_file_in_UTF16_with_its_mark_is_read_too(bool isBigEndian)
    {
        File.WriteAllText(Path.Combine(folder, "a.csv"), Rows, new UnicodeEncoding(isBigEndian, byteOrderMark: true));
        using var file = new CsvFile(Path.Combine(folder, "a.csv"));
        Assert.Equal(CellsOf(Encoding.UTF8.GetBytes(Rows), [], 4096), Cells(file));
    }

    [Fact]
    public void Every_two_way_split_of_the_input_gives_the_same_cells()
    {
        byte[] bytes = Encoding.UTF8.GetBytes(Rows);
        string[] expected = PlainCells();
        for (int split = 0; split <= bytes.Length; split++)
        {
            // The small buffer has to grow and to move what it holds, at every place.
            Assert.Equal(expected, CellsOf(bytes, [split], firstBuffer: 8));
            Assert.Equal(expected, CellsOf(bytes, [split], firstBuffer: 4096));
        }
        Assert.Equal(expected, CellsOf(bytes, Enumerable.Range(0, bytes.Length), firstBuffer: 1));
    }

    [Fact]
    public void A_gzip_file_longer_than_its_pieces_is_read_to_the_end()
    {
        string path = Path.Combine(folder, "a.csv.gz");
        using (var writer = new StreamWriter(new GZipStream(File.Create(path), CompressionLevel.Fastest)))
        {
            writer.Write("n\n");
            for (int i = 0; i < 100_000; i++)
                writer.Write($"{i}\n");
        }
        using var file = new CsvFile(path);
        for (int i = 0; i < 100_000; i++)
        {
            Assert.True(file.Read());
            Assert.Equal($"{i}", file.TextOf(0));
        }
        Assert.False(file.Read());
    }

    [Fact]
    public void A_gzip_file_that_was_cut_is_told_with_its_name_after_what_came_before()
    {
        string path = Path.Combine(folder, "a.csv.gz");
        using (var writer = new StreamWriter(new GZipStream(File.Create(path), CompressionLevel.Fastest)))
        {
            var random = new Random(7);
            writer.Write("n\n");
            for (int i = 0; i < 50_000; i++)
                writer.Write($"{random.Next()}\n");
        }
        byte[] whole = File.ReadAllBytes(path);
        whole[whole.Length / 2] ^= 0xFF;
        whole[whole.Length / 2 + 1] ^= 0xFF;
        File.WriteAllBytes(path, whole);
        using var file = new CsvFile(path);
        int rows = 0;
        var thrown = Assert.Throws<RecordingException>(() =>
        {
            while (file.Read())
                rows++;
        });
        Assert.True(rows > 1000, $"{rows} rows");
        Assert.StartsWith(path + ":", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_byte_that_is_no_text_is_told_with_its_line()
    {
        File.WriteAllBytes(Path.Combine(folder, "a.csv"), [.. "a\n1\n"u8, 0xB0, .. "C\n"u8]);
        using var file = new CsvFile(Path.Combine(folder, "a.csv"));
        Assert.True(file.Read());
        Assert.Contains("a.csv:3: The file is damaged, or not in UTF-8", Assert.Throws<RecordingException>(() => file.Read()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_that_never_ends_is_refused_before_it_fills_memory()
    {
        File.WriteAllText(Path.Combine(folder, "a.csv"), "a\n" + new string('1', 3 << 20));
        using var file = new CsvFile(Path.Combine(folder, "a.csv"));
        Assert.Contains("a.csv:2: The line has", Assert.Throws<RecordingException>(() => file.Read()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_read_before_a_mistake_is_given_before_it_is_told()
    {
        File.WriteAllText(Path.Combine(folder, "recording.yaml"), "recording: t\nfiles: a.csv\ntime: { column: at, format: \"yyyy-MM-ddTHH:mm\", offset: Z }\ndatastreams:\n  - { column: v, gateway: g, domain: water, name: v }\n");
        File.WriteAllText(Path.Combine(folder, "a.csv"), "at,v\n2026-01-01T00:00,1\n2026-01-01T00:01,2\n2026-01-01T00:02,x\n");
        using var stream = new RecordingStream(RecordingDescriptionReader.Load(folder));
        var readings = new RecordedReading[10];
        Assert.Equal(2, stream.Read(readings));
        for (int again = 0; again < 2; again++)
            Assert.Contains("a.csv:4: 'x'", Assert.Throws<RecordingException>(() => stream.Read(readings)).Message, StringComparison.Ordinal);
    }

    private string[] PlainCells()
    {
        File.WriteAllText(Path.Combine(folder, "plain.csv"), Rows);
        using var file = new PlainCsvFile(Path.Combine(folder, "plain.csv"));
        var cells = new List<string>(file.Header);
        while (file.Read())
            cells.AddRange(Enumerable.Range(0, file.Header.Count).Select(column => $"{file.Line}:{file[column]}"));
        return [.. cells];
    }

    private static string[] CellsOf(byte[] bytes, IEnumerable<int> splits, int firstBuffer)
    {
        using var file = new CsvFile("split.csv", new(new PiecesStream(bytes, splits), isAhead: false), firstBuffer);
        return Cells(file);
    }

    private static string[] Cells(CsvFile file)
    {
        var cells = new List<string>(file.Header);
        while (file.Read())
            cells.AddRange(Enumerable.Range(0, file.Header.Count).Select(column => $"{file.Line}:{file.TextOf(column)}"));
        return [.. cells];
    }

    /// <summary>Gives bytes up to the next of some places at a time.</summary>
    private sealed class PiecesStream(byte[] bytes, IEnumerable<int> splits) : MemoryStream(bytes)
    {
        private readonly int[] splits = [.. splits];

        public override int Read(Span<byte> buffer)
        {
            int until = splits.FirstOrDefault(split => split > Position, (int)Length);
            return base.Read(buffer[..Math.Min(buffer.Length, until - (int)Position)]);
        }
    }
}
