using System.Text;
using SensorGrid.Readings.Units;
using SensorGrid.Readings.Wire;
using SensorGrid.Readings.Wire.SenMl;
using SensorGrid.Testing;

namespace SensorGrid.Readings.Tests.Wire;

public class PayloadDecoderTests
{
    private readonly PayloadDecoder decoder = new();
    private readonly DatastreamTable table = new();
    private readonly ReadingBatch batch = new();

    private PayloadOutcome Decode(string payload, string kind = "readings", long? receivedAt = null, DatastreamTable? into = null)
    {
        Assert.True(TelemetryTopic.TryParse($"sensorgrid/v1/water/gw/{kind}", out var topic));
        var gateway = (into ?? table).ForGateway("gw");
        return decoder.Decode(topic, Encoding.UTF8.GetBytes(payload), receivedAt ?? Some.Ticks, gateway, batch);
    }

    private string NameOf(in Reading reading) => table.KeyOf(reading.Datastream).Name;

    [Fact]
    public void Gives_one_reading_for_each_record_with_a_value()
    {
        var outcome = Decode("""
            [{"bn":"st1/","bt":1276020076,"n":"stage","u":"m","v":2.5},{"n":"open","vb":true},{"n":"door","vb":false},
             {"n":"label","vs":"Machine \"Room\""},{"n":"raw","vd":"aGkgCg=="},{"n":"energy","s":12}]
            """);
        Assert.True(outcome.IsRead);
        Assert.Equal(new PayloadCounters { Records = 6, Readings = 5, SumOnly = 1 }, outcome.Counters);
        long at = DateTime.UnixEpoch.Ticks + 1_276_020_076 * TimeSpan.TicksPerSecond;
        var readings = batch.Readings;
        Assert.Equal(new Reading(readings[0].Datastream, at, 2.5, 0, ReadingKind.Number, Quality.Good, UnitRegistry.IdOf("m")), readings[0]);
        Assert.Equal((ReadingKind.Boolean, 1, at), (readings[1].Kind, readings[1].Value, readings[1].ObservedAtTicks));
        Assert.Equal((ReadingKind.Boolean, 0), (readings[2].Kind, readings[2].Value));
        Assert.Equal((ReadingKind.Text, "Machine \"Room\""), (readings[3].Kind, batch.GetText(readings[3])));
        Assert.Equal((ReadingKind.Text, "aGkgCg"), (readings[4].Kind, batch.GetText(readings[4])));
        Assert.Equal(["st1/stage", "st1/open", "st1/door", "st1/label", "st1/raw"], batch.Readings.ToArray().Select(reading => NameOf(reading)));
        Assert.Equal(5, table.Count);
    }

    [Fact]
    public void Marks_readings_from_the_backlog()
    {
        Decode("""[{"n":"a","v":1},{"n":"p","u":"lat","v":1},{"n":"p","u":"lon","v":2}]""", "backlog");
        Assert.All(batch.Readings.ToArray(), reading => Assert.Equal(ReadingFlags.Backlog, reading.Flags));
        Decode("""[{"n":"a","v":1}]""");
        Assert.Equal(ReadingFlags.None, batch.Readings[0].Flags);
    }

    [Fact]
    public void Latitude_and_longitude_of_one_name_and_time_are_one_position()
    {
        var outcome = Decode("""
            [{"bn":"p1","bt":1600000000,"u":"lon","v":110.36},{"u":"lat","v":21.27},
             {"u":"lat","v":21.28,"t":5},{"n":"/battery","u":"%EL","v":80,"t":5},{"u":"lon","v":110.37,"t":5}]
            """);
        Assert.Equal(new PayloadCounters { Records = 5, Readings = 3 }, outcome.Counters);
        var readings = batch.Readings;
        Assert.Equal((ReadingKind.Position, 110.36, 21.27, UnitRegistry.None), (readings[0].Kind, readings[0].Value, readings[0].Value2, readings[0].Unit));
        Assert.Equal("p1/battery", NameOf(readings[1]));
        Assert.Equal((110.37, 21.28), (readings[2].Value, readings[2].Value2));
        Assert.Equal(readings[0].ObservedAtTicks + 5 * TimeSpan.TicksPerSecond, readings[2].ObservedAtTicks);
        Assert.Equal("p1", NameOf(readings[2]));
    }

