using System.Buffers;
using SensorGrid.FieldProtocols.Sessions;

namespace SensorGrid.FieldProtocols.Gb26875;

/// <summary>The device's side of a connection (GB/T 26875.3-2011, 6.2 to 6.5; part 1 for the precedence of fire): sends what its store holds and
/// keeps it until it is confirmed, answers questions and commands out of the store. Pure, bounded, not thread-safe. A new connection is a new
/// session over the same store.</summary>
/// <remarks>Two lanes, each with one packet under way: fire alarms, and everything else, which waits while there is fire. A packet that is not
/// confirmed is sent again as it was; when that was often enough, the session wants the connection closed, and goes on with a new packet if it is
/// not.</remarks>
public sealed class Gb26875StationSession
{
    private readonly Gb26875StationOptions options;
    private readonly IGb26875StationStore store;
    private readonly Lane urgent = new(true);
    private readonly Lane ordinary = new(false);
    private readonly Gb26875UnitWriter writer = new();
    private readonly RepeatMemory done;
    private readonly RepeatMemory refused;
    private long heartbeatAt;

    /// <param name="options">How.</param>
    /// <param name="store">What it keeps.</param>
    public Gb26875StationSession(Gb26875StationOptions options, IGb26875StationStore store)
    {
        this.options = options;
        this.store = store;
        // Commands that are sent again: as long as a centre that keeps to the standard does.
        var window = options.AnswerTimeout * (options.MaxResends + 2);
        (done, refused) = (new(8, window), new(8, window));
    }

    /// <summary>What its clock is ahead of the real time, ticks. A centre sets it.</summary>
    public long ClockOffsetTicks { get; set; }

    /// <summary>When <see cref="Tick"/> is wanted next, UTC ticks. What is put into the store meanwhile is sent at the next tick, whenever that
    /// is.</summary>
    public long DueAtTicks => urgent.IsBusy || ordinary.IsBusy ? Math.Min(urgent.DueAt, ordinary.DueAt) : heartbeatAt;

    /// <summary>Sends what is to be sent: call it at the beginning, when it is due, and when the store got something.</summary>
    public FieldSessionWish Tick(long nowTicks, IBufferWriter<byte> output)
    {
        var wish = GoOn(urgent, nowTicks, output);
        if (!urgent.IsBusy)
            wish |= GoOn(ordinary, nowTicks, output);
        else if (ordinary.IsBusy)
            ordinary.DueAt = Math.Max(ordinary.DueAt, urgent.DueAt);
        return wish;
    }

    /// <summary>Takes one packet.</summary>
    public FieldSessionWish Take(ReadOnlySpan<byte> frame, long nowTicks, IBufferWriter<byte> output)
    {
        if (Gb26875Frame.TryRead(frame, out var packet).Code is not null)
            return FieldSessionWish.None;
        switch (packet.Command)
        {
            case Gb26875Command.Confirm or Gb26875Command.Deny:
                Answered(packet);
                return Tick(nowTicks, output);
            case Gb26875Command.Control:
                Do(packet, nowTicks, output);
                return FieldSessionWish.Send;
            case Gb26875Command.Request:
                bool isAnswered = store.TryAnswer(packet.Unit, nowTicks + ClockOffsetTicks, writer);
                Answer(packet, isAnswered ? Gb26875Command.Reply : Gb26875Command.Deny, isAnswered ? writer.Unit : [], nowTicks, output);
                return FieldSessionWish.Send;
            default:
                Answer(packet, Gb26875Command.Deny, [], nowTicks, output);
                return FieldSessionWish.Send;
        }
    }

    private FieldSessionWish GoOn(Lane lane, long nowTicks, IBufferWriter<byte> output)
    {
        var wish = FieldSessionWish.None;
        if (lane.IsBusy && nowTicks >= lane.DueAt)
        {
            if (lane.Sends <= options.MaxResends)
                return Send(lane, nowTicks, output);
            if (lane.WasDenied && lane.Id is { } id)
                store.Refused(id);
            else if (!lane.WasDenied)
                wish = FieldSessionWish.Close;
            lane.End();
        }
        if (lane.IsBusy)
            return wish;
        if (store.TryPeek(lane.IsUrgent, out var upload))
            return wish | Begin(lane, upload.Id, upload.Unit.Span, nowTicks, output);
        return !lane.IsUrgent && nowTicks >= heartbeatAt ? wish | Begin(lane, null, [], nowTicks, output) : wish;
    }

