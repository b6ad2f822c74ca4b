using System.Diagnostics;
using System.Text.Json;
using SensorGrid.FieldProtocols;

namespace SensorGrid.Simulators.FieldTools.Encoders;

/// <summary>What the <c>encode</c> command can write.</summary>
public static class Encodings
{
    private const string SenMl = "senml";
    private const string SenMlCbor = "senml-cbor";
    private const string Lines = "lines";

    /// <summary>The words people give: those of <c>decode</c> of which frames can be written, and one for the other form of a pack.</summary>
    public static IReadOnlyList<string> Words { get; } = [.. FieldFormats.Words, SenMl, SenMlCbor, Lines];

    /// <summary>Writes a line that <c>decode</c> printed as the frame it came from, or one that says the same.</summary>
    /// <param name="word">One of <see cref="Words"/>.</param>
    /// <param name="line">One JSON object.</param>
    /// <param name="nowTicks">Stands in for times that the object does not have, UTC ticks.</param>
    /// <returns>The bytes of the frame. Decoded, they give the object: each field that it has, and each reading in its order.</returns>
    /// <exception cref="FrameEncodeException">It cannot be written so that it comes back.</exception>
    public static byte[] Encode(string word, string line, long nowTicks)
    {
        using var document = Parse(line);
        var json = document.RootElement;
        string decodedAs = word == SenMlCbor ? SenMl : word;
        var said = FrameObject.Read(json, decodedAs);
        if (said.Readings.Count > 0 && said.SentAtTicks is null && said.Readings[0].ObservedAtTicks is null && decodedAs is not (SenMl or Lines))
            throw new FrameEncodeException("sentAt", "without it the readings need an observedAt.");
        byte[] frame = EncoderOf(word, nowTicks).Encode(said);
        // Times that a frame does not have are those of its arrival.
        long receivedAt = said.Readings.Count > 0 && said.Readings[0].ObservedAtTicks is { } observed ? observed : said.SentAtTicks ?? nowTicks;
        string[] back = [.. Decodings.Of(decodedAs, receivedAt).Decode(frame)];
        if (back.Length != 1)
            throw new FrameEncodeException("$", $"this would be {back.Length} frames; split it.");
        using var comesBack = JsonDocument.Parse(back[0]);
        FrameComparison.Check(json, comesBack.RootElement);
        return frame;
    }

    private static IFrameEncoder EncoderOf(string word, long nowTicks) => word switch
    {
        "sl651" => new Sl651Encoder(),
        "hj212" => new Hj212Encoder(new()),
        "gb26875" => new Gb26875Encoder(),
        SenMl => new SenMlEncoder(nowTicks, new SenMlJsonPack()),
        SenMlCbor => new SenMlEncoder(nowTicks, new SenMlCborPack()),
        Lines => new LineEncoder(nowTicks),
        _ => throw new UnreachableException($"'{word}' is decoded and not encoded."),
    };

    private static JsonDocument Parse(string line)
    {
        try
        {
            return JsonDocument.Parse(line);
        }
        catch (JsonException e)
        {
            throw new FrameEncodeException("$", $"not JSON at byte {e.BytePositionInLine}: one object a line is needed, as decode prints it.", e);
        }
    }
}
