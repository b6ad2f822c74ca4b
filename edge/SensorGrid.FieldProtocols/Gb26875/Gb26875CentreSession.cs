using System.Buffers;
using System.Buffers.Binary;
using SensorGrid.FieldProtocols.Frames;
using SensorGrid.FieldProtocols.Sessions;

namespace SensorGrid.FieldProtocols.Gb26875;

/// <summary>The centre's side of a connection to fire user information transmission devices (GB/T 26875.3-2011, 6.2 to 6.5). Confirms uploads that
/// are durable, sends commands one at a time, sets clocks, asks for states, watches roll calls. One device is usual; a concentrator may bring up to
/// 64.</summary>
/// <remarks><code>
/// command from the device | done
/// 2, not seen before      | keep; confirmed (3) when durable, denied (6) when not: the device sends it again
/// 2, sum or end wrong     | denied (6)
/// 2, a repeat             | confirmed (3), not kept
/// 3, 6                    | ends, or denies, the command whose serial it repeats; any other: nothing
/// 5                       | keep; ends the request whose serial it repeats when durable; of the wrong type, the request is sent again
/// 1, 4                    | denied (6): only a centre sends them
/// 0, 7 to 255             | denied (6), or like 2 when DataCommands has it
/// </code></remarks>
public sealed class Gb26875CentreSession : IFieldSession
{
    private const int MaxDevices = 64;
    private const int MaxOutcomes = 64;

    // 操作标志 of type 24: 查岗应答.
    private const int RollCallAnswerBit = 5;

    private static readonly TimeSpan ClockPause = TimeSpan.FromHours(1);

    private readonly Gb26875SessionOptions options;
    private readonly byte[] payload = new byte[Gb26875Frame.MaxBytes];
    private readonly List<ConnectedDevice> devices = [];
    private readonly Queue<CommandExchange> waiting = [];
    private readonly Queue<OutageRefill> refills = [];
    private readonly Queue<Gb26875CommandOutcome> outcomes = [];
    private readonly List<(int Ticket, ConnectedDevice Device, long UntilTicks)> rollCalls = [];
    private readonly RepeatMemory repeats;
    private int payloadLength;
    private ConnectedDevice? speaker;
    private CommandExchange? open;
    private ushort? nextSerial;
    private int lastTicket;
    private long heardAt;
    private long silentAt = long.MaxValue;
    private bool isLost;

    /// <summary>With the options' defaults.</summary>
    public Gb26875CentreSession()
        : this(new())
    {
    }

    /// <param name="options">How.</param>
    public Gb26875CentreSession(Gb26875SessionOptions options)
    {
        this.options = options;
        nextSerial = options.FirstSerial;
        repeats = new(options.MaxRememberedUploads, options.RepeatWindow);
    }

    /// <inheritdoc/>
    public string Station => speaker?.Station ?? "";

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Payload => payload.AsMemory(0, payloadLength);

    /// <summary>Commands that wait, the one under way included.</summary>
    public int CommandsUnderWay => waiting.Count + (open is null ? 0 : 1);

    /// <summary>Outcomes that nobody took and that made room for later ones.</summary>
    public long OutcomesDropped { get; private set; }

    /// <inheritdoc/>
    public long DueAtTicks
    {
        get
        {
            if (open is null && (waiting.Count > 0 || refills.Count > 0))
                return 0;
            long due = Math.Min(open?.DueAt ?? long.MaxValue, silentAt);
            foreach (var device in devices)
                due = Math.Min(due, Math.Min(device.ClockDueAt, device.PollDueAt));
            foreach (var rollCall in rollCalls)
                due = Math.Min(due, rollCall.UntilTicks);
            return due;
        }
    }

    /// <inheritdoc/>
    public FieldSessionWish Take(ReadOnlySpan<byte> frame, long nowTicks, IBufferWriter<byte> output)
    {
        if (Gb26875Frame.TryRead(frame, out var packet).Code is not null)
            return FieldSessionWish.None;
        heardAt = nowTicks;
        silentAt = nowTicks + options.SilentAfter.Ticks;
        speaker = Meet(packet, nowTicks);
        switch (packet.Command)
        {
            case Gb26875Command.Send:
                return TakeData(packet, nowTicks, output);
            case Gb26875Command.Reply:
                return Keep(frame);
            case Gb26875Command.Confirm:
                if (open?.Serial == packet.Serial && open.Command.Command == Gb26875Command.Control)
                    Finish(Gb26875CommandResult.Answered, nowTicks);
                return GoOn(nowTicks, output);
            case Gb26875Command.Deny:
                // Sent again when its time is up, not at once: a device that is busy denies for as long as it is.
                if (open?.Serial == packet.Serial)
                    open.WasDenied = true;
                return GoOn(nowTicks, output);
            default:
                if (options.DataCommands.Contains((byte)packet.Command))
                    return TakeData(packet, nowTicks, output);
                Answer(packet, Gb26875Command.Deny, nowTicks, output);
                return FieldSessionWish.Send;
        }
    }

