using System.IO.Pipelines;
using Microsoft.Extensions.Time.Testing;
using SensorGrid.FieldProtocols.Frames;

namespace SensorGrid.FieldProtocols.Tests.Support;

/// <summary>What a stream of bytes gives, as texts to compare: <c>frame 7E7E…</c>, <c>fault crc_mismatch</c>, <c>noise 3</c>.</summary>
internal static class StreamEvents
{
    /// <summary>Everything that comes out of the pieces, each written by itself, before the peer closes.</summary>
    public static async Task<List<string>> OfAsync(IFrameScanner scanner, params IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        var pipe = new Pipe();
        var stream = new FrameStream(pipe.Reader, scanner, new(), new FakeTimeProvider());
        var events = new List<string>();
        var reading = ReadAsync(stream, events);
        foreach (var piece in pieces)
            await pipe.Writer.WriteAsync(piece);
        await pipe.Writer.CompleteAsync();
        await reading;
        return events;
    }

    /// <summary>The same events whole, at every two-way split, and byte by byte.</summary>
    public static async Task<List<string>> OfEverySplitAsync(IFrameScanner scanner, byte[] bytes)
    {
        var whole = await OfAsync(scanner, bytes);
        for (int split = 1; split < bytes.Length; split++)
            Assert.Equal(whole, await OfAsync(scanner, bytes.AsMemory(0, split), bytes.AsMemory(split)));
        Assert.Equal(whole, await OfAsync(scanner, Enumerable.Range(0, bytes.Length).Select(i => new ReadOnlyMemory<byte>(bytes, i, 1))));
        return whole;
    }

    private static async Task ReadAsync(FrameStream stream, List<string> events)
    {
        while (true)
        {
            var outcome = await stream.NextAsync(CancellationToken.None);
            switch (outcome)
            {
                case FrameStreamOutcome.Frame:
                    events.Add("frame " + Convert.ToHexString(stream.Current.Span));
                    break;
                case FrameStreamOutcome.Fault:
                    events.Add("fault " + stream.Fault.Code);
                    break;
                default:
                    if (stream.NoiseBytes > 0)
                        events.Add($"noise {stream.NoiseBytes}");
                    events.Add(outcome.ToString());
                    return;
            }
        }
    }
}
