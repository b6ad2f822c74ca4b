using System.Text;
using SensorGrid.Readings.Wire;
using SensorGrid.Readings.Wire.LineProtocol;
using SensorGrid.Testing;

namespace SensorGrid.Readings.Tests.Wire.LineProtocol;

public sealed class LineProtocolTests
{
    private const string Signs = " ,=\\\"\n\r#-+.eiut019";

    private readonly DatastreamTable table = new();
    private readonly ReadingBatch batch = new();
    private readonly LinePayloadReader reader = new();

    public static TheoryData<string> Names => [.. LineVector.All.Select(vector => vector.Name)];

    [Fact]
    public void The_file_holds_208_samples_for_a_strict_reader() => Assert.Equal(208, LineVector.All.Count);

    [Theory, MemberData(nameof(Names))]
    public void Reads_each_sample_as_published(string name)
    {
        var vector = LineVector.All.Single(vector => vector.Name == name);
        Assert.Equal(vector.Expected, LineVector.Scan(vector.Input, vector.NanosecondsPerUnit));
    }

    [Fact]
    public void Every_sample_ends_when_it_is_cut_anywhere()
    {
        foreach (var vector in LineVector.All)
        {
            for (int length = 0; length < vector.Input.Length; length++)
                Assert.NotNull(LineVector.Scan(vector.Input[..length], vector.NanosecondsPerUnit));
        }
    }

    [Theory, InlineData(1), InlineData(2)]
    public void Damage_is_refused_or_read_and_nothing_else(int seed)
    {
        var random = new Random(seed);
        int refused = 0;
        for (int i = 0; i < 30_000; i++)
        {
            byte[] body = LineVector.All[random.Next(LineVector.All.Count)].Input;
            for (int wounds = random.Next(1, 4); wounds > 0 && body.Length > 0; wounds--)
            {
                int at = random.Next(body.Length);
                byte sign = random.Next(2) == 0 ? (byte)random.Next(256) : (byte)Signs[random.Next(Signs.Length)];
                body = random.Next(3) switch { 0 => body[..at], 1 => [.. body[..at], sign, .. body[at..]], _ => [.. body[..at], .. body[(at + 1)..]] };
            }
            batch.Clear();
            var outcome = reader.Read(body, Some.Ticks, table.ForGateway("gw"), batch);
            refused += outcome.IsRead ? 0 : 1;
            Assert.True(outcome.IsRead || batch.Count == 0, $"seed {seed}, body {i}");
        }
        Assert.InRange(refused, 5_000, 29_000);
    }

    [Theory, InlineData(11), InlineData(12)]
    public void Bodies_whose_names_are_known_read_the_same_as_the_first_time(int seed)
    {
        var random = new Random(seed);
        int read = 0;
        for (int i = 0; i < 10_000; i++)
        {
            byte[] body = [.. LineVector.All[random.Next(LineVector.All.Count)].Input, (byte)'\n', .. LineVector.All[random.Next(LineVector.All.Count)].Input];
            if (random.Next(2) == 0 && body.Length > 1)
                body[random.Next(body.Length)] = (byte)Signs[random.Next(Signs.Length)];
            var fresh = new DatastreamTable();
            var gateway = fresh.ForGateway("gw");
            batch.Clear();
            var first = reader.Read(body, Some.Ticks, gateway, batch);
            string[] readings = Shown(fresh);
            int known = fresh.Count;
            batch.Clear();
            Assert.Equal(first, reader.Read(body, Some.Ticks, gateway, batch));
            Assert.Equal(readings, Shown(fresh));
            Assert.Equal(known, fresh.Count);
            read += first.IsRead && known > 0 ? 1 : 0;
        }
        Assert.InRange(read, 500, 9_900);

        string[] Shown(DatastreamTable of) =>
        [
            .. batch.Readings.ToArray().Select(reading =>
                $"{of.KeyOf(reading.Datastream).Name} {reading.ObservedAtTicks} {reading.Kind} {(reading.Kind == ReadingKind.Text ? batch.GetText(reading) : reading.Value.ToString("R", System.Globalization.CultureInfo.InvariantCulture))}"),
        ];
    }

    [Fact]
    public void A_text_that_is_too_long_is_refused_also_where_another_of_its_key_counts()
    {
        Assert.True(Read("a b=\"x\"").IsRead);
        Assert.Equal(PayloadReason.StringTooLong, Read($"a b=\"{new string('x', 4097)}\",b=\"x\"").Reason);
    }

