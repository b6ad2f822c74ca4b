using System.Buffers;
using SensorGrid.FieldProtocols.Frames;
using SensorGrid.FieldProtocols.Gb26875;
using SensorGrid.FieldProtocols.Sessions;

namespace SensorGrid.Simulators.Stations;

/// <summary>A fire information transmission device of GB/T 26875.3 that reports the water level of a tank (analog type 2). It keeps its uploads until they are confirmed, also when
/// it is started again, as the standard wants it.</summary>
public sealed class Gb26875Station : IStation
{
    private static readonly FirePart Tank = new(new(1, 1), 92, new(1));
    private const byte Height = 2;

    private readonly Gb26875StationSession session;
    private readonly Store store;
    private readonly StationMemory memory;
    private readonly Func<long, double> level;

    /// <param name="options">Who it is.</param>
    /// <param name="memory">What it keeps.</param>
    /// <param name="level">The tank's level at a time, metres.</param>
    /// <param name="isOnDuty">A person answers roll calls (查岗) at once; without one the device refuses them.</param>
    public Gb26875Station(Gb26875StationOptions options, StationMemory memory, Func<long, double> level, bool isOnDuty = false)
    {
        (this.memory, this.level) = (memory, level);
        session = new(options, store = new Store(memory, isOnDuty));
    }

    /// <inheritdoc/>
    public IFrameScanner Scanner { get; } = new Gb26875FrameScanner();

    /// <inheritdoc/>
    public long DueAtTicks => memory.PendingCount > 0 || store.HasPressedKey ? Math.Min(session.DueAtTicks, 0) : session.DueAtTicks;

    /// <inheritdoc/>
    public int Unacknowledged => memory.PendingCount;

    /// <inheritdoc/>
    public void Connected(long nowTicks)
    {
        // Its exchanges run by their own clocks: what was under way is sent again when its time comes.
    }

    /// <inheritdoc/>
    public bool Take(ReadOnlySpan<byte> frame, long nowTicks, IBufferWriter<byte> output) => session.Take(frame, nowTicks, output).HasFlag(FieldSessionWish.Send);

    /// <inheritdoc/>
    public bool Tick(long nowTicks, IBufferWriter<byte> output) => session.Tick(nowTicks, output).HasFlag(FieldSessionWish.Send);

    /// <inheritdoc/>
    public void Report(long observedAtTicks, long nowTicks)
    {
        memory.Keep(observedAtTicks, Math.Round(level(observedAtTicks), 2));
        memory.Pend(observedAtTicks);
    }

    private static Gb26875UnitWriter Write(Gb26875UnitWriter unit, long observedAtTicks, double value) =>
        unit.Begin(Gb26875UnitType.PartAnalog).AddAnalogValue(Tank, Height, (decimal)value, TimeLabel.FromUtc(observedAtTicks));

    private sealed class Store(StationMemory memory, bool isOnDuty) : IGb26875StationStore
    {
        // 操作标志: the person on duty has answered.
        private const byte Answered = 1 << 5;
        private const long KeyId = -1;

        private readonly Gb26875UnitWriter unit = new();
        private long pressedAtTicks;

        public bool HasPressedKey { get; private set; }

        public ushort NextSerial() => (ushort)memory.TakeNumber();

        public bool TryPeek(bool isUrgent, out StationUpload upload)
        {
            upload = default;
            if (HasPressedKey && !isUrgent)
            {
                upload = new(KeyId, unit.Begin(Gb26875UnitType.DeviceOperation).AddDeviceOperation(Answered, 1, TimeLabel.FromUtc(pressedAtTicks)).Unit.ToArray());
                return true;
            }
            if (isUrgent || !memory.TryPeekPending(out long at))
                return false;
            upload = new(at, Write(unit, at, memory.At(at)!.Value).Unit.ToArray());
            return true;
        }

        public void Confirmed(long id)
        {
            if (id == KeyId)
                HasPressedKey = false;
            else
                memory.Acknowledged(id);
        }

        public void Refused(long id)
        {
            // It is the only one of its kind and stays the next.
        }

        public bool TryAnswer(Gb26875Unit request, long nowTicks, Gb26875UnitWriter answer)
        {
            switch (request.Type)
            {
                case Gb26875UnitType.ReadDeviceState:
                    answer.Begin(Gb26875UnitType.DeviceState).AddDeviceState(1, TimeLabel.FromUtc(nowTicks));
                    return true;
                case Gb26875UnitType.ReadDeviceVersion:
                    answer.Begin(Gb26875UnitType.DeviceVersion).AddDeviceVersion(1, 0);
                    return true;
                case Gb26875UnitType.ReadPartAnalog when memory.Between(0, nowTicks) is [.., var last]:
                    Write(answer, last.Key, last.Value);
                    return true;
                default:
                    return false;
            }
        }

        public bool TryDo(Gb26875Unit control, long nowTicks)
        {
            if (control.Type != Gb26875UnitType.RollCall)
                return true;
            (HasPressedKey, pressedAtTicks) = (isOnDuty, nowTicks);
            return isOnDuty;
        }
    }
}