    /// <inheritdoc/>
    public FieldSessionWish Kept(bool isDurable, long nowTicks, IBufferWriter<byte> output)
    {
        if (Gb26875Frame.TryRead(Payload.Span, out var packet).Code is not null)
            return FieldSessionWish.None;
        if (!isDurable)
        {
            // A reply has no denial: the question is asked again.
            if (packet.Command == Gb26875Command.Reply)
                return FieldSessionWish.None;
            Answer(packet, Gb26875Command.Deny, nowTicks, output);
            return FieldSessionWish.Send;
        }
        speaker!.Learn(packet.Unit);
        if (packet.Command == Gb26875Command.Reply)
        {
            Replied(packet, nowTicks);
            return GoOn(nowTicks, output);
        }
        repeats.Add(packet.Bytes, nowTicks);
        HearRollCallAnswer(packet.Unit, nowTicks);
        Answer(packet, Gb26875Command.Confirm, nowTicks, output);
        return GoOn(nowTicks, output) | FieldSessionWish.Send;
    }

    /// <inheritdoc/>
    public FieldSessionWish Broken(ReadOnlySpan<byte> bytes, FrameFault fault, long nowTicks, IBufferWriter<byte> output) =>
        // Of what did not come whole nobody knows yet what it is.
        fault.Code != Gb26875Frame.Incomplete && TryDeny(bytes, nowTicks, output) ? FieldSessionWish.Send : FieldSessionWish.None;

    /// <inheritdoc/>
    public FieldSessionWish Tick(long nowTicks, IBufferWriter<byte> output)
    {
        for (int i = rollCalls.Count - 1; i >= 0; i--)
        {
            if (nowTicks >= rollCalls[i].UntilTicks)
                EndRollCall(i, Gb26875CommandResult.NobodyOnDuty, nowTicks);
        }
        foreach (var device in devices)
            Plan(device, nowTicks);
        if (nowTicks >= silentAt)
        {
            silentAt = nowTicks + options.SilentAfter.Ticks;
            if (CommandsUnderWay == 0 && speaker is not null)
                Ask(speaker, Gb26875UnitType.ReadDeviceState);
        }
        return GoOn(nowTicks, output);
    }

    /// <summary>Gives a command to be sent after those that wait. Its end comes out of <see cref="TryTakeOutcome"/>.</summary>
    /// <param name="command">What.</param>
    /// <param name="ticket">Number of it.</param>
    /// <param name="device">To whom; null for the device that spoke last.</param>
    /// <returns>False when too many wait, or the device has not spoken on this connection.</returns>
    public bool TrySend(Gb26875CentreCommand command, out int ticket, DeviceAddress? device = null)
    {
        ticket = 0;
        var to = device is { } address ? DeviceOf(address) : speaker;
        if (to is null || !TryEnqueue(new(lastTicket + 1, command, to)))
            return false;
        ticket = ++lastTicket;
        return true;
    }

    /// <summary>How a command ended; false when none has since.</summary>
    public bool TryTakeOutcome(out Gb26875CommandOutcome outcome) => outcomes.TryDequeue(out outcome);

    /// <inheritdoc/>
    public bool TryRefill(string station, long fromTicks, long untilTicks)
    {
        var device = devices.Find(each => each.Station == station);
        if (device is null || fromTicks >= untilTicks || refills.Count >= options.MaxRefills)
            return false;
        refills.Enqueue(new(device, fromTicks, untilTicks, (byte)options.RefillRecords));
        return true;
    }