    [Fact]
    public void A_field_is_a_datastream_named_by_measurement_tags_and_field()
    {
        Assert.True(Read("weather,site=xiashan,kind=roof temperature=26.5,rain=2i,open=t,note=\"wet \\\"deck\\\"\" 1778572800000000999\n").IsRead);
        Assert.Equal(
            ["weather/kind:roof/site:xiashan/temperature", "weather/kind:roof/site:xiashan/rain", "weather/kind:roof/site:xiashan/open", "weather/kind:roof/site:xiashan/note"],
            batch.Readings.ToArray().Select(reading => table.KeyOf(reading.Datastream).Name));
        Assert.All(batch.Readings.ToArray(), reading => Assert.Equal(DateTime.UnixEpoch.AddSeconds(1778572800).Ticks + 10, reading.ObservedAtTicks));
        Assert.Equal([26.5, 2, 1], batch.Readings.ToArray().Take(3).Select(reading => reading.Value));
        Assert.Equal([ReadingKind.Number, ReadingKind.Number, ReadingKind.Boolean, ReadingKind.Text], batch.Readings.ToArray().Select(reading => reading.Kind));
        Assert.Equal("wet \"deck\"", batch.GetText(batch.Readings[3]));
    }

    [Fact]
    public void A_line_without_a_time_counts_from_arrival() =>
        Assert.Equal(Some.Ticks - Some.Ticks % 10, Read("a b=1").IsRead ? batch.Readings[0].ObservedAtTicks : 0);

    [Fact]
    public void Of_a_field_that_is_said_twice_the_last_one_counts()
    {
        Assert.True(Read("a b=1,c=2,b=3").IsRead);
        Assert.Equal([2, 3], batch.Readings.ToArray().Select(reading => reading.Value));
    }

    [Fact]
    public void Names_that_cannot_be_said_stay_apart()
    {
        Assert.True(Read("a\\ b c=1\na_b c=2\na/b c=3\n温度 c=4\n_x c=5\na,k=v\\,w c=6\na,k=v\\=w c=7\n" + new string('m', 300) + " c=8\n" + new string('m', 300) + " d=9").IsRead);
        var names = batch.Readings.ToArray().Select(reading => table.KeyOf(reading.Datastream).Name).ToList();
        Assert.Equal(9, names.Distinct().Count());
        Assert.Equal("a_b/c", names[1]);
        Assert.Matches("^a_b/c:[0-9a-f]{8}$", names[0]);
        Assert.Matches("^a_b/c:[0-9a-f]{8}$", names[2]);
        Assert.Matches("^0_{6}/c:[0-9a-f]{8}$", names[3]);
        Assert.Matches("^0_x/c:[0-9a-f]{8}$", names[4]);
        Assert.All(names, name => Assert.True(SensorGrid.Readings.Wire.SenMl.SenMlNames.IsValid(name), name));
        // The same bodies give the same names again.
        Assert.True(Read("a\\ b c=1").IsRead);
        Assert.Equal(names[0], table.KeyOf(batch.Readings[0].Datastream).Name);
    }

    [Theory]
    [InlineData("a b=1\nc d", 9)]
    [InlineData("a b=1 12x", 6)]
    [InlineData("frequency=49,97", 15)]
    public void A_refused_body_names_no_datastream_and_says_where(string body, int position)
    {
        Assert.Equal(new(PayloadReason.LineProtocol, position, default), Read(body));
        Assert.Equal((0, 0), (batch.Count, table.Count));
    }

    [Fact]
    public void The_limits_are_named()
    {
        Assert.Equal(PayloadReason.StringTooLong, Read($"a b=\"{new string('x', 4097)}\"").Reason);
        Assert.Equal(PayloadReason.PayloadTooLarge, Read($"a b=\"{new string('x', 70_000)}\"").Reason);
        Assert.Equal(PayloadReason.LineProtocol, Read("a," + string.Join(',', Enumerable.Range(0, 257).Select(i => $"k{i}=v")) + " b=1").Reason);
        Assert.Equal(PayloadReason.LineProtocol, Read("a " + string.Join(',', Enumerable.Range(0, 1025).Select(i => $"k{i}=1"))).Reason);
        Assert.True(Read("a " + string.Join(',', Enumerable.Range(0, 1024).Select(i => $"k{i}=1"))).IsRead);
    }

    [Fact]
    public void It_is_read_on_its_topic_and_allocates_nothing_once_warm()
    {
        Assert.True(TelemetryTopic.TryParse("sensorgrid/v1/weather/gw/lines", out var topic));
        var decoder = new PayloadDecoder();
        byte[] body = Encoding.UTF8.GetBytes("weather,site=xiashan temperature=26.5,rain=2i 1778572800000000000\nweather,site=b temperature=26.5,note=\"a\\tb\" 1778572800000000000\n");
        var gateway = table.ForGateway("gw");
        for (int i = 0; i < 2000; i++)
            Assert.True(decoder.Decode(topic, body, Some.Ticks, gateway, batch).IsRead);
        Assert.Equal(4, batch.Count);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            decoder.Decode(topic, body, Some.Ticks, gateway, batch);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private PayloadOutcome Read(string body)
    {
        batch.Clear();
        return reader.Read(Encoding.UTF8.GetBytes(body), Some.Ticks, table.ForGateway("gw"), batch);
    }
}
