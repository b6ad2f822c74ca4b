using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SensorGrid.Edge.Sensors;
using SensorGrid.Readings;
using SensorGrid.Readings.Units;
using SensorGrid.Testing;

namespace SensorGrid.Edge.Tests.Sensors;

public sealed class HostSensorTests : IDisposable
{
    private readonly TempFolder root = new();
    private readonly EdgeReadings readings = new();
    private readonly FakeTimeProvider clock = new(Some.Instant);

    public void Dispose() => root.Dispose();

    private void Put(string file, string text)
    {
        string path = root.Combine(file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private HostSensor Create() =>
        new("host", TimeSpan.FromMinutes(1), "host/", readings.Gateway, root.Path, clock, NullLogger.Instance, root.Path);

    [Fact]
    public async Task Reads_load_memory_temperature_and_disk()
    {
        Put("proc/loadavg", "1.50 1.2 1.0 2/345 6789\n");
        Put("proc/meminfo", "MemTotal: 100 kB\nMemAvailable:   2048 kB\n");
        Put("sys/class/thermal/thermal_zone0/temp", "48312\n");
        await using var sensor = Create();
        var batch = new ReadingBatch();
        Assert.Equal(SampleOutcome.Sampled, await sensor.SampleAsync(batch, CancellationToken.None));
        var byName = batch.Readings.ToArray().ToDictionary(reading => readings.Table.KeyOf(reading.Datastream).Name);
        Assert.Equal(1.5 / Environment.ProcessorCount, byName["host/load"].Value);
        Assert.Equal(2048 * 1024, byName["host/memory-available"].Value);
        Assert.Equal((48.312, UnitRegistry.IdOf("Cel")), (byName["host/temperature"].Value, byName["host/temperature"].Unit));
        Assert.True(byName["host/disk-available"].Value > 0);
        Assert.All(byName.Values, reading => Assert.Equal(Some.Ticks, reading.ObservedAtTicks));
    }

    [Fact]
    public async Task What_the_machine_does_not_have_is_left_out_and_is_never_zero()
    {
        Put("proc/loadavg", "nonsense");
        await using var sensor = Create();
        var batch = new ReadingBatch();
        await sensor.SampleAsync(batch, CancellationToken.None);
        Assert.Equal("host/disk-available", readings.Table.KeyOf(Assert.Single(batch.Readings.ToArray()).Datastream).Name);
    }

    [Fact]
    public async Task The_next_sample_waits_for_its_interval()
    {
        await using var sensor = Create();
        var batch = new ReadingBatch();
        await sensor.SampleAsync(batch, CancellationToken.None);
        var next = sensor.SampleAsync(batch, CancellationToken.None).AsTask();
        clock.Advance(TimeSpan.FromSeconds(59));
        Assert.False(next.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(SampleOutcome.Sampled, await next);
    }
}
