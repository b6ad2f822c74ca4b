using System.Text.Json;
using SensorGrid.Simulators.FieldTools;
using SensorGrid.Testing;

namespace SensorGrid.Simulators.Tests.FieldTools;

public sealed class DecodingTests
{
    private const string Sl651 = "7E7E010030746200001232002F024465260701060036F1F1003074620048F0F02607010600261900311345200060048138121287FF090820FF3311020503B042";

    private static readonly long Received = new DateTime(2026, 7, 1, 0, 0, 0, DateTimeKind.Utc).Ticks;

    [Fact]
    public void A_frame_is_one_object_with_its_readings()
    {
        var frame = Assert.Single(Decode("sl651", Sl651));
        Assert.True(frame.GetProperty("ok").GetBoolean());
        Assert.Equal("sl651", frame.GetProperty("protocol").GetString());
        Assert.Equal("0030746200", frame.GetProperty("station").GetString());
        Assert.Equal("32", frame.GetProperty("function").GetString());
        Assert.Equal(17509, frame.GetProperty("serial").GetInt64());
        Assert.Equal("2026-06-30T22:00:36Z", frame.GetProperty("sentAt").GetString());
        var rain = frame.GetProperty("readings")[0];
        Assert.Equal(
            """{"code":"26","name":"PT","quantity":"accumulated rain","value":311.3,"unit":"mm","observedAt":"2026-06-30T22:00:00Z","quality":"good"}""", rain.GetRawText());
        Assert.Equal(0, frame.GetProperty("problems").GetArrayLength());
    }

    [Fact]
    public void Several_frames_of_a_capture_come_out_with_what_is_between_them_told_once()
    {
        byte[] frame = FrameText.ToBytes(Sl651);
        byte[] broken = [.. frame];
        broken[^1] ^= 1;
        var decoding = Decodings.Of("sl651", Received);
        var lines = decoding.Decode((byte[])[0, .. frame, .. broken, .. frame]).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal([true, false, true], lines.Select(line => line.GetProperty("ok").GetBoolean()));
        Assert.Equal("crc_mismatch", lines[1].GetProperty("error").GetProperty("code").GetString());
        Assert.Equal(1, decoding.Errors);
    }

    [Theory]
    [InlineData("sl651", "nothing at all", "no_frame")]
    [InlineData("sl651", "7E7E0100307462", "truncated")]
    [InlineData("gb26875", "404001000101203a091a090c385b01000000790300000000000003ac2323", "bad_checksum")]
    [InlineData("hj212", "##0050QN=1;ST=32&&0000", "length_mismatch")]
    [InlineData("senml", "[{\"n\":\"a\"}]", "no_value")]
    [InlineData("senml", "81a2006364657602fb4037", "cbor")]
    [InlineData("lines", "cpu,host value=1", "line_protocol")]
    public void What_is_none_says_why(string word, string line, string code)
    {
        var error = Assert.Single(Decode(word, line));
        Assert.False(error.GetProperty("ok").GetBoolean());
        Assert.Equal(code, error.GetProperty("error").GetProperty("code").GetString());
        Assert.NotEmpty(error.GetProperty("error").GetProperty("message").GetString()!);
        Assert.True(error.GetProperty("error").GetProperty("offset").GetInt32() >= 0);
    }

    [Fact]
    public void Packs_and_lines_are_decoded_alike()
    {
        string inJson = Assert.Single(Decode("senml", """[{"n":"a","u":"m","v":1.5,"t":1778572800},{"n":"b","vs":"水","t":1778572800},{"n":"c","vb":true,"t":1778572800}]""")).GetProperty("readings").GetRawText();
        string inCbor = Assert.Single(Decode("senml", "83a400616101616d02f93e00061a6a02de00a300616203 63e6b0b4 061a6a02de00a300616304f5061a6a02de00")).GetProperty("readings").GetRawText();
        string inLines = Assert.Single(Decode("lines", "m a=1.5,b=\"水\",c=t 1778572800000000000")).GetProperty("readings").GetRawText();
        Assert.Equal(inJson, inCbor);
        Assert.Contains("\"value\":\"水\"", inLines, StringComparison.Ordinal);
        Assert.Equal(inJson.Replace("\"unit\":\"m\"", "\"unit\":\"\"", StringComparison.Ordinal), inLines.Replace("m/", "", StringComparison.Ordinal));
    }

    [Fact]
    public void Published_frames_of_every_protocol_come_out_as_objects_or_errors_as_published()
    {
        foreach (var (word, file, input, hasError) in (ReadOnlySpan<(string, string, string, Func<JsonElement, bool>)>)
            [
                ("sl651", "sl651.json", "frame", expect => expect.TryGetProperty("error", out _)),
                ("gb26875", "gb26875-3.json", "input", expect => expect.TryGetProperty("error", out _)),
            ])
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(RepositoryRoot.Combine("tests", "vectors", file)));
            int good = 0;
            foreach (var vector in document.RootElement.EnumerateArray().Where(vector => !vector.GetProperty("expect").TryGetProperty("stream", out _)))
            {
                var first = Decode(word, vector.GetProperty(input).GetString()!)[0];
                Assert.True(first.GetProperty("ok").GetBoolean() != hasError(vector.GetProperty("expect")), vector.GetProperty("name").GetString());
                good += first.GetProperty("ok").GetBoolean() ? 1 : 0;
            }
            Assert.InRange(good, 30, 100);
        }
    }

    private static List<JsonElement> Decode(string word, string line) =>
        [.. Decodings.Of(word, Received).Decode(FrameText.ToBytes(line)).Select(text => JsonDocument.Parse(text).RootElement)];
}