    /// <summary>Denies what is no good packet, where its header is whole and asks for an answer (6.5: a wrong sum, start or end); else the sender's
    /// time runs out.</summary>
    /// <param name="bytes">What came, from its start mark.</param>
    /// <param name="nowTicks">Now, UTC ticks.</param>
    /// <param name="output">Gets the denial.</param>
    /// <returns>Whether one was written.</returns>
    public bool TryDeny(ReadOnlySpan<byte> bytes, long nowTicks, IBufferWriter<byte> output)
    {
        if (bytes.Length < Gb26875Frame.HeaderBytes || !bytes.StartsWith(Gb26875Frame.StartMark) ||
            bytes[Gb26875Frame.CommandAt] != (byte)Gb26875Command.Send)
            return false;
        // The header alone, made into a packet of its own.
        var header = new Gb26875Header(
            BinaryPrimitives.ReadUInt16LittleEndian(bytes[Gb26875Frame.SerialAt..]), default,
            DeviceAddress.Read(bytes[Gb26875Frame.SourceAt..]), DeviceAddress.Read(bytes[Gb26875Frame.DestinationAt..]), default)
        { MajorVersion = bytes[4], UserVersion = bytes[5] };
        Answer(header, Gb26875Command.Deny, nowTicks, output);
        return true;
    }

    private FieldSessionWish TakeData(Gb26875Frame packet, long nowTicks, IBufferWriter<byte> output)
    {
        // A clock that stands still makes different events look alike, so nothing without a time is a repeat.
        bool isAnswered = packet.SentAt.IsValid && repeats.Holds(packet.Bytes, nowTicks);
        bool isHeartbeat = packet.Unit.Layout == UnitLayout.Empty && !options.KeepHeartbeats;
        if (!isAnswered && !isHeartbeat)
            return Keep(packet.Bytes);
        Answer(packet, Gb26875Command.Confirm, nowTicks, output);
        return GoOn(nowTicks, output) | FieldSessionWish.Send;
    }

    private FieldSessionWish Keep(ReadOnlySpan<byte> frame)
    {
        frame.CopyTo(payload);
        payloadLength = frame.Length;
        return FieldSessionWish.Keep;
    }

    private ConnectedDevice? DeviceOf(DeviceAddress address) => devices.Find(each => each.Address == address);

    private ConnectedDevice Meet(Gb26875Frame packet, long nowTicks)
    {
        var device = DeviceOf(packet.Source);
        if (device is null)
        {
            // Beyond the limit the one that came first is forgotten: it is met again when it speaks.
            if (devices.Count == MaxDevices)
                devices.RemoveAt(0);
            devices.Add(device = new(packet.Source));
            device.PollDueAt = nowTicks + options.PollEvery.Ticks;
            device.ClockDueAt = options.SetClock ? nowTicks : long.MaxValue;
            Plan(device, nowTicks);
            if (options.AskOnConnect)
            {
                Ask(device, Gb26875UnitType.ReadDeviceState);
                Ask(device, Gb26875UnitType.ReadDeviceVersion);
            }
        }
        (device.Centre, device.MajorVersion, device.UserVersion) = (packet.Destination, packet.MajorVersion, packet.UserVersion);
        bool isClockWrong = !packet.SentAt.TryToUtc(out long sentAt) || Math.Abs(sentAt - nowTicks) > options.ClockTolerance.Ticks;
        if (isClockWrong && options.SetClock && nowTicks - ClockPause.Ticks > device.ClockSetAt)
            device.ClockDueAt = Math.Min(device.ClockDueAt, nowTicks);
        return device;
    }

    // What a device is told and asked without anybody's doing.
    private void Plan(ConnectedDevice device, long nowTicks)
    {
        if (nowTicks >= device.ClockDueAt)
        {
            device.ClockDueAt = nowTicks + options.ClockEvery.Ticks;
            device.ClockSetAt = nowTicks;
            if (TimeLabel.OfNow(nowTicks).IsValid)
                TryEnqueue(new(0, Gb26875CentreCommand.SetClock(), device));
        }
        if (nowTicks >= device.PollDueAt)
        {
            device.PollDueAt = nowTicks + options.PollEvery.Ticks;
            Ask(device, Gb26875UnitType.ReadDeviceState);
        }
    }

    // With a full queue it is not asked: the queue is full of questions.
    private void Ask(ConnectedDevice device, Gb26875UnitType what) => TryEnqueue(new(0, Gb26875CentreCommand.ReadDevice(what), device));

    private bool TryEnqueue(CommandExchange exchange)
    {
        if (waiting.Count >= options.MaxQueuedCommands)
            return false;
        waiting.Enqueue(exchange);
        return true;
    }

    private void Replied(Gb26875Frame packet, long nowTicks)
    {
        if (open?.Serial != packet.Serial || open.Command.Command != Gb26875Command.Request)
            return;
        var unit = packet.Unit;
        if (unit.Bytes.Length < Gb26875Unit.HeadBytes || unit.Type != UnitTypeForm.AnswerTo(open.Command.Type))
        {
            // 6.4: a wrong reply is like none.
            open.DueAt = nowTicks;
            return;
        }
        open.Refill?.Answered(unit);
        Finish(Gb26875CommandResult.Answered, nowTicks);
    }