    private FieldSessionWish Begin(Lane lane, long? id, ReadOnlySpan<byte> unit, long nowTicks, IBufferWriter<byte> output)
    {
        ushort serial = store.NextSerial();
        lane.Begin(id, serial);
        var header = new Gb26875Header(serial, Now(nowTicks), options.Address, options.Centre, Gb26875Command.Send)
        { MajorVersion = options.MajorVersion, UserVersion = options.UserVersion };
        Gb26875FrameWriter.Write(header, unit, lane.Packet);
        return Send(lane, nowTicks, output);
    }

    private FieldSessionWish Send(Lane lane, long nowTicks, IBufferWriter<byte> output)
    {
        lane.Sends++;
        lane.DueAt = nowTicks + options.AnswerTimeout.Ticks;
        heartbeatAt = nowTicks + options.HeartbeatEvery.Ticks;
        output.Write(lane.Packet.WrittenSpan);
        return FieldSessionWish.Send;
    }

    // Serials alone tell answers: some centres do not swap addresses.
    private void Answered(Gb26875Frame packet)
    {
        var lane = urgent.IsBusy && urgent.Serial == packet.Serial ? urgent : ordinary;
        if (!lane.IsBusy || lane.Serial != packet.Serial)
            return;
        if (packet.Command == Gb26875Command.Deny)
        {
            lane.WasDenied = true;
            return;
        }
        if (lane.Id is { } id)
            store.Confirmed(id);
        lane.End();
    }

    // 6.2: checks, acts, confirms. A command that is sent again is answered again and not done again.
    private void Do(Gb26875Frame packet, long nowTicks, IBufferWriter<byte> output)
    {
        bool isDone = done.Holds(packet.Bytes, nowTicks);
        if (!isDone && !refused.Holds(packet.Bytes, nowTicks))
        {
            var unit = packet.Unit;
            isDone = unit.Layout == UnitLayout.Standard && unit.Type switch
            {
                Gb26875UnitType.SetDeviceClock => TrySetClock(unit, nowTicks),
                Gb26875UnitType.InitialiseDevice or Gb26875UnitType.RollCall => true,
                _ => false,
            };
            isDone = isDone && store.TryDo(unit, nowTicks + ClockOffsetTicks);
            (isDone ? done : refused).Add(packet.Bytes, nowTicks);
        }
        Answer(packet, isDone ? Gb26875Command.Confirm : Gb26875Command.Deny, [], nowTicks, output);
    }

    private bool TrySetClock(Gb26875Unit unit, long nowTicks)
    {
        bool isTime = false;
        foreach (var item in unit)
        {
            isTime = item.Time.TryToUtc(out long time);
            if (isTime)
                ClockOffsetTicks = time - nowTicks;
        }
        return isTime;
    }

    private void Answer(Gb26875Frame packet, Gb26875Command command, ReadOnlySpan<byte> unit, long nowTicks, IBufferWriter<byte> output) =>
        Gb26875FrameWriter.Write(packet.Header.Answer(command, Now(nowTicks)), unit, output);

    private TimeLabel Now(long nowTicks) => TimeLabel.OfNow(nowTicks + ClockOffsetTicks);

    private sealed class Lane(bool isUrgent)
    {
        public bool IsUrgent { get; } = isUrgent;

        public ArrayBufferWriter<byte> Packet { get; } = new(Gb26875Frame.MaxBytes);

        public bool IsBusy { get; private set; }

        /// <summary>Which upload; null for a heartbeat.</summary>
        public long? Id { get; private set; }

        public ushort Serial { get; private set; }

        public int Sends { get; set; }

        public long DueAt { get; set; } = long.MaxValue;

        public bool WasDenied { get; set; }

        public void Begin(long? id, ushort serial)
        {
            (IsBusy, Id, Serial, Sends, WasDenied) = (true, id, serial, 0, false);
            Packet.ResetWrittenCount();
        }

        public void End() => (IsBusy, DueAt) = (false, long.MaxValue);
    }
}