    [Fact]
    public void Half_a_position_is_counted_and_names_no_datastream()
    {
        var outcome = Decode("""
            [{"n":"a","u":"lat","v":1},{"n":"b","u":"lon","v":2},{"n":"c","u":"lat","v":1,"t":-5},{"n":"c","u":"lon","v":1,"t":-6},
             {"n":"d","u":"lat","v":1},{"n":"d","u":"lat","v":2}]
            """);
        Assert.Equal(new PayloadCounters { Records = 6, UnpairedPositions = 6 }, outcome.Counters);
        Assert.Equal((0, 0), (batch.Count, table.Count));
    }

    [Fact]
    public void Positions_of_several_assets_in_one_pack_do_not_mix()
    {
        Decode("""
            [{"n":"a","u":"lat","v":1},{"n":"b","u":"lat","v":2},{"n":"a","u":"lon","v":11},{"n":"b","u":"lon","v":12}]
            """);
        Assert.Equal([("a", 11.0, 1.0), ("b", 12.0, 2.0)], batch.Readings.ToArray().Select(reading => (NameOf(reading), reading.Value, reading.Value2)));
    }

    [Fact]
    public void Keeps_a_secondary_unit_of_an_old_version_and_counts_the_breach()
    {
        var outcome = Decode("""[{"n":"rain","u":"mm","v":1.2},{"n":"level","u":"m","v":1}]""");
        Assert.Equal(1, outcome.Counters.UnitVersionBreaches);
        Assert.Equal((ReadingFlags.UnitVersionBreach, UnitRegistry.IdOf("mm"), 1.2), (batch.Readings[0].Flags, batch.Readings[0].Unit, batch.Readings[0].Value));
        Assert.Equal(ReadingFlags.None, batch.Readings[1].Flags);
        Assert.Equal(0, Decode("""[{"bver":26,"n":"rain","u":"mm","v":1.2}]""").Counters.UnitVersionBreaches);
        Assert.Equal(ReadingFlags.None, batch.Readings[0].Flags);
    }

    [Fact]
    public void Keeps_a_reading_with_an_unknown_unit_and_counts_it()
    {
        Assert.Equal(1, Decode("""[{"n":"a","u":"degC","v":21}]""").Counters.UnknownUnits);
        Assert.Equal((UnitRegistry.Unknown, 21), (batch.Readings[0].Unit, batch.Readings[0].Value));
    }

    [Fact]
    public void Counts_relative_times_and_resolves_them_by_arrival()
    {
        Assert.Equal(2, Decode("""[{"n":"a","v":1},{"n":"a","v":1,"t":-60},{"n":"a","v":1,"t":1600000000}]""").Counters.RelativeTimes);
        Assert.Equal([Some.Ticks, Some.TicksAfter(-60)], batch.Readings.ToArray().Take(2).Select(reading => reading.ObservedAtTicks));
    }

    [Fact]
    public void A_refused_payload_leaves_nothing_behind()
    {
        Decode("""[{"n":"before","v":1}]""");
        var outcome = Decode("""[{"n":"a","v":1},{"n":"b","vs":"text"},{"n":"-c","v":1}]""");
        Assert.Equal((PayloadReason.BadName, 39, default), (outcome.Reason, outcome.Position, outcome.Counters));
        Assert.Equal((0, 1), (batch.Count, table.Count));
    }

    [Fact]
    public void A_full_table_drops_and_counts_the_readings_of_new_datastreams_only()
    {
        var small = new DatastreamTable(capacity: 2);
        var outcome = Decode("""[{"n":"a","v":1},{"n":"b","v":1},{"n":"c","v":1},{"n":"a","v":2},{"n":"p","u":"lat","v":1},{"n":"p","u":"lon","v":1}]""", into: small);
        Assert.Equal(new PayloadCounters { Records = 6, Readings = 3, DatastreamLimit = 2, RelativeTimes = 3 }, outcome.Counters);
    }