    // Sends what may be sent now: the command under way again when its time is up, else the next one.
    private FieldSessionWish GoOn(long nowTicks, IBufferWriter<byte> output)
    {
        bool isSent = false;
        if (open is { } late && nowTicks >= late.DueAt)
        {
            if (late.Sends <= options.MaxResends)
            {
                Send(late, nowTicks, output);
                isSent = true;
            }
            else
            {
                late.Refill?.Failed();
                isLost = !late.WasDenied && heardAt < late.BeganAt && nowTicks - heardAt >= options.SilentAfter.Ticks;
                Finish(late.WasDenied ? Gb26875CommandResult.Denied : Gb26875CommandResult.TimedOut, nowTicks);
            }
        }
        if (isLost)
        {
            isLost = false;
            return FieldSessionWish.Close;
        }
        if (open is null && (open = Next()) is { } next)
        {
            next.Serial = nextSerial ?? (ushort)(nowTicks / TimeSpan.TicksPerSecond);
            nextSerial = (ushort)(next.Serial + 1);
            next.BeganAt = nowTicks;
            Send(next, nowTicks, output);
            isSent = true;
        }
        return isSent ? FieldSessionWish.Send : FieldSessionWish.None;
    }

    private CommandExchange? Next()
    {
        if (waiting.TryDequeue(out var next))
            return next;
        while (refills.TryPeek(out var refill))
        {
            if (refill.Next() is { } command)
                return new(0, command, refill.Device, refill);
            refills.Dequeue();
        }
        return null;
    }

    private void Send(CommandExchange exchange, long nowTicks, IBufferWriter<byte> output)
    {
        // A resend is the same packet (serial and time), so that a device can tell it; a clock is set to the time it really is.
        var now = TimeLabel.OfNow(nowTicks);
        if (exchange.Sends++ == 0 || exchange.Command.IsClock)
            exchange.SentAt = now;
        exchange.DueAt = nowTicks + options.AnswerTimeout.Ticks;
        var device = exchange.Device;
        var header = new Gb26875Header(exchange.Serial, exchange.SentAt, device.Centre, device.Address, exchange.Command.Command)
        { MajorVersion = device.MajorVersion, UserVersion = device.UserVersion };
        Gb26875FrameWriter.Write(header, exchange.Command.UnitAt(now), output);
    }

    private void Finish(Gb26875CommandResult result, long nowTicks)
    {
        var ended = open!;
        open = null;
        if (ended.Ticket == 0)
            return;
        if (result == Gb26875CommandResult.Answered && ended.Command.Type == Gb26875UnitType.RollCall && rollCalls.Count < options.MaxQueuedCommands)
            rollCalls.Add((ended.Ticket, ended.Device, nowTicks + ended.Command.Minutes * TimeSpan.TicksPerMinute));
        else
            Tell(new(ended.Ticket, ended.Command.Type, result, nowTicks));
    }

    private void HearRollCallAnswer(Gb26875Unit unit, long nowTicks)
    {
        if (rollCalls.Count == 0)
            return;
        foreach (var item in unit)
        {
            if (item.Type != Gb26875UnitType.DeviceOperation || (item.Operation >> RollCallAnswerBit & 1) == 0)
                continue;
            int answered = rollCalls.FindIndex(rollCall => rollCall.Device == speaker);
            if (answered >= 0)
                EndRollCall(answered, Gb26875CommandResult.OnDuty, nowTicks);
        }
    }

    private void EndRollCall(int index, Gb26875CommandResult result, long nowTicks)
    {
        Tell(new(rollCalls[index].Ticket, Gb26875UnitType.RollCall, result, nowTicks));
        rollCalls.RemoveAt(index);
    }

    private void Tell(Gb26875CommandOutcome outcome)
    {
        if (outcomes.Count == MaxOutcomes)
        {
            outcomes.Dequeue();
            OutcomesDropped++;
        }
        outcomes.Enqueue(outcome);
    }

    private void Answer(Gb26875Frame packet, Gb26875Command command, long nowTicks, IBufferWriter<byte> output) =>
        Answer(packet.Header, command, nowTicks, output);

    private void Answer(in Gb26875Header header, Gb26875Command command, long nowTicks, IBufferWriter<byte> output)
    {
        var answer = header.Answer(command, TimeLabel.OfNow(nowTicks));
        if (options.AnswersUnswapped)
            answer = answer with { Source = header.Source, Destination = header.Destination };
        Gb26875FrameWriter.Write(answer, [], output);
    }
}
