using System.Text;
using System.Text.Json;
using SensorGrid.Readings.Wire.SparkplugB;
using SensorGrid.Simulators.FieldTools;
using SensorGrid.Testing;

namespace SensorGrid.Simulators.Tests.FieldTools;

public sealed class SparkplugDecodingTests
{
    private const ulong At = 1_767_225_600_000;

    private static readonly long Received = new DateTime(2026, 7, 1, 0, 0, 0, DateTimeKind.Utc).Ticks;

    private readonly IDecoding decoding = Decodings.Of("sparkplug-b", Received);

    [Fact]
    public void A_payload_is_one_object_with_its_readings()
    {
        var data = Decode(Payload(7, ("Pump/Speed", 3, 1.5)));
        Assert.Equal(
            """{"ok":true,"protocol":"sparkplug-b","station":null,"function":null,"serial":7,"sentAt":"2026-01-01T00:00:00Z","readings":[{"code":"Pump/Speed","name":"Pump/Speed","quantity":"","value":1.5,"unit":"","observedAt":"2026-01-01T00:00:00Z","quality":"good"}],"problems":[]}""",
            data.GetRawText());
    }

    [Fact]
    public void Births_name_what_comes_by_alias_behind_topics_of_the_same_edge_node_and_device()
    {
        Decode("spBv1.0/city/NBIRTH/gw 1", Payload(0, ("voltage", 1, 12.5)));
        Decode("spBv1.0/city/DBIRTH/gw 1/well", Payload(1, ("Level", 2, 1)));
        var node = Decode("spBv1.0/city/NDATA/gw 1", Payload(2, (null, 1, 13)));
        Assert.Equal(("gw 1", "NDATA", "voltage"), (Text(node, "station"), Text(node, "function"), Text(node.GetProperty("readings")[0], "name")));
        Assert.Equal("well:Level", Text(Decode("spBv1.0/city/DDATA/gw 1/well", Payload(3, (null, 2, 2))).GetProperty("readings")[0], "name"));

        // Another device, another edge node, another group, and no topic at all.
        foreach (string? topic in (string?[])["spBv1.0/city/DDATA/gw 1/other", "spBv1.0/city/NDATA/gw 2", "spBv1.0/town/NDATA/gw 1", null])
        {
            var unknown = topic is null ? Decode(Payload(4, (null, 1, 3), ("b", null, 4))) : Decode(topic, Payload(4, (null, 1, 3), ("b", null, 4)));
            Assert.Equal("""[{"code":"unknown_alias","alias":1}]""", unknown.GetProperty("problems").GetRawText());
            Assert.Equal(4, Assert.Single(unknown.GetProperty("readings").EnumerateArray()).GetProperty("value").GetDouble());
        }

        // A new birth is the end of all old ones.
        Decode("spBv1.0/city/NBIRTH/gw 1", Payload(0, ("current", 1, 1)));
        Assert.Equal("current", Text(Decode("spBv1.0/city/NDATA/gw 1", Payload(1, (null, 1, 2))).GetProperty("readings")[0], "name"));
        Assert.Equal(0, Decode("spBv1.0/city/DDATA/gw 1/well", Payload(2, (null, 2, 2))).GetProperty("readings").GetArrayLength());
        Assert.Equal(0, decoding.Errors);
    }

    [Fact]
    public void A_datatype_that_is_left_out_is_that_of_the_birth()
    {
        var birth = new SparkplugWriter();
        birth.BeginMetric("t"u8);
        birth.Alias(5);
        birth.Datatype(SparkplugDatatype.Int16);
        birth.Integer(SparkplugDatatype.Int16, 0);
        birth.EndMetric();
        Decode("spBv1.0/g/NBIRTH/n", birth.Written.ToArray());
        // -12 as an encoder of 16 bits writes it.
        Assert.Equal(-12, Decode("spBv1.0/g/NDATA/n", Convert.FromHexString("1206100550F4FF03")).GetProperty("readings")[0].GetProperty("value").GetDouble());
    }

    [Fact]
    public void A_death_shows_what_it_silences()
    {
        Decode("spBv1.0/g/NBIRTH/n", Payload(0, ("voltage", 1, 12.5)));
        Decode("spBv1.0/g/DBIRTH/n/d", Payload(1, ("Level", 2, 1)));
        Assert.Equal(["d:Level missing"], Names(Decode("spBv1.0/g/DDEATH/n/d", Payload(2))));
        Assert.Equal(["voltage missing", "d:Level missing"], Names(Decode("spBv1.0/g/NDEATH/n", Payload(null))));
        Assert.Empty(Names(Decode("spBv1.0/g/NDEATH/other", Payload(null))));
    }