    [Theory, InlineData("status"), InlineData("commands"), InlineData("replies")]
    public void Other_topics_carry_no_readings(string kind)
    {
        Assert.Equal(PayloadReason.NotReadings, Decode("""[{"n":"a","v":1}]""", kind).Reason);
        Assert.Equal(0, batch.Count);
    }

    [Fact]
    public void Decodes_the_same_from_several_pieces()
    {
        byte[] payload = Encoding.UTF8.GetBytes("""[{"bn":"p1","bt":1600000000,"u":"lon","v":110.36},{"u":"lat","v":21.27},{"n":"t","vs":"x"}]""");
        var topic = Some.Topic();
        var gateway = table.ForGateway("gw");
        var whole = decoder.Decode(topic, payload, Some.Ticks, gateway, batch);
        var expected = batch.Readings.ToArray();
        foreach (var split in Sequences.EverySplit(payload))
        {
            Assert.Equal(whole, decoder.Decode(topic, split, Some.Ticks, gateway, batch));
            Assert.Equal(expected, batch.Readings.ToArray());
        }
        var status = Some.Topic(kind: TelemetryTopicKind.Status);
        Assert.Equal(PayloadReason.NotReadings, decoder.Decode(status, Sequences.Split(payload, 3), Some.Ticks, gateway, batch).Reason);
    }

    [Fact]
    public void A_warm_decoder_allocates_nothing()
    {
        string[] payloads =
        [
            """[{"bn":"st1/","bt":1276020076.001,"n":"stage","u":"m","v":2.5},{"n":"flow","u":"m3/s","v":0.30000000000000004,"t":-5}]""",
            """[ { "n" : "\u0061b", "vs" : "tab\t\u4e2d", "x" : { "y" : 1 }, "z" : [ 1 ] }, { "n" : "d", "vd" : "a+b/" }, {"n":"e","vb":true} ]""",
            """[{"n":"p","u":"lat","v":21.2},{"n":"p","u":"lon","v":110.3},{"n":"q","u":"degC","v":12345678901234567890123}]""",
            """[{"n":"p","u":"lat","v":21.2},{"n":"q","v":1e400}]""",
            """[{"n":"p","v":1},{"n":"q","v":1,"v":2}]""",
            """{"n":"p","v":1}""",
        ];
        var topic = Some.Topic();
        var gateway = table.ForGateway("gw");
        byte[][] bytes = [.. payloads.Select(Encoding.UTF8.GetBytes)];
        var cut = bytes.Select(payload => Sequences.Split(payload, 9)).ToArray();
        Run(3);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run(1000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Run(int times)
        {
            for (int i = 0; i < times; i++)
            {
                for (int which = 0; which < bytes.Length; which++)
                {
                    decoder.Decode(topic, bytes[which], Some.Ticks, gateway, batch);
                    decoder.Decode(topic, cut[which], Some.Ticks, gateway, batch);
                }
            }
        }
    }

    [Fact]
    public void Every_senml_error_is_the_payload_reason_of_the_same_name()
    {
        foreach (var error in Enum.GetValues<SenMlError>())
            Assert.Equal(error.ToString(), ((PayloadReason)error).ToString());
    }

    [Fact]
    public void Every_reason_has_a_word_of_its_own()
    {
        var words = PayloadReasons.All.Select(reason => reason.ToWord()).ToList();
        Assert.Equal(words.Count, words.Distinct().Count());
        Assert.Equal(Enum.GetValues<PayloadReason>().Length - 1, words.Count);
        Assert.All(words, word => Assert.Matches("^[a-z][a-z0-9_]+$", word));
        Assert.Throws<ArgumentOutOfRangeException>(() => ((PayloadReason)250).ToWord());
    }
}
