using System.Diagnostics;
using System.IO.Pipelines;
using Microsoft.Extensions.Logging;
using SensorGrid.Edge.Outbox;
using SensorGrid.Edge.Sampling;
using SensorGrid.Edge.Sensors;
using SensorGrid.Edge.Sensors.Modbus;
using SensorGrid.Edge.Uplink;
using SensorGrid.Readings;
using SensorGrid.Readings.Wire;

namespace SensorGrid.Edge.Agent;

/// <summary>
/// One gateway: sensors → outbox → uplink, from start to stop.
/// <code>sensor ─► SamplingLoop (deadband) ─► EdgeOutbox ─► MqttUplink</code>
/// Ends when it is told to, when every sensor has ended, or when the disk failed. In the first two cases it first lets the outbox
/// reach the centre, for a limited time; what is left stays in the outbox for the next start.
/// </summary>
internal sealed class AgentRun(AgentConfig config, Stream standardInput, TimeProvider clock, TextWriter output, ILogger logger)
{
    public async Task<int> RunAsync(CancellationToken stop)
    {
        var datastreams = new DatastreamTable();
        await using var outbox = EdgeOutbox.Open(
            new() { Folder = config.OutboxFolder, MostBytes = config.OutboxMostBytes, WhenFull = OutboxWhenFull.DropOldest }, clock, logger);
        var uplink = new MqttUplink(UplinkOptionsOf(config), outbox, clock, logger, Random.Shared);
        using var uplinkStop = new CancellationTokenSource();
        using var sampleStop = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var publishing = uplink.RunAsync(uplinkStop.Token);
        var told = TellConnectionAsync(uplink, uplinkStop.Token);
        var sensors = new List<ISensor>();
        try
        {
            foreach (var sensor in config.Sensors)
                sensors.Add(await CreateAsync(sensor, datastreams, sampleStop.Token));
            var sampling = Task.WhenAll(sensors.Select(sensor =>
                new SamplingLoop(sensor, new DeadbandFilter(config.Deadbands), datastreams, outbox, logger).RunAsync(sampleStop.Token)));
            var ended = await Task.WhenAny(sampling, publishing, outbox.Failed);
            await sampleStop.CancelAsync();
            if (ended == outbox.Failed)
                throw await outbox.Failed;
            await sampling;
            await FlushAsync(outbox);
            return 0;
        }
        finally
        {
            await uplinkStop.CancelAsync();
            await publishing;
            await told;
            foreach (var sensor in sensors)
                await sensor.DisposeAsync();
        }
    }

    private async Task FlushAsync(EdgeOutbox outbox)
    {
        using var limit = new CancellationTokenSource(config.FlushFor, clock);
        await outbox.WhenAcknowledgedAsync(outbox.LastKept, limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        long left = outbox.FirstUnacknowledged > outbox.LastKept ? 0 : outbox.HeldReadings;
        output.WriteLine(left == 0
            ? $"stopped: all {outbox.ReadingsKept} readings acknowledged"
            : $"stopped: {left} readings stay in {outbox.Folder}; the next start sends them");
    }

    private async Task TellConnectionAsync(MqttUplink uplink, CancellationToken cancellationToken)
    {
        output.WriteLine("ready");
        var connected = uplink.FirstConnection.WaitAsync(cancellationToken);
        await connected.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (connected.IsCompletedSuccessfully)
            output.WriteLine($"connected: {config.Broker}");
    }

    private async Task<ISensor> CreateAsync(SensorConfig sensor, DatastreamTable datastreams, CancellationToken cancellationToken)
    {
        var gateway = datastreams.ForGateway(config.Gateway);
        switch (sensor)
        {
            case HostConfig host:
                return new HostSensor("host", host.Every, host.Prefix, gateway, config.OutboxFolder, clock, logger);
            case ModbusConfig modbus:
                return new ModbusSensor($"modbus {modbus.Address}", new(modbus.Address, modbus.Timeout, clock), modbus.Devices, gateway, clock, logger);
            case LinesConfig lines:
                string name = TelemetryTopic.Format(config.Domain, config.Gateway, TelemetryTopicKind.Readings);
                if (!TelemetryTopic.TryParse(name, out var topic))
                    throw new UnreachableException($"'{name}' was just written as a topic and is not read as one.");
                var source = await OpenAsync(lines.From, cancellationToken);
                return new LineSensor($"lines from {lines.From}", source, topic, gateway, clock, logger);
            default:
                throw new ArgumentOutOfRangeException(nameof(sensor), sensor, "Not a sensor this agent knows.");
        }
    }

    private async Task<PipeReader> OpenAsync(string from, CancellationToken cancellationToken)
    {
        // Opening a named pipe waits for its writer, and a read of one cannot be cancelled on Linux. So both happen on another thread,
        // which may still sit in the read when the process ends; what it hands over waits in a bounded pipe.
        var stream = from == "stdin"
            ? standardInput
            : await Task.Run(() => (Stream)new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.ReadWrite), cancellationToken).WaitAsync(cancellationToken);
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 256 * 1024, resumeWriterThreshold: 128 * 1024));
        _ = PumpAsync(stream, pipe.Writer);
        return pipe.Reader;
    }

    private static async Task PumpAsync(Stream stream, PipeWriter writer)
    {
        try
        {
            await stream.CopyToAsync(writer);
            await writer.CompleteAsync();
        }
        catch (IOException exception)
        {
            // The reader throws it where it is read, and the agent ends with its message.
            await writer.CompleteAsync(exception);
        }
    }

    private static UplinkOptions UplinkOptionsOf(AgentConfig config) => new()
    {
        Host = config.Broker.Host,
        Port = config.Broker.Port,
        Gateway = config.Gateway,
        Domain = config.Domain,
        Agent = "SensorGrid.Edge.Agent",
        Protocol = config.Protocol,
        UserName = config.UserName,
        Password = config.PasswordFile is null ? null : File.ReadAllText(config.PasswordFile).TrimEnd('\r', '\n'),
        Window = config.Window,
        PackReadings = config.PackReadings,
        Mode = UplinkMode.LiveFirst,
    };
}
