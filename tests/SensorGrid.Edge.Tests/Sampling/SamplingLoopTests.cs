using Microsoft.Extensions.Logging.Abstractions;
using SensorGrid.Edge.Outbox;
using SensorGrid.Edge.Sampling;
using SensorGrid.Edge.Sensors;
using SensorGrid.Readings;

namespace SensorGrid.Edge.Tests.Sampling;

public sealed class SamplingLoopTests
{
    [Fact]
    public async Task What_passes_the_deadband_is_kept_until_the_sensor_ends()
    {
        using var folder = new TempFolder();
        var readings = new EdgeReadings();
        await using var outbox = EdgeOutbox.Open(new() { Folder = folder.Path }, TimeProvider.System, NullLogger.Instance);
        var batch = readings.Numbers(0, 4);
        var text = new ReadingBatch();
        text.Add(new(readings.Index("note"), batch.Readings[0].ObservedAtTicks, text.AddText("ok"u8), Kind: ReadingKind.Text));
        var loop = new SamplingLoop(
            new ScriptedSensor(batch, text), new DeadbandFilter([new("level", 2, TimeSpan.FromHours(1))]), readings.Table, outbox, NullLogger.Instance);
        await loop.RunAsync(CancellationToken.None);
        Assert.Equal((5, 2), (loop.ReadingsSampled, loop.ReadingsHeldBack));
        var kept = (await EdgeReadings.DrainAsync(outbox)).SelectMany(pack => readings.Decode(pack.Pack)).ToList();
        Assert.Equal([0, 2], kept.Where(reading => reading.Kind == ReadingKind.Number).Select(reading => (int)reading.Value));
        Assert.Single(kept, reading => reading.Kind == ReadingKind.Text);
    }

    [Fact]
    public async Task Cancelling_ends_it_without_an_exception()
    {
        using var folder = new TempFolder();
        var readings = new EdgeReadings();
        await using var outbox = EdgeOutbox.Open(new() { Folder = folder.Path }, TimeProvider.System, NullLogger.Instance);
        using var stop = new CancellationTokenSource();
        var running = new SamplingLoop(new SilentSensor(), new DeadbandFilter([]), readings.Table, outbox, NullLogger.Instance).RunAsync(stop.Token);
        await stop.CancelAsync();
        await running;
        Assert.Equal(0, outbox.ReadingsKept);
    }

    private sealed class ScriptedSensor(params ReadingBatch[] samples) : ISensor
    {
        private int next;

        public string Id => "scripted";

        public ValueTask<SampleOutcome> SampleAsync(ReadingBatch into, CancellationToken cancellationToken)
        {
            if (next == samples.Length)
                return new(SampleOutcome.Ended);
            into.CopyFrom(samples[next++]);
            return new(SampleOutcome.Sampled);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class SilentSensor : ISensor
    {
        public string Id => "silent";

        public async ValueTask<SampleOutcome> SampleAsync(ReadingBatch into, CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return SampleOutcome.Ended;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
