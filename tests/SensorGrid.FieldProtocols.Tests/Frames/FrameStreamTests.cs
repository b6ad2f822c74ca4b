using System.IO.Pipelines;
using Microsoft.Extensions.Time.Testing;
using SensorGrid.FieldProtocols.Frames;
using SensorGrid.FieldProtocols.Tests.Support;

namespace SensorGrid.FieldProtocols.Tests.Frames;

public sealed class FrameStreamTests
{
    private static readonly LengthScanner Scanner = new();
    private static readonly byte[] One = LengthScanner.Frame(1, 2, 3);
    private static readonly byte[] Two = LengthScanner.Frame(9);

    [Fact]
    public async Task Frames_come_out_however_the_bytes_are_cut()
    {
        var events = await StreamEvents.OfEverySplitAsync(Scanner, [.. One, .. Two]);
        Assert.Equal(["frame " + Convert.ToHexString(One), "frame " + Convert.ToHexString(Two), "End"], events);
    }

    [Fact]
    public async Task Noise_before_between_and_after_frames_is_dropped_and_counted()
    {
        var events = await StreamEvents.OfEverySplitAsync(Scanner, [7, 7, .. One, 8, .. Two, 6]);
        Assert.Equal(["frame " + Convert.ToHexString(One), "frame " + Convert.ToHexString(Two), "noise 4", "End"], events);
    }

    [Fact]
    public async Task A_broken_frame_costs_its_first_byte_and_not_the_good_one_inside_it()
    {
        byte[] liar = [(byte)'#', 4];
        var events = await StreamEvents.OfEverySplitAsync(Scanner, [.. liar, .. Two, 0, 0, 0]);
        Assert.Equal(["fault bad_sum", "frame " + Convert.ToHexString(Two), "noise 5", "End"], events);
    }

    [Fact]
    public async Task What_is_not_whole_when_the_peer_closes_is_truncated()
    {
        for (int length = 1; length < One.Length; length++)
        {
            var events = await StreamEvents.OfAsync(Scanner, One.AsMemory(0, length));
            Assert.Equal(["fault truncated", $"noise {length}", "End"], events);
        }
    }

    [Fact]
    public async Task The_rest_of_a_frame_is_awaited_for_the_idle_time_and_no_longer()
    {
        var time = new FakeTimeProvider();
        var pipe = new Pipe();
        var stream = new FrameStream(pipe.Reader, Scanner, new() { Idle = TimeSpan.FromSeconds(10) }, time);
        await pipe.Writer.WriteAsync(One.AsMemory(0, 3));
        var next = stream.NextAsync(CancellationToken.None).AsTask();
        time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.False(next.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(FrameStreamOutcome.Fault, await next);
        Assert.Equal("truncated", stream.Fault.Code);
        // The next one is not harmed.
        await pipe.Writer.WriteAsync(Two);
        Assert.Equal(FrameStreamOutcome.Frame, await stream.NextAsync(CancellationToken.None));
        Assert.Equal(Two, stream.Current.ToArray());
    }

    [Fact]
    public async Task Silence_is_told_and_reading_goes_on()
    {
        var time = new FakeTimeProvider();
        var pipe = new Pipe();
        var stream = new FrameStream(pipe.Reader, Scanner, new() { Idle = TimeSpan.FromSeconds(10) }, time);
        var next = stream.NextAsync(CancellationToken.None).AsTask();
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(FrameStreamOutcome.Idle, await next);
        await pipe.Writer.WriteAsync(One);
        Assert.Equal(FrameStreamOutcome.Frame, await stream.NextAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_peer_that_speaks_something_else_is_given_up()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        var stream = new FrameStream(pipe.Reader, Scanner, new() { MaxBytesWithoutFrame = 1000 }, new FakeTimeProvider());
        await pipe.Writer.WriteAsync(new byte[900]);
        await pipe.Writer.WriteAsync(One);
        Assert.Equal(FrameStreamOutcome.Frame, await stream.NextAsync(CancellationToken.None));
        await pipe.Writer.WriteAsync(new byte[2000]);
        Assert.Equal(FrameStreamOutcome.NotThisProtocol, await stream.NextAsync(CancellationToken.None));
        Assert.InRange(stream.NoiseBytes, 1000, 2900);
    }
}
