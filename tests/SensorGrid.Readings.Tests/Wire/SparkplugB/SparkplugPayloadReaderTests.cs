using System.Globalization;
using System.Text;
using SensorGrid.Readings.Wire;
using SensorGrid.Readings.Wire.SparkplugB;
using SensorGrid.Testing;

namespace SensorGrid.Readings.Tests.Wire.SparkplugB;

public class SparkplugPayloadReaderTests
{
    private const ulong Milliseconds = 1_767_225_600_000;
    private static readonly TelemetryTopic Topic = Some.Topic(kind: TelemetryTopicKind.Sparkplug);

    private readonly PayloadDecoder decoder = new();
    private readonly DatastreamTable table = new();
    private readonly ReadingBatch batch = new();
    private readonly SparkplugWriter writer = new();

    [Fact]
    public void A_resolved_record_gives_readings_by_the_names_of_its_session()
    {
        byte[] payload = Sample("node data by alias alone");
        SparkplugResolution.Begin(writer, payload, SparkplugMessageType.DeviceData, "manhole-7"u8);
        SparkplugResolution.Define(writer, "Level"u8, SparkplugDatatype.Double);
        SparkplugResolution.Define(writer, "Lid open"u8, SparkplugDatatype.Boolean);
        SparkplugResolution.End(writer);
        Assert.True(writer.Written.StartsWith(payload));
        Assert.Equal(["manhole-7:Level = 12.25 good 0", "manhole-7:Lid_open:97345921 = 0 good 0"], Decode(writer.Written.ToArray()));
        Assert.All(batch.Readings.ToArray(), reading => Assert.Equal(DateTime.UnixEpoch.Ticks + (long)Milliseconds * 10_000, reading.ObservedAtTicks));
    }

    [Theory]
    [InlineData("Int8 limits", "low = -128 good 0", "high = 127 good 0", "zero = 0 good 0")]
    [InlineData("UInt64 limits", "high = 1.8446744073709552E+19 good 0", "zero = 0 good 0")]
    [InlineData("UInt32 in long_value", "n = 4000000000 good 0")]
    [InlineData("qualities", "bad = 1 bad 0", "good = 2 good 0", "stale = 3 suspect 0")]
    [InlineData("flags", "h = 1 good 1", "t = 2 good 0", "n = NaN missing 0", "none = NaN missing 0")]
    [InlineData("texts", "s = '井盖 打开' good 0", "t = '' good 0", "u = '6f1c0f6e-5c5c-4c58-9d6f-1d7f7f3a2b10' good 0")]
    [InlineData("DateTime", "when = 1767225600000 good 0")]
    [InlineData("data set is skipped", "after = 5 good 0")]
    [InlineData("compressed, GZIP", "level = 1.75 good 0", "flow = 0.5 good 0")]
    [InlineData("array in a metric")]
    [InlineData("Bytes and File")]
    [InlineData("node birth", "supply_voltage:260a08bf = 12.75 good 0", "door_open:ddba0da6 = 1 good 0")]
    public void A_payload_that_names_its_metrics_gives_readings(string sample, params string[] expected)
    {
        SparkplugResolution.Write(writer, Sample(sample), SparkplugMessageType.NodeData, default);
        Assert.Equal(expected, Decode(writer.Written.ToArray()));
    }

    [Fact]
    public void What_gives_no_reading_is_counted()
    {
        SparkplugResolution.Write(writer, Sample("Bytes and File"), SparkplugMessageType.NodeData, default);
        var outcome = decoder.Decode(Topic, writer.Written, Some.Ticks, table.ForGateway("gw"), batch);
        Assert.Equal((PayloadReason.None, 2, 2, 0), (outcome.Reason, outcome.Counters.Records, outcome.Counters.FrameProblems, outcome.Counters.Readings));
    }

    [Fact]
    public void A_death_gives_a_missing_reading_of_everything_that_became_silent()
    {
        SparkplugResolution.Begin(writer, Sample("node death"), SparkplugMessageType.NodeDeath, default);
        SparkplugResolution.Define(writer, "bdSeq"u8, SparkplugDatatype.Int64);
        SparkplugResolution.Define(writer, "voltage"u8, SparkplugDatatype.Double);
        SparkplugResolution.Define(writer, "Level"u8, SparkplugDatatype.Double, "manhole-7"u8);
        SparkplugResolution.End(writer);
        Assert.Equal(["voltage = NaN missing 0", "manhole-7:Level = NaN missing 0"], Decode(writer.Written.ToArray()));
        Assert.All(batch.Readings.ToArray(), reading => Assert.Equal(Some.Ticks, reading.ObservedAtTicks));
    }

