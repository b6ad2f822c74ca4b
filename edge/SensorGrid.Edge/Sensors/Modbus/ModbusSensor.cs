using Microsoft.Extensions.Logging;
using SensorGrid.FieldProtocols;
using SensorGrid.FieldProtocols.Modbus;
using SensorGrid.Readings;

namespace SensorGrid.Edge.Sensors.Modbus;

/// <summary>Devices that speak Modbus, asked in turn on one line: each read of the plan when it is due, the latest first to be due. A device that does not answer is
/// left alone for longer and longer and does not hold up the others. What a device does not say is not made up: its datastreams fall silent.</summary>
public sealed class ModbusSensor : ISensor
{
    private readonly ModbusLink link;
    private readonly GatewayDatastreams datastreams;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly List<ModbusSchedule> schedules;
    private readonly FieldFrame values = new();

    /// <param name="id">Short name for messages.</param>
    /// <param name="link">The line; disposed with the sensor.</param>
    /// <param name="devices">Who is on it.</param>
    /// <param name="datastreams">Datastreams of the gateway.</param>
    /// <param name="clock">Clock of intervals and readings.</param>
    /// <param name="logger">Where silent devices are told of.</param>
    public ModbusSensor(string id, ModbusLink link, IReadOnlyList<ModbusDevice> devices, GatewayDatastreams datastreams, TimeProvider clock, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentNullException.ThrowIfNull(devices);
        Id = id;
        this.link = link;
        this.datastreams = datastreams;
        this.clock = clock;
        this.logger = logger;
        long now = clock.GetUtcNow().UtcTicks;
        schedules = [.. devices.Select(device => new ModbusSchedule(device, now))];
    }

    /// <inheritdoc/>
    public string Id { get; }

    /// <summary>Questions asked.</summary>
    public long Questions { get; private set; }

    /// <summary>Questions that were not answered.</summary>
    public long Unanswered { get; private set; }

    /// <summary>Questions that a device refused.</summary>
    public long Refusals { get; private set; }

    /// <inheritdoc/>
    public async ValueTask<SampleOutcome> SampleAsync(ReadingBatch into, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(into);
        into.Clear();
        while (into.Count == 0)
        {
            var (schedule, index) = await NextAsync(cancellationToken);
            var read = schedule[index];
            Questions++;
            var reply = await link.AskAsync(read.Request, cancellationToken);
            long now = clock.GetUtcNow().UtcTicks;
            if (reply.Fault is not null)
            {
                Unanswered++;
                var pause = schedule.Failed(index, now);
                if (pause > TimeSpan.Zero)
                    Log.ModbusSilent(logger, Id, read.Request.Unit, reply.Fault, pause);
                continue;
            }
            schedule.Answered(index, now);
            if (reply.Exception != ModbusException.None)
            {
                Refusals++;
                // The first, then the 2nd, 4th, 8th …
                if ((Refusals & (Refusals - 1)) == 0)
                    Log.ModbusRefused(logger, Id, read.Request.Unit, read.Request.Table.ToString(), read.Request.Address, read.Request.Count, reply.Exception.ToString(), Refusals);
                continue;
            }
            values.Clear();
            read.Decode(reply.Data.Span, now - now % TimeSpan.TicksPerMicrosecond, values);
            Add(into);
        }
        return SampleOutcome.Sampled;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => link.DisposeAsync();

    private async ValueTask<(ModbusSchedule Schedule, int Index)> NextAsync(CancellationToken cancellationToken)
    {
        var (schedule, (at, index)) = schedules.Select(one => (one, one.Next())).MinBy(one => one.Item2.AtTicks);
        long wait = at - clock.GetUtcNow().UtcTicks;
        if (wait > 0)
            await Task.Delay(TimeSpan.FromTicks(wait), clock, cancellationToken);
        return (schedule, index);
    }

    private void Add(ReadingBatch into)
    {
        foreach (ref readonly var value in values.Readings)
        {
            // A full table is the agent's to tell: names are few and of its own configuration. A value that is none is not sent: SenML has no word for it.
            if (double.IsFinite(value.Value) && datastreams.TryResolve(value.Element.NameUtf8.Span, out var datastream))
                into.Add(new(datastream, value.ObservedAtTicks, value.Value, 0, value.Kind, value.Quality, value.Element.UnitId));
        }
    }
}
