using System.IO.Pipelines;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SensorGrid.Edge.Sensors;
using SensorGrid.Readings;
using SensorGrid.Testing;

namespace SensorGrid.Edge.Tests.Sensors;

public sealed class LineSensorTests
{
    private const string TwoLines =
        """
        [{"n":"level","t":1778572800,"v":1.5},{"n":"level","t":1778572860,"v":1.6}]
        # a comment, and a blank line

        [{"n":"flow","t":1778572860,"v":12}]

        """;

    private readonly EdgeReadings readings = new();

    [Fact]
    public async Task Every_two_way_split_gives_the_same_readings()
    {
        byte[] bytes = Encoding.UTF8.GetBytes(TwoLines);
        var whole = await ReadAsync(bytes);
        Assert.Equal([1.5, 1.6, 12], whole.Values);
        Assert.Equal(2, whole.Lines);
        for (int at = 0; at <= bytes.Length; at++)
            Assert.Equal(whole.Values, (await ReadAsync(bytes[..at], bytes[at..])).Values);
    }

    [Fact]
    public async Task One_byte_at_a_time_gives_the_same_readings() =>
        Assert.Equal([1.5, 1.6, 12], (await ReadAsync([.. Encoding.UTF8.GetBytes(TwoLines).Select(sign => new[] { sign })])).Values);

    [Fact]
    public async Task Carriage_returns_belong_to_the_line_end() =>
        Assert.Equal([1.5, 1.6, 12], (await ReadAsync(Encoding.UTF8.GetBytes(TwoLines.Replace("\n", "\r\n", StringComparison.Ordinal)))).Values);

    [Fact]
    public async Task A_line_that_cannot_be_read_is_counted_and_the_next_one_is_read()
    {
        var read = await ReadAsync(Encoding.UTF8.GetBytes("[{\"n\":\"level\",\"v\":}]\n" + TwoLines));
        Assert.Equal([1.5, 1.6, 12], read.Values);
        Assert.Equal((3, 1, "json"), (read.Lines, read.Refused, read.LastRefusal));
    }

    [Fact]
    public async Task An_overlong_line_is_skipped_to_its_end_in_every_split()
    {
        byte[] bytes = Encoding.UTF8.GetBytes("[" + new string(' ', 400) + "]\n" + TwoLines);
        for (int at = 0; at <= bytes.Length; at++)
        {
            var read = await ReadAsync(mostLineBytes: 120, bytes[..at], bytes[at..]);
            Assert.Equal([1.5, 1.6, 12], read.Values);
            Assert.Equal((1, "payload_too_large"), (read.Refused, read.LastRefusal));
        }
    }

    [Fact]
    public async Task A_line_cut_off_by_the_end_is_refused_not_guessed()
    {
        var read = await ReadAsync(Encoding.UTF8.GetBytes(TwoLines + "[{\"n\":\"level\",\"t\":1778572860,\"v\":1"));
        Assert.Equal([1.5, 1.6, 12], read.Values);
        Assert.Equal((1, "unfinished_line"), (read.Refused, read.LastRefusal));
    }

    [Fact]
    public async Task Relative_times_count_from_the_moment_the_line_came()
    {
        var read = await ReadAsync(Encoding.UTF8.GetBytes("[{\"n\":\"level\",\"t\":-60,\"v\":1}]\n"));
        Assert.Equal(Some.TicksAfter(-60), Assert.Single(read.Readings).ObservedAtTicks);
    }

    [Fact]
    public async Task Latitude_and_longitude_become_one_position()
    {
        var read = await ReadAsync(Encoding.UTF8.GetBytes(
            "[{\"n\":\"here\",\"u\":\"lat\",\"t\":1778572860,\"v\":21.2},{\"n\":\"here\",\"u\":\"lon\",\"t\":1778572860,\"v\":110.3}]\n"));
        var position = Assert.Single(read.Readings);
        Assert.Equal((ReadingKind.Position, 110.3, 21.2), (position.Kind, position.Value, position.Value2));
    }

    private Task<LinesRead> ReadAsync(params byte[][] parts) => ReadAsync(65_536, parts);

    private async Task<LinesRead> ReadAsync(int mostLineBytes, params byte[][] parts)
    {
        var pipe = new Pipe();
        await using var sensor = new LineSensor(
            "test", pipe.Reader, Some.Topic(), readings.Gateway, new FakeTimeProvider(Some.Instant), NullLogger.Instance, mostLineBytes);
        var read = new List<Reading>();
        var reading = Task.Run(async () =>
        {
            var batch = new ReadingBatch();
            while (await sensor.SampleAsync(batch, CancellationToken.None) == SampleOutcome.Sampled)
                read.AddRange(batch.Readings);
        });
        foreach (byte[] part in parts)
            await pipe.Writer.WriteAsync(part);
        await pipe.Writer.CompleteAsync();
        await reading;
        return new(read, sensor.Lines, sensor.Refused, sensor.LastRefusal);
    }

    private sealed record LinesRead(IReadOnlyList<Reading> Readings, long Lines, long Refused, string LastRefusal)
    {
        public IEnumerable<double> Values => Readings.Select(reading => reading.Value);
    }
}
