using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SensorGrid.Simulators.FieldTools;
using SensorGrid.Simulators.FieldTools.Encoders;
using SensorGrid.Testing;

namespace SensorGrid.Simulators.Tests.FieldTools;

public sealed class EncodingTests
{
    private static readonly long Received = new DateTime(2026, 7, 1, 0, 0, 0, DateTimeKind.Utc).Ticks;

    [Theory]
    [InlineData("sl651", "sl651.json", "frame", 85)]
    [InlineData("hj212", "hj212.json", "frame", 55)]
    [InlineData("gb26875", "gb26875-3.json", "input", 36)]
    [InlineData("senml", "senml.json", "input", 15)]
    [InlineData("senml-cbor", "senml.json", "input", 15)]
    [InlineData("lines", "line-protocol.json", "input", 60)]
    public void Whatever_decodes_without_loss_encodes_to_what_decodes_to_the_same(string word, string file, string field, int least)
    {
        int same = 0;
        foreach (string decoded in Published(word, file, field))
        {
            byte[] frame;
            try
            {
                frame = Encodings.Encode(word, decoded, Received);
            }
            catch (FrameEncodeException e)
            {
                // Only what the object itself says is lost may be refused.
                Assert.True(HasProblem(decoded) || IsNotWritable(word, decoded), $"{decoded}: {e.Message}");
                continue;
            }
            Assert.Equal(WithoutPlaces(decoded), WithoutPlaces(Assert.Single(Decodings.Of(DecodedAs(word), Received).Decode(FrameText.ToBytes(FrameText.ToLine(frame))))));
            same++;
        }
        Assert.True(same >= least, $"{same} objects came back, of {least} at least.");
    }

    [Fact]
    public void Objects_of_tests_can_be_short()
    {
        byte[] frame = Encodings.Encode(
            "sl651", """{"station":"0030746200","function":"32","serial":1,"sentAt":"2026-07-01T00:00:36Z","readings":[{"code":"39","value":28.961},{"code":"26","value":null}]}""", Received);
        using var back = JsonDocument.Parse(Assert.Single(Decodings.Of("sl651", Received).Decode(frame)));
        Assert.Equal("Z", back.RootElement.GetProperty("readings")[0].GetProperty("name").GetString());
        Assert.Equal(28.961, back.RootElement.GetProperty("readings")[0].GetProperty("value").GetDouble());
        Assert.Equal("2026-07-01T00:00:00Z", back.RootElement.GetProperty("readings")[0].GetProperty("observedAt").GetString());
        Assert.Equal("missing", back.RootElement.GetProperty("readings")[1].GetProperty("quality").GetString());
    }

    [Fact]
    public void Random_values_of_every_protocol_come_back_to_the_last_digit()
    {
        const int seed = 20260701;
        var random = new Random(seed);
        for (int i = 0; i < 500; i++)
        {
            decimal value = decimal.Round((decimal)(random.NextDouble() * 1000), random.Next(0, 5)) / 1.000m;
            string level = value.ToString(System.Globalization.CultureInfo.InvariantCulture);
            Encodings.Encode("sl651", $$"""{"station":"0030746200","function":"33","serial":{{random.Next(1, 65536)}},"sentAt":"2026-07-01T00:00:36Z","readings":[{"code":"39","value":{{level}},"observedAt":"2026-07-01T00:{{random.Next(10, 60)}}:00Z"}]}""", Received);
            Encodings.Encode("hj212", $$"""{"station":"A{{i}}","function":"2051","sentAt":"2026-07-01T00:10:36Z","readings":[{"code":"w01018-Avg","value":{{level}},"unit":"kg/m3","observedAt":"2026-07-01T00:10:00Z","quality":"suspect"}]}""", Received);
            Encodings.Encode("senml", $$"""{"readings":[{"code":"z","value":{{level}},"unit":"m","observedAt":"2026-07-01T00:10:00Z"}]}""", Received);
            Encodings.Encode("senml-cbor", $$"""{"readings":[{"code":"z","value":{{level}},"unit":"mm","observedAt":"2026-07-01T00:10:00.{{random.Next(1, 1_000_000):d6}}Z"}]}""", Received);
            Encodings.Encode("lines", $$"""{"readings":[{"code":"m/z","value":{{level}},"observedAt":"2026-07-01T00:10:00Z"}]}""", Received);
            Encodings.Encode("gb26875", $$"""{"station":"{{random.NextInt64(1L << 48)}}","function":"2/3","serial":{{random.Next(65536)}},"sentAt":"2026-07-01T00:10:36Z","readings":[{"code":"3.3","name":"part/1/2/30/0a000200/temperature","value":{{random.Next(-2730, 32000)}}e-1,"unit":"Cel"}]}""", Received);
        }
    }