    [Fact]
    public void A_record_that_is_kept_gives_nothing_and_is_read()
    {
        SparkplugResolution.WriteKept(writer, Sample("node birth"));
        Assert.Empty(Decode(writer.Written.ToArray()));
    }

    [Theory]
    [InlineData("node birth", PayloadReason.SparkplugUnresolved)]
    [InlineData("ends inside a varint", PayloadReason.Sparkplug)]
    public void What_no_session_resolved_is_refused(string sample, PayloadReason expected)
    {
        var outcome = decoder.Decode(Topic, Sample(sample), Some.Ticks, table.ForGateway("gw"), batch);
        Assert.Equal(expected, outcome.Reason);
        Assert.Equal((0, 0), (batch.Count, table.Count));
    }

    [Fact]
    public void A_time_that_no_calendar_has_is_that_of_arrival_and_suspect()
    {
        writer.BeginMetric("a"u8);
        writer.MetricTimestamp(ulong.MaxValue);
        writer.Datatype(SparkplugDatatype.Int32);
        writer.Integer(SparkplugDatatype.Int32, 1);
        writer.EndMetric();
        byte[] payload = writer.Written.ToArray();
        SparkplugResolution.Write(writer, payload, SparkplugMessageType.NodeData, default);
        Assert.Equal(["a = 1 suspect 0"], Decode(writer.Written.ToArray()));
        Assert.Equal(Some.Ticks, batch.Readings[0].ObservedAtTicks);
    }

    [Fact]
    public void A_record_reads_the_same_in_two_pieces_cut_anywhere()
    {
        SparkplugResolution.Write(writer, Sample("flags"), SparkplugMessageType.DeviceBirth, "d"u8);
        byte[] record = writer.Written.ToArray();
        var whole = Decode(record);
        Assert.NotEmpty(whole);
        for (int cut = 0; cut <= record.Length; cut++)
        {
            var outcome = decoder.Decode(Topic, Sequences.Split(record, cut), Some.Ticks, table.ForGateway("gw"), batch);
            Assert.True(outcome.IsRead);
            Assert.Equal(whole, Show());
        }
    }

    [Fact]
    public void A_record_cut_off_at_every_length_is_refused_or_less()
    {
        SparkplugResolution.Begin(writer, Sample("node data by alias alone"), SparkplugMessageType.NodeData, default);
        SparkplugResolution.Define(writer, "Level"u8, SparkplugDatatype.Double);
        SparkplugResolution.Define(writer, "Lid"u8, SparkplugDatatype.Boolean);
        SparkplugResolution.End(writer);
        byte[] record = writer.Written.ToArray();
        for (int length = 0; length < record.Length; length++)
        {
            var outcome = decoder.Decode(Topic, record.AsSpan(0, length), Some.Ticks, table.ForGateway("gw"), batch);
            Assert.True(outcome.Reason is PayloadReason.Sparkplug or PayloadReason.SparkplugUnresolved, $"{length}: {outcome.Reason}");
        }
        Assert.Equal(0, table.Count);
    }

