using System.Globalization;
using System.Text.Json.Nodes;
using SensorGrid.FieldProtocols.Frames;
using SensorGrid.FieldProtocols.Sl651;
using SensorGrid.FieldProtocols.Tests.Support;

namespace SensorGrid.FieldProtocols.Tests.Sl651;

public sealed class Sl651VectorTests
{
    private static readonly Sl651FrameScanner Scanner = new();

    [Fact]
    public void All_published_frames_are_here()
    {
        Assert.Equal(100, Sl651Vector.All.Count);
        Assert.Equal(88, Sl651Vector.Good.Count());
    }

    [Theory]
    [MemberData(nameof(Sl651Vector.GoodNames), MemberType = typeof(Sl651Vector))]
    public void A_published_frame_says_what_is_expected(string name)
    {
        var vector = Sl651Vector.Named(name);
        var seen = Sl651ViewJson.Of(vector.Frame);
        foreach (var (key, expected) in vector.Expect)
        {
            if (key != "trailingBytes")
                Assert.True(JsonNode.DeepEquals(expected, seen[key]), $"{key}: expected {expected?.ToJsonString()}, saw {seen[key]?.ToJsonString()}");
        }
        // Nothing is seen that is not there.
        Assert.Empty(seen.Select(pair => pair.Key).Except(vector.Expect.Select(pair => pair.Key)));
    }

    [Theory]
    [MemberData(nameof(Sl651Vector.GoodNames), MemberType = typeof(Sl651Vector))]
    public async Task A_published_frame_comes_out_however_its_bytes_are_cut(string name)
    {
        var vector = Sl651Vector.Named(name);
        int trailing = vector.Bytes.Length - vector.Frame.Length;
        List<string> expected = ["frame " + Convert.ToHexString(vector.Frame), .. trailing > 0 ? [$"noise {trailing}"] : Array.Empty<string>(), "End"];
        Assert.Equal(expected, await StreamEvents.OfEverySplitAsync(Scanner, vector.Bytes));
    }

    [Theory]
    [MemberData(nameof(Sl651Vector.GoodNames), MemberType = typeof(Sl651Vector))]
    public async Task A_published_frame_comes_out_between_noise(string name)
    {
        var frame = Sl651Vector.Named(name).Frame;
        string text = "frame " + Convert.ToHexString(frame);
        var random = new Random(651);
        byte[] noise = new byte[40];
        for (int round = 0; round < 20; round++)
        {
            random.NextBytes(noise);
            // A stray 7E before the start is the noise that real sets have.
            var events = await StreamEvents.OfAsync(Scanner, (byte[])[.. noise, 0x7E, .. frame, 0x7E, .. frame, .. noise]);
            Assert.Equal([text, text], events.Where(line => line.StartsWith("frame", StringComparison.Ordinal)));
        }
    }

    [Theory]
    [MemberData(nameof(Sl651Vector.GoodNames), MemberType = typeof(Sl651Vector))]
    public async Task A_published_frame_that_is_cut_off_is_truncated(string name)
    {
        var frame = Sl651Vector.Named(name).Frame;
        for (int length = 1; length < frame.Length; length++)
        {
            var events = await StreamEvents.OfAsync(Scanner, frame.AsMemory(0, length));
            // One byte alone is not the beginning of anything yet.
            Assert.Equal(length == 1 ? "noise 1" : "fault truncated", events[0]);
            Assert.DoesNotContain(events, line => line.StartsWith("frame", StringComparison.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Sl651Vector.MalformedNames), MemberType = typeof(Sl651Vector))]
    public async Task A_malformed_frame_is_refused_for_the_stated_reason(string name)
    {
        var vector = Sl651Vector.Named(name);
        var scan = Scanner.Scan(vector.Bytes, isFinal: true);
        Assert.Equal(FrameScanOutcome.Fault, scan.Outcome);
        Assert.Equal(0, scan.Start);
        Assert.Equal(vector.Error, scan.Fault.Code);
        if (vector.Error == Sl651FrameScanner.CrcMismatch)
        {
            Assert.Equal((string?)vector.Expect["crcReceived"], scan.Fault.Found.ToString("X4", CultureInfo.InvariantCulture));
            Assert.Equal((string?)vector.Expect["crcComputed"], scan.Fault.Expected.ToString("X4", CultureInfo.InvariantCulture));
        }
        else
        {
            Assert.Equal((long?)vector.Expect["actualBytes"], scan.Fault.Found);
            Assert.Equal((long?)vector.Expect["expectedBytes"], scan.Fault.Expected);
        }
        var events = await StreamEvents.OfEverySplitAsync(Scanner, vector.Bytes);
        Assert.Equal("fault " + vector.Error, events[0]);
        Assert.DoesNotContain(events, line => line.StartsWith("frame", StringComparison.Ordinal));
        // And the good frame behind it is not harmed.
        var good = Sl651Vector.Named("yu-fc32-A421").Frame;
        events = await StreamEvents.OfAsync(Scanner, (byte[])[.. vector.Bytes, .. good, .. new byte[64]]);
        Assert.Contains("frame " + Convert.ToHexString(good), events);
    }
}
