using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SensorGrid.ReadingLog.Format;
using SensorGrid.ReadingLog.Tests.Disks;

namespace SensorGrid.ReadingLog.Tests.Format;

/// <summary>The bytes of edge/docs/reading-log-format.md. They were computed by another program from the page's text, not by this one.</summary>
public sealed class FormatTests
{
    private const string Header =
        "5347524541444c47010040000000000001000000000000000000000000000000"
        + "101112131415161718191a1b1c1d1e1f0000000000000000000000009725cbf2";

    private const string Payload =
        "60000000129f115001000000000000008000b796ab49de080101040421000000"
        + "6d71747467772d3173656e736f72677269642f76312f77617465722f67772d312f72656164696e6773"
        + "5b7b226e223a227374616765222c2276223a322e357d5d";

    private const string Tick = "27000000479e2234020000000000000000974f97ab49de080201070000000000" + "7365727669636500";

    private const string Command =
        "4b000000cd22c58f030000000000000000974f97ab49de080301040911000000"
        + "68747470e580bce78fade59198616c61726d2e61636b6e6f776c656467657b22616c61726d223a2261227d0000000000";

    private static readonly Guid LogId = new(Convert.FromHexString("101112131415161718191a1b1c1d1e1f"));

    [Fact]
    public async Task A_segment_is_byte_for_byte_what_the_format_page_shows()
    {
        var disk = new FaultDisk();
        var time = new FakeTimeProvider(Some.Time);
        await using (var log = ReadingLogWriter.Open(disk, Some.Options(), time, NullLogger.Instance, null, LogId))
        {
            await log.AppendAsync(new(ReadingLogKind.Payload, "mqtt", "gw-1", "sensorgrid/v1/water/gw-1/readings", """[{"n":"stage","v":2.5}]"""u8.ToArray()));
            time.Advance(TimeSpan.FromSeconds(1));
            await log.AppendAsync(ReadingLogEntry.Tick("service"));
            await log.AppendAsync(new(ReadingLogKind.Command, "http", "值班员", "alarm.acknowledge", """{"alarm":"a"}"""u8.ToArray()));
        }
        Assert.Equal(["00000000000000000001.segment"], disk.List());
        Assert.Equal(Golden(), disk["00000000000000000001.segment"]);
    }

    [Fact]
    public void The_golden_segment_is_read_back()
    {
        var disk = new FaultDisk { ["00000000000000000001.segment"] = Golden() };
        using var reader = ReadingLogReader.Open(disk);
        var buffer = new ReadingLogRecordBuffer();
        Assert.Equal(3, reader.Read(buffer));
        long ticks = Some.Time.UtcTicks;
        Assert.Equal(
            [
                (1L, ReadingLogKind.Payload, ticks, "mqtt", "gw-1", "sensorgrid/v1/water/gw-1/readings", """[{"n":"stage","v":2.5}]"""),
                (2L, ReadingLogKind.Tick, ticks + TimeSpan.TicksPerSecond, "service", "", "", ""),
                (3L, ReadingLogKind.Command, ticks + TimeSpan.TicksPerSecond, "http", "值班员", "alarm.acknowledge", """{"alarm":"a"}"""),
            ],
            buffer.Records.ToArray().Select(r => (r.Sequence, r.Kind, r.ReceivedAtTicks, r.Source, r.Principal, r.Topic, r.Text())));
        Assert.Equal(0, reader.Read(buffer));
        Assert.Equal(3, reader.LastSequence);
    }

    [Fact]
    public void The_format_page_shows_the_golden_bytes()
    {
        string page = File.ReadAllText(Path.Combine(RepositoryRoot(), "edge", "docs", "reading-log-format.md"));
        string hex = string.Concat(page.Where(c => !char.IsWhiteSpace(c)));
        foreach (string golden in new[] { Header, Payload, Tick, Command })
            Assert.Contains(golden, hex, StringComparison.Ordinal);
    }

    [Fact]
    public void Crc32C_gives_the_check_value_of_its_definition() =>
        Assert.Equal(0xE3069283, Crc32C.Finish(Crc32C.Append(Crc32C.Initial, "123456789"u8)));

    [Theory]
    [InlineData(1, "00000000000000000001.segment")]
    [InlineData(long.MaxValue, "09223372036854775807.segment")]
    public void Segment_names_sort_as_their_sequences(long first, string name)
    {
        Assert.Equal(name, SegmentName.Of(first));
        Assert.True(SegmentName.TryParse(name, out long parsed));
        Assert.Equal(first, parsed);
    }

    [Theory]
    [InlineData("lock")]
    [InlineData("1.segment")]
    [InlineData("00000000000000000000.segment")]
    [InlineData("0000000000000000001x.segment")]
    [InlineData("99999999999999999999.segment")]
    [InlineData("00000000000000000001.segment.bak")]
    public void Other_files_are_not_segments(string name) => Assert.False(SegmentName.TryParse(name, out _));

    [Fact]
    public void Every_length_of_a_record_is_read_back_whole()
    {
        byte[] bytes = new byte[4096];
        for (int length = 0; length < 300; length++)
        {
            string payload = new('x', length);
            var entry = new ReadingLogEntry(ReadingLogKind.Payload, "s", "p", length.ToString(CultureInfo.InvariantCulture), Encoding.UTF8.GetBytes(payload));
            int padded = (int)RecordFormat.PaddedLengthOf(entry);
            var record = bytes.AsSpan(0, padded);
            record.Fill(0xA5);
            RecordFormat.Write(entry, record);
            RecordFormat.Stamp(record, 7, 8);
            RecordFormat.Seal(record, startsGroup: true, seed: 9, offset: 4096);
            Assert.Equal(RecordCheck.Whole, RecordFormat.Check(bytes, bytes.Length, 9, 4096, out var head));
            Assert.Equal(padded, head.PaddedLength);
            Assert.Equal(payload, Encoding.UTF8.GetString(bytes[head.PayloadOffset..head.Length]));
            // The same bytes anywhere else are no record.
            Assert.Equal(RecordCheck.Bad, RecordFormat.Check(bytes, bytes.Length, 9, 4104, out _));
            Assert.Equal(RecordCheck.Bad, RecordFormat.Check(bytes, bytes.Length, 10, 4096, out _));
            Assert.Equal(RecordCheck.NeedMore, RecordFormat.Check(bytes.AsSpan(0, padded - 1), bytes.Length, 9, 4096, out _));
        }
    }

    private static byte[] Golden()
    {
        byte[] segment = new byte[Some.SegmentBytes];
        Convert.FromHexString(Header).CopyTo(segment, 0);
        Convert.FromHexString(Header).CopyTo(segment, 2048);
        Convert.FromHexString(Payload + Tick + Command).CopyTo(segment, 4096);
        return segment;
    }

    private static string RepositoryRoot()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "SensorGrid.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("SensorGrid.sln is not above the test's folder");
        return folder;
    }
}