    [Fact]
    public void A_record_with_the_names_of_some_metrics_gives_the_readings_of_these()
    {
        var names = new[] { "Level", "Lid" };
        string[] all = Decode(Part(0, names));
        Assert.Equal(all, Decode(Part(0, "Level")).Concat(Decode(Part(1, "Lid"))));
        Assert.Equal(2, all.Length);
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    [InlineData(int.MaxValue, 1)]
    [InlineData(0, 0)]
    public void Names_of_metrics_that_are_not_there_are_refused(int first, int names)
    {
        var outcome = decoder.Decode(Topic, Part(first, [.. Enumerable.Repeat("Level", names)]), Some.Ticks, table.ForGateway("gw"), batch);
        Assert.Equal(PayloadReason.Sparkplug, outcome.Reason);
    }

    [Fact]
    public void What_the_host_adds_does_not_count_against_the_limit_of_a_payload()
    {
        var sent = new SparkplugWriter();
        sent.Body(new byte[SparkplugLimits.Payload - 4]);
        Assert.Equal(SparkplugLimits.Payload, sent.Written.Length);
        SparkplugResolution.Write(writer, sent.Written, SparkplugMessageType.NodeData, default);
        Assert.Equal(PayloadReason.None, decoder.Decode(Topic, writer.Written, Some.Ticks, table.ForGateway("gw"), batch).Reason);

        sent.Seq(1);
        SparkplugResolution.Write(writer, sent.Written, SparkplugMessageType.NodeData, default);
        Assert.Equal(PayloadReason.PayloadTooLarge, decoder.Decode(Topic, writer.Written, Some.Ticks, table.ForGateway("gw"), batch).Reason);
    }

    [Fact]
    public void A_warm_reader_allocates_nothing()
    {
        SparkplugResolution.Begin(writer, Sample("node data by alias alone"), SparkplugMessageType.DeviceData, "manhole-7"u8);
        SparkplugResolution.Define(writer, "Level"u8, SparkplugDatatype.Double);
        SparkplugResolution.Define(writer, "Lid open"u8, SparkplugDatatype.Boolean);
        SparkplugResolution.End(writer);
        var gateway = table.ForGateway("gw");
        Run(3);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run(1000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Run(int times)
        {
            for (int i = 0; i < times; i++)
                decoder.Decode(Topic, writer.Written, Some.Ticks, gateway, batch);
        }
    }

    [Theory]
    [InlineData("", "Level", "Level")]
    [InlineData("d", "Level", "d:Level")]
    [InlineData("", "Pump 1/Speed", "Pump_1/Speed:b9d021ef")]
    [InlineData("", "a:b", "a_b:0319ff65")]
    [InlineData("泵", "水位", "0___:______:0365ad72")]
    [InlineData("", "-a", "0-a:20a174a8")]
    public void Names_here_have_fewer_signs(string device, string metric, string expected)
    {
        string name = Name(device, metric);
        Assert.True(DatastreamNames.IsValid(name), name);
        Assert.Equal(expected, name);
    }

    [Fact]
    public void Different_names_stay_different()
    {
        string[] parts = ["", "a", "b", "a b", "a_b", "a:b", "a/b", "水", "火", "-a", "0-a", new string('x', 255), new string('x', 256), new string('x', 300)];
        var names = parts.SelectMany(device => parts.Select(metric => Name(device, metric))).ToList();
        Assert.Equal(names.Count, names.Distinct(StringComparer.Ordinal).Count());
        Assert.All(names, name => Assert.True(DatastreamNames.IsValid(name), name));
    }

    [Theory]
    [InlineData("gw01"), InlineData("GW_7.b"), InlineData("泵站 3"), InlineData("-"), InlineData("a b"), InlineData("a_b")]
    public void Ids_of_edge_nodes_become_ids_of_gateways(string id)
    {
        string gateway = SparkplugNames.IdOf(id);
        Assert.True(Identifier.IsValid(gateway), gateway);
        Assert.Equal(Identifier.IsValid(id), gateway == id);
        Assert.NotEqual(gateway, SparkplugNames.IdOf(id + " "));
        Assert.True(Identifier.IsValid(SparkplugNames.IdOf(new string('火', 200))));
    }

    private byte[] Part(int first, params string[] names)
    {
        SparkplugResolution.Begin(writer, Sample("node data by alias alone"), SparkplugMessageType.NodeData, default);
        foreach (string name in names)
            SparkplugResolution.Define(writer, Encoding.UTF8.GetBytes(name), name == "Lid" ? SparkplugDatatype.Boolean : SparkplugDatatype.Double);
        SparkplugResolution.EndPart(writer, first);
        return writer.Written.ToArray();
    }

    private static string Name(string device, string metric) =>
        Encoding.UTF8.GetString(new SparkplugNames().DatastreamOf(Encoding.UTF8.GetBytes(device), Encoding.UTF8.GetBytes(metric)));

    private string[] Decode(byte[] record)
    {
        var outcome = decoder.Decode(Topic, record, Some.Ticks, table.ForGateway("gw"), batch);
        Assert.Equal(PayloadReason.None, outcome.Reason);
        Assert.Equal(batch.Count, outcome.Counters.Readings);
        return Show();
    }

    private string[] Show() => [.. batch.Readings.ToArray().Select(reading =>
    {
        string value = reading.Kind == ReadingKind.Text ? $"'{batch.GetText(reading)}'" : reading.Value.ToString("R", CultureInfo.InvariantCulture);
        return $"{table.KeyOf(reading.Datastream).Name} = {value} {reading.Quality.ToString().ToLowerInvariant()} {(int)reading.Flags}";
    })];

    private static byte[] Sample(string name) => SparkplugVector.All.Single(vector => vector.Name == name).Input;
}
