using SensorGrid.FieldProtocols.Modbus;

namespace SensorGrid.Edge.Sensors.Modbus;

/// <summary>One device on a line.</summary>
/// <param name="Unit">Unit or slave address.</param>
/// <param name="Registers">Its map, the names with their prefix.</param>
/// <param name="MostRegisters">Most registers it gives at once.</param>
/// <param name="Gap">Most unwanted registers that are read along.</param>
public sealed record ModbusDevice(
    byte Unit, IReadOnlyList<ModbusRegister> Registers, int MostRegisters = ModbusRequest.MaxRegisters, int Gap = ModbusPlan.DefaultGap);

/// <summary>When the reads of a device are due, and for how long it is left alone after it did not answer.</summary>
internal sealed class ModbusSchedule
{
    /// <summary>Questions in a row without an answer after which a device is left alone for a while: one may be lost on any line.</summary>
    private const int Attempts = 3;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    private readonly IReadOnlyList<ModbusRead> reads;
    private readonly long[] dueAtTicks;
    private long pausedUntilTicks;
    private TimeSpan pause = FirstPause;
    private int failures;

    public ModbusSchedule(ModbusDevice device, long nowTicks)
    {
        Device = device;
        reads = ModbusPlan.For(device.Unit, device.Registers, device.MostRegisters, device.Gap);
        dueAtTicks = new long[reads.Count];
        Array.Fill(dueAtTicks, nowTicks);
    }

    public ModbusDevice Device { get; }

    /// <summary>When this device is next to be asked, and what.</summary>
    public (long AtTicks, int Index) Next()
    {
        int first = 0;
        for (int i = 1; i < dueAtTicks.Length; i++)
        {
            if (dueAtTicks[i] < dueAtTicks[first])
                first = i;
        }
        return (Math.Max(dueAtTicks[first], pausedUntilTicks), first);
    }

    public ModbusRead this[int index] => reads[index];

    /// <summary>It answered; the next time is a whole number of intervals later, and what was missed is not made up for.</summary>
    public void Answered(int index, long nowTicks)
    {
        failures = 0;
        pause = FirstPause;
        Advance(index, nowTicks);
    }

    /// <summary>It did not answer.</summary>
    /// <returns>For how long it is left alone now; zero while it is asked again at once.</returns>
    public TimeSpan Failed(int index, long nowTicks)
    {
        if (++failures < Attempts)
            return TimeSpan.Zero;
        var rest = pause;
        pausedUntilTicks = nowTicks + rest.Ticks;
        pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
        // After the pause one question is enough to know.
        failures = Attempts - 1;
        Advance(index, nowTicks);
        return rest;
    }

    private void Advance(int index, long nowTicks)
    {
        long every = reads[index].Registers[0].Every.Ticks;
        long late = Math.Max(0, nowTicks - dueAtTicks[index]);
        dueAtTicks[index] += (late / every + 1) * every;
    }
}
