using System.Buffers;
using System.Globalization;
using SensorGrid.FieldProtocols.Frames;
using SensorGrid.FieldProtocols.Gb26875;
using SensorGrid.FieldProtocols.Sessions;
using SensorGrid.Simulators.FieldTools.Encoders;

namespace SensorGrid.Simulators.FieldTools.Desk;

/// <summary>A fire information transmission device: states (1, 2, 21), analog values (3.TYPE) and operations (4, 24) as they are reported, answers out of them.
/// <c>24=32</c> is the key that answers a roll call.</summary>
public sealed class ManualGb26875Station : IManualStation
{
    private readonly Gb26875StationSession session;
    private readonly Gb26875StationMemory memory = new();
    private ReportLine? last;

    /// <param name="options">Who it is.</param>
    public ManualGb26875Station(Gb26875StationOptions options) => session = new(options, memory);

    /// <inheritdoc/>
    public IFrameScanner Scanner { get; } = new Gb26875FrameScanner();

    /// <inheritdoc/>
    public long DueAtTicks => memory.UploadsWaiting > 0 ? Math.Min(session.DueAtTicks, 0) : session.DueAtTicks;

    /// <inheritdoc/>
    public int Unacknowledged => memory.UploadsWaiting;

    /// <inheritdoc/>
    public void Connected(long nowTicks)
    {
        // Its exchanges run by their own clocks: what was under way is sent again when its time comes.
    }

    /// <inheritdoc/>
    public bool Take(ReadOnlySpan<byte> frame, long nowTicks, IBufferWriter<byte> output) => session.Take(frame, nowTicks, output).HasFlag(FieldSessionWish.Send);

    /// <inheritdoc/>
    public bool Tick(long nowTicks, IBufferWriter<byte> output) => session.Tick(nowTicks, output).HasFlag(FieldSessionWish.Send);

    /// <summary>Reports the newest report's values again.</summary>
    public void Report(long observedAtTicks, long nowTicks)
    {
        if (last is not null)
            Report(last with { Values = [.. last.Values.Select(value => value with { ObservedAtTicks = observedAtTicks })] }, nowTicks);
    }

    /// <inheritdoc/>
    public void Report(ReportLine report, long nowTicks)
    {
        foreach (var value in report.Values)
        {
            if (!Keep(value, value.ObservedAtTicks ?? nowTicks))
                throw value.Refuse("value", "too many uploads wait for their confirmation, or too many points are kept.");
        }
        last = report;
    }

    private bool Keep(FrameValue value, long at)
    {
        switch (value.Code)
        {
            case "1":
                return memory.SetSystemState(Gb26875Points.System(value), (ushort)value.Whole(0, ushort.MaxValue), at);
            case "2":
                return memory.SetPartState(Gb26875Points.Part(value), (ushort)value.Whole(0, ushort.MaxValue), "", at);
            case "4":
                return memory.Operate(Gb26875Points.System(value), (byte)value.Whole(0, 255), 1, at);
            case "21":
                return memory.SetDeviceState((byte)value.Whole(0, 255), at);
            case "24":
                return memory.Operate(null, (byte)value.Whole(0, 255), 1, at);
            case var code when code.StartsWith("3.", StringComparison.Ordinal):
                var (analog, raw) = Gb26875Points.Analog(value);
                return memory.SetAnalog(Gb26875Points.Part(value), analog, raw, at);
            default:
                throw value.Refuse("code", string.Create(CultureInfo.InvariantCulture, $"'{value.Code}' cannot be reported by hand: 1, 2, 3.TYPE, 4, 21 or 24."));
        }
    }
}
