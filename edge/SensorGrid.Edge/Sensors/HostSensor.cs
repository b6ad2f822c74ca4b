using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using SensorGrid.Readings;
using SensorGrid.Readings.Units;

namespace SensorGrid.Edge.Sensors;

/// <summary>The gateway looks at itself: load, free memory, free disk and temperature of the machine it runs on, at an interval. A
/// gateway that overheats or fills its disk is a blind spot in the making. Linux: reads <c>/proc</c> and <c>/sys</c>.</summary>
public sealed class HostSensor : ISensor
{
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly PeriodicTimer timer;
    private readonly string root;
    private readonly string diskPath;
    private readonly HashSet<string> told = [];
    private readonly DatastreamIndex load;
    private readonly DatastreamIndex memory;
    private readonly DatastreamIndex disk;
    private readonly DatastreamIndex temperature;
    private readonly byte ratio = UnitRegistry.IdOf("/");
    private readonly byte bytes = UnitRegistry.IdOf("B");
    private readonly byte celsius = UnitRegistry.IdOf("Cel");
    private bool first = true;

    /// <param name="id">Short name for messages.</param>
    /// <param name="every">Interval.</param>
    /// <param name="prefix">Put before the names <c>load</c>, <c>memory-available</c>, <c>disk-available</c>, <c>temperature</c>.</param>
    /// <param name="datastreams">Datastreams of the gateway.</param>
    /// <param name="diskPath">A folder on the disk to watch.</param>
    /// <param name="clock">Clock of interval and readings.</param>
    /// <param name="logger">Where a missing file is told of, once.</param>
    /// <param name="root">Where <c>proc</c> and <c>sys</c> lie; another folder in tests.</param>
    public HostSensor(
        string id, TimeSpan every, string prefix, GatewayDatastreams datastreams, string diskPath, TimeProvider clock, ILogger logger,
        string root = "/")
    {
        ArgumentNullException.ThrowIfNull(datastreams);
        Id = id;
        this.clock = clock;
        this.logger = logger;
        this.root = root;
        this.diskPath = diskPath;
        load = Name("load");
        memory = Name("memory-available");
        disk = Name("disk-available");
        temperature = Name("temperature");
        timer = new(every, clock);

        DatastreamIndex Name(string name) => datastreams.TryResolve(Encoding.UTF8.GetBytes(prefix + name), out var index)
            ? index
            : throw new InvalidOperationException($"The gateway has too many datastreams to add '{prefix}{name}'.");
    }

    /// <inheritdoc/>
    public string Id { get; }

    /// <inheritdoc/>
    public async ValueTask<SampleOutcome> SampleAsync(ReadingBatch into, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(into);
        if (!first && !await timer.WaitForNextTickAsync(cancellationToken))
            return SampleOutcome.Ended;
        first = false;
        into.Clear();
        long now = clock.GetUtcNow().UtcTicks;
        Add(into, load, now, ratio, "proc/loadavg", ParseLoad);
        Add(into, memory, now, bytes, "proc/meminfo", ParseMemory);
        Add(into, temperature, now, celsius, "sys/class/thermal/thermal_zone0/temp", ParseTemperature);
        into.Add(new(disk, now, new DriveInfo(diskPath).AvailableFreeSpace, Unit: bytes));
        return SampleOutcome.Sampled;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        timer.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Load of the last minute, for each processor: 1 = all busy.</summary>
    internal static double? ParseLoad(string text) =>
        double.TryParse(text.Split(' ')[0], NumberStyles.Float, CultureInfo.InvariantCulture, out double load) ? load / Environment.ProcessorCount : null;

    /// <summary><c>MemAvailable: 123 kB</c>, in bytes.</summary>
    internal static double? ParseMemory(string text)
    {
        foreach (string line in text.Split('\n'))
        {
            string[] parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (parts is ["MemAvailable:", var number, "kB"] && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long kibibytes))
                return kibibytes * 1024.0;
        }
        return null;
    }

    /// <summary>Thousandths of a degree.</summary>
    internal static double? ParseTemperature(string text) =>
        long.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long thousandths) ? thousandths / 1000.0 : null;

    private void Add(ReadingBatch into, DatastreamIndex datastream, long now, byte unit, string file, Func<string, double?> parse)
    {
        string path = Path.Combine(root, file);
        string why;
        try
        {
            if (parse(File.ReadAllText(path)) is { } value)
            {
                into.Add(new(datastream, now, value, Unit: unit));
                return;
            }
            why = "its content is not understood";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            why = exception.Message;
        }
        // No value is no reading: a machine without a thermometer is silent about its temperature.
        if (told.Add(file))
            Log.SensorPartUnreadable(logger, Id, path, why);
    }
}