    [Theory]
    [InlineData("sl651", "nonsense", "$")]
    [InlineData("sl651", "[]", "$")]
    [InlineData("sl651", """{"ok":false,"error":{}}""", "ok")]
    [InlineData("sl651", """{"protocol":"hj212"}""", "protocol")]
    [InlineData("sl651", """{"station":"12","function":"32","serial":1,"sentAt":"2026-07-01T00:00:36Z"}""", "station")]
    [InlineData("sl651", """{"station":"0030746200","function":"XX","serial":1,"sentAt":"2026-07-01T00:00:36Z"}""", "function")]
    [InlineData("sl651", """{"station":"0030746200","function":"32","sentAt":"2026-07-01T00:00:36Z"}""", "serial")]
    [InlineData("sl651", """{"station":"0030746200","function":"32","serial":1}""", "sentAt")]
    [InlineData("sl651", """{"station":"0030746200","function":"32","serial":1,"sentAt":"noon"}""", "sentAt")]
    [InlineData("sl651", """{"station":"0030746200","function":"32","serial":1,"sentAt":"2026-07-01T00:00:36Z","readings":[{"code":"ZZ","value":1}]}""", "readings[0].code")]
    [InlineData("sl651", """{"station":"0030746200","function":"32","serial":1,"sentAt":"2026-07-01T00:00:36Z","readings":[{"code":"39","value":"a"}]}""", "readings[0].value")]
    [InlineData("sl651", """{"station":"0030746200","function":"32","serial":1,"sentAt":"2026-07-01T00:00:36Z","readings":[{"code":"39","value":1,"unit":"ft"}]}""", "readings[0].unit")]
    [InlineData("sl651", """{"station":"0030746200","function":"32","serial":1,"sentAt":"2026-07-01T00:00:36Z","readings":[{"code":"39","value":1,"quality":"estimated"}]}""", "readings[0].quality")]
    [InlineData("sl651", """{"station":"0030746200","function":"32","serial":1,"sentAt":"2026-07-01T00:00:36Z","readings":[{"code":"39","value":1,"observedAt":"2026-07-01T00:00:05Z"}]}""", "readings[0].observedAt")]
    [InlineData("hj212", """{"station":"A","function":"11","serial":1}""", "function")]
    [InlineData("hj212", """{"station":"A","function":"2011","readings":[{"code":"w01018-Rtd","value":1}]}""", "sentAt")]
    [InlineData("hj212", """{"station":"A","function":"2011","sentAt":"2026-07-01T00:00:36Z","readings":[{"code":"w01018-Rtd","value":true}]}""", "readings[0].value")]
    [InlineData("gb26875", """{"station":"x","function":"2/21","serial":1,"sentAt":"2026-07-01T00:00:36Z"}""", "station")]
    [InlineData("gb26875", """{"station":"1","function":"2/21","serial":1,"sentAt":"2026-07-01T00:00:36Z","readings":[{"code":"21.1","value":true}]}""", "readings")]
    [InlineData("gb26875", """{"station":"1","function":"2/2","serial":1,"sentAt":"2026-07-01T00:00:36Z","readings":[{"code":"2","name":"device/state","value":3}]}""", "readings[0].name")]
    [InlineData("gb26875", """{"station":"1","function":"2/21","serial":1,"sentAt":"1999-07-01T00:00:36Z","readings":[{"code":"21","value":1}]}""", "sentAt")]
    [InlineData("senml", """{"readings":[{"code":"Ä","value":1}]}""", "readings[0].name")]
    [InlineData("senml", """{"readings":[{"code":"a","value":null}]}""", "readings[0].value")]
    [InlineData("senml-cbor", """{"readings":[{"code":"Ä","value":1}]}""", "readings[0].name")]
    [InlineData("senml-cbor", """{"readings":[{"code":"a","value":null}]}""", "readings[0].value")]
    [InlineData("senml-cbor", """{"readings":[{"code":"a","value":1,"unit":"furlong"}]}""", "readings[0]")]
    [InlineData("senml-cbor", """{"readings":[{"code":"a","value":1,"observedAt":"1975-01-01T00:00:00Z"}]}""", "readings[0].observedAt")]
    [InlineData("lines", """{"readings":[{"code":"a","value":1}]}""", "readings[0].name")]
    public void What_cannot_be_written_says_which_field(string word, string line, string field)
    {
        var error = Assert.Throws<FrameEncodeException>(() => Encodings.Encode(word, line, Received));
        Assert.Equal(field, error.Field);
        Assert.StartsWith(field + ": ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pack_in_cbor_is_what_the_rfc_says()
    {
        byte[] pack = Encodings.Encode(
            "senml-cbor",
            """{"readings":[{"code":"a","value":1.5,"unit":"m","observedAt":"2026-05-12T08:00:00Z"},{"code":"b","value":"水","observedAt":"2026-05-12T08:00:00Z"},{"code":"c","value":true,"observedAt":"2026-05-12T08:00:00Z"},{"code":"d","value":-300,"observedAt":"2026-05-12T08:00:00.25Z"}]}""",
            Received);
        // Array of 4; maps of label and value: n, t, u, v.
        Assert.Equal(
            "84" + "A4006161061A6A02DE00" + "01616D" + "02FA3FC00000" + "A3006162061A6A02DE00" + "0363E6B0B4" + "A3006163061A6A02DE00" + "04F5" + "A300616406FB41DA80B780100000" + "0239012B",
            Convert.ToHexString(pack));
    }

    [Fact]
    public void Lines_of_frames_are_text_only_where_they_come_back()
    {
        foreach (byte[] bytes in (byte[][])[[.. "##0001"u8], [.. "AB"u8], [.. "a\nb"u8], [0xFF, 0], [0x7E, 0x7E], [.. "水"u8]])
            Assert.Equal(bytes, FrameText.ToBytes(FrameText.ToLine(bytes)));
        Assert.Equal("##0001", FrameText.ToLine("##0001"u8));
        Assert.Equal("4142", FrameText.ToLine("AB"u8));
    }

    private static IEnumerable<string> Published(string word, string file, string field)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(RepositoryRoot.Combine("tests", "vectors", file)));
        foreach (var vector in document.RootElement.EnumerateArray())
        {
            if (vector.GetProperty(field).ValueKind != JsonValueKind.String)
                continue;
            string input = vector.GetProperty(field).GetString()!;
            bool isText = vector.TryGetProperty("encoding", out var encoding) && encoding.GetString() is "text" or "json-text";
            foreach (string line in Decodings.Of(DecodedAs(word), Received).Decode(isText ? Encoding.UTF8.GetBytes(input) : FrameText.ToBytes(input)))
            {
                if (line.StartsWith("{\"ok\":true", StringComparison.Ordinal))
                    yield return line;
            }
        }
    }

    // Both forms of a pack are told apart by their first byte.
    private static string DecodedAs(string word) => word == "senml-cbor" ? "senml" : word;

    private static bool HasProblem(string decoded) => JsonNode.Parse(decoded)!["problems"]!.AsArray().Count > 0;

    // Empty packs, times before SenML's, and line names whose measurement was replaced: they say too little to be written again.
    private static bool IsNotWritable(string word, string decoded)
    {
        var readings = JsonNode.Parse(decoded)!["readings"]!.AsArray();
        return word is "senml" or "senml-cbor" or "lines" && (readings.Count == 0 || readings.Any(reading => reading!["observedAt"]!.GetValue<string>() is var at && string.CompareOrdinal(at, "1978-07-05") < 0) ||
            word == "lines");
    }

    private static string WithoutPlaces(string decoded)
    {
        var node = JsonNode.Parse(decoded)!;
        foreach (var problem in node["problems"]!.AsArray())
        {
            problem!.AsObject().Remove("offset");
            problem.AsObject().Remove("detail");
        }
        return node.ToJsonString();
    }
}