    [Fact]
    public void Commands_and_states_are_shown_too()
    {
        Assert.Equal(["valve good"], Names(Decode("spBv1.0/g/NCMD/n", Payload(null, ("valve", null, 1)))));
        var state = Decode("spBv1.0/STATE/scada", Encoding.UTF8.GetBytes("""{"online":true,"timestamp":1767225600000}"""));
        Assert.Equal(("scada", "STATE", "2026-01-01T00:00:00Z"), (Text(state, "station"), Text(state, "function"), Text(state, "sentAt")));
        Assert.True(state.GetProperty("readings")[0].GetProperty("value").GetBoolean());
        Assert.False(Decode("STATE/scada", "OFFLINE"u8.ToArray()).GetProperty("readings")[0].GetProperty("value").GetBoolean());
    }

    [Theory]
    [InlineData("0a7f", "length_beyond_end")]
    [InlineData("88", "truncated")]
    [InlineData("spBv1.0/g/NDATA/n 0801120a", "length_beyond_end")]
    [InlineData("spBv1.0/g/NDATA/n", "topic")]
    [InlineData("spBv1.0/g/NOTHING/n 0801", "topic")]
    [InlineData("spBv1.0/STATE/me 0801", "state")]
    public void What_is_none_says_why(string line, string code)
    {
        var error = Line(line);
        Assert.False(error.GetProperty("ok").GetBoolean());
        Assert.Equal(code, Text(error.GetProperty("error"), "code"));
        Assert.Equal(1, decoding.Errors);
    }

    [Fact]
    public void Aliases_whose_names_fit_in_no_record_are_read_all_the_same()
    {
        Decode("spBv1.0/g/NBIRTH/n", Payload(0, (new string('x', 1000), 1, 1)));
        var read = Decode("spBv1.0/g/NDATA/n", Payload(1, [.. Enumerable.Range(0, 1200).Select(i => ((string?)null, (ulong?)1, (double)i))]));
        Assert.Equal(Enumerable.Range(0, 1200), read.GetProperty("readings").EnumerateArray().Select(reading => (int)reading.GetProperty("value").GetDouble()));
    }

    [Fact]
    public void A_death_that_silences_more_than_one_record_has_room_for_is_read_all_the_same()
    {
        for (int device = 0; device < 3; device++)
        {
            int number = device;
            Decode(
                device == 0 ? "spBv1.0/g/NBIRTH/n" : $"spBv1.0/g/DBIRTH/n/d{device}",
                Payload((byte)device, [.. Enumerable.Range(0, 200).Select(i => ((string?)$"{number}-{i}-{new string('x', 1000)}", (ulong?)(1000 * number + i), 1.0))]));
        }
        Assert.Equal(600, Decode("spBv1.0/g/NDEATH/n", Payload(0)).GetProperty("readings").GetArrayLength());
    }

    [Fact]
    public void Published_payloads_come_out_as_objects_or_errors_as_published()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(RepositoryRoot.Combine("tests", "vectors", "sparkplug-b.json")));
        int payloads = 0;
        foreach (var vector in document.RootElement.EnumerateArray().Where(vector => !vector.TryGetProperty("kind", out _)))
        {
            var decoded = Line(vector.GetProperty("input").GetString()!);
            Assert.True(decoded.GetProperty("ok").GetBoolean() != vector.GetProperty("expect").TryGetProperty("error", out _), vector.GetProperty("name").GetString());
            payloads++;
        }
        Assert.InRange(payloads, 40, 200);
    }

    private static byte[] Payload(byte? seq, params (string? Name, ulong? Alias, double Value)[] metrics)
    {
        var writer = new SparkplugWriter();
        writer.Timestamp(At);
        foreach (var (name, alias, value) in metrics)
        {
            if (name is null)
                writer.BeginMetric();
            else
                writer.BeginMetric(Encoding.UTF8.GetBytes(name));
            if (alias is { } number)
                writer.Alias(number);
            writer.Double(value);
            writer.EndMetric();
        }
        if (seq is { } place)
            writer.Seq(place);
        return writer.Written.ToArray();
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private static string[] Names(JsonElement decoded) =>
        [.. decoded.GetProperty("readings").EnumerateArray().Select(reading => $"{Text(reading, "name")} {Text(reading, "quality")}")];

    private JsonElement Decode(byte[] payload) => Line(Convert.ToHexString(payload));

    private JsonElement Decode(string topic, byte[] payload) => Line($"{topic} {Convert.ToHexString(payload)}");

    private JsonElement Line(string line) => JsonDocument.Parse(Assert.Single(decoding.Decode(FrameText.ToBytes(line)))).RootElement;
}
