using System.Buffers;
using System.Text;
using SensorGrid.FieldProtocols.Sessions;

namespace SensorGrid.FieldProtocols.Hj212;

/// <summary>The centre's side of one connection (HJ 212-2017, 6.2 and annex C). Uploads are answered when they are durable, each packet of a split report by itself;
/// repeats of what is durable are answered at once; signs of life and the wish for the time too. Commands and refills go out one at a time.</summary>
/// <remarks><code>
/// (packet)                          → what is done
/// upload, new                       → kept; durable: 9014 if it asks for one, not durable: nothing, so it comes again
/// upload, repeat of a durable one   → 9014 if it asks for one
/// 9021, 9015                        → 9014 if it asks for one, 9013
/// 1013                              → 9013, then 1012
/// 9011, 9012, 9013                  → to the command under way, if it is about it; else nothing
/// 9014                              → nothing
/// any, with a wrong password        → nothing (where it is checked); 9011 to 9013 still end the command under way
/// </code></remarks>
public sealed class Hj212CentreSession : IFieldSession
{
    private readonly Hj212CentreOptions options;
    private readonly Hj212Memory names;
    private readonly Hj212Repeats repeats;
    private readonly Hj212SplitReports reports;
    private readonly Hj212CommandLine commands;
    private readonly Hj212AreaWriter area = new();

    // The upload that is being kept.
    private readonly ArrayBufferWriter<byte> payload = new();
    private readonly ArrayBufferWriter<byte> answer = new();
    private UInt128? digest;
    private int frameStart;
    private bool isKeeping;

    /// <param name="options">Bounds and times; null for the defaults.</param>
    public Hj212CentreSession(Hj212CentreOptions? options = null)
    {
        this.options = options ?? new();
        names = new(0, this.options.MaxStations);
        repeats = new(this.options.RememberedUploads);
        reports = new(this.options.MaxOpenReports, this.options.AnswerTimeout.Ticks);
        commands = new(this.options);
    }

    /// <inheritdoc/>
    public string Station { get; private set; } = "";

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Payload => payload.WrittenMemory;

    /// <inheritdoc/>
    public long DueAtTicks => Math.Min(commands.DueAtTicks, reports.DueAtTicks);

    /// <summary>Uploads that came again after they were durable.</summary>
    public long Repeats { get; private set; }

    /// <summary>Split reports of which every packet came.</summary>
    public long CompleteReports => reports.Complete;

    /// <summary>Split reports given up with packets missing; those that came are kept.</summary>
    public long IncompleteReports => reports.Incomplete;

    /// <summary>Answers that could not be written, because what they must repeat cannot stand in a packet.</summary>
    public long Unanswerable { get; private set; }

    /// <summary>Pieces of refills that did not come.</summary>
    public long FailedRefills => commands.FailedRefills;

    /// <inheritdoc/>
    public FieldSessionWish Take(ReadOnlySpan<byte> frame, long nowTicks, IBufferWriter<byte> output)
    {
        isKeeping = false;
        payload.ResetWrittenCount();
        if (!Hj212Packet.TryOpen(frame, out var packet))
        {
            Station = "";
            return FieldSessionWish.None;
        }
        Station = names.Text(packet.Mn);
        if (options.Stations.Of(packet.Mn) is { CheckPassword: true, Password: { } password } && !packet.Pw.SequenceEqual(password.Bytes))
            return TurnAway(packet, nowTicks) | commands.Send(nowTicks, output);
        commands.Heard(Station, packet);
        int command = packet.Command;
        var wish = FieldSessionWish.None;
        switch (command)
        {
            case 9011 or 9012 or 9013:
                commands.Answered(Station, packet, nowTicks);
                break;
            case 9014:
                break;
            case 9015:
                wish = Answer(packet, 9013, output);
                break;
            case 9021:
                wish = WantsAnswer(packet) ? Answer(packet, 9014, output) : wish;
                break;
            case 1013:
                wish = Answer(packet, 9013, output);
                commands.TrySetClock(Station, FindInstrument(packet));
                break;
            default:
                wish = TakeUpload(packet, frame, nowTicks, output);
                break;
        }
        return wish | commands.Send(nowTicks, output);
    }

    /// <inheritdoc/>
    public FieldSessionWish Kept(bool isDurable, long nowTicks, IBufferWriter<byte> output)
    {
        if (!isKeeping)
            return FieldSessionWish.None;
        isKeeping = false;
        if (!isDurable)
            return FieldSessionWish.None;
        repeats.Add(digest);
        var frame = payload.WrittenSpan[frameStart..];
        if (Hj212Packet.TryOpen(frame, out var packet) && packet.IsSplit)
            reports.Came(Station, packet, frame, nowTicks);
        if (answer.WrittenCount == 0)
            return FieldSessionWish.None;
        output.Write(answer.WrittenSpan);
        return FieldSessionWish.Send;
    }

    /// <inheritdoc/>
    public FieldSessionWish Tick(long nowTicks, IBufferWriter<byte> output)
    {
        reports.Expire(nowTicks);
        return commands.Tick(nowTicks, output);
    }

    /// <inheritdoc/>
    public bool TryRefill(string station, long fromTicks, long untilTicks) => commands.TryRefill(station, fromTicks, untilTicks);

    /// <summary>Sends a command to a station heard on this connection, after what waits already.</summary>
    /// <param name="station">Its MN.</param>
    /// <param name="command">CN.</param>
    /// <param name="parameters">Its data area, as <see cref="Hj212Areas"/> makes them; copied.</param>
    /// <returns>False when the station was not heard, or too much waits.</returns>
    public bool TryCommand(string station, int command, Hj212AreaWriter? parameters = null) =>
        commands.TryAdd(station, command, parameters is null ? [] : parameters.Area.ToArray());

    /// <summary>Sets a clock (1012) to the time at which the command goes out.</summary>
    /// <param name="station">Its MN.</param>
    /// <param name="instrument">An instrument's code, or null for the logger.</param>
    public bool TrySetClock(string station, string? instrument = null) => commands.TrySetClock(station, instrument);

    /// <summary>Reads a clock (1011).</summary>
    public bool TryReadClock(string station, string? instrument = null) =>
        Hj212Areas.Instrument(area, instrument) == Hj212WriteError.None && TryCommand(station, 1011, area);

    /// <summary>Sets how long the station waits and how often it sends again (1000).</summary>
    public bool TrySetTimeOuts(string station, int overTimeSeconds, int resends) =>
        Hj212Areas.TimeOuts(area, overTimeSeconds, resends) == Hj212WriteError.None && TryCommand(station, 1000, area);

    /// <summary>Sets the seconds between real-time data (1062).</summary>
    public bool TrySetRealTimeInterval(string station, int seconds) =>
        Hj212Areas.RealTimeInterval(area, seconds) == Hj212WriteError.None && TryCommand(station, 1062, area);

    /// <summary>Sets the minutes between minute data (1064).</summary>
    public bool TrySetMinuteInterval(string station, int minutes) =>
        Hj212Areas.MinuteInterval(area, minutes) == Hj212WriteError.None && TryCommand(station, 1064, area);

    /// <summary>Asks for what was measured (2011, 2031, 2041, 2051, 2061), as one request.</summary>
    /// <param name="station">Its MN.</param>
    /// <param name="command">Which data.</param>
    /// <param name="beginTicks">From, UTC ticks, inclusive.</param>
    /// <param name="endTicks">To, UTC ticks, inclusive.</param>
    public bool TryQuery(string station, int command, long beginTicks, long endTicks) =>
        Hj212Refill.IsPossible(command) && Hj212Areas.Period(area, beginTicks, endTicks) == Hj212WriteError.None && TryCommand(station, command, area);

    /// <summary>Starts or stops the sending of real-time data (2011, 2012).</summary>
    public bool TrySetRealTime(string station, bool isOn) => TryCommand(station, isOn ? 2011 : 2012);

    /// <summary>Starts or stops the sending of equipment states (2021, 2022).</summary>
    public bool TrySetStates(string station, bool isOn) => TryCommand(station, isOn ? 2021 : 2022);

    /// <summary>Has an instrument do something: calibrate (3011), sample (3012), clean (3013), sample for comparison (3014).</summary>
    public bool TryInstrument(string station, int command, string instrument) =>
        command is >= 3011 and <= 3014 && Hj212Areas.Instrument(area, instrument) == Hj212WriteError.None && TryCommand(station, command, area);

    /// <summary>Reads logs, states or parameters (3020).</summary>
    public bool TryReadInformation(string station, string instrument, string information, long? beginTicks = null, long? endTicks = null) =>
        Hj212Areas.Information(area, instrument, information, beginTicks, endTicks) == Hj212WriteError.None && TryCommand(station, 3020, area);

    /// <summary>How a command ended; those of refills are not told.</summary>
    public bool TryTakeOutcome(out Hj212CommandOutcome outcome) => commands.TryTakeOutcome(out outcome);

    // A station that finds our password wrong says so with its own (9011, QnRtn 3).
    private FieldSessionWish TurnAway(scoped in Hj212Packet packet, long nowTicks)
    {
        if (packet.Command is 9011 or 9012 or 9013)
            commands.Answered(Station, packet, nowTicks);
        return FieldSessionWish.TurnAway;
    }

    private FieldSessionWish TakeUpload(scoped in Hj212Packet packet, ReadOnlySpan<byte> frame, long nowTicks, IBufferWriter<byte> output)
    {
        commands.DataCame(Station, packet.Command, nowTicks);
        digest = Hj212Repeats.DigestOf(packet);
        if (repeats.Contains(digest))
        {
            Repeats++;
            return WantsAnswer(packet) ? Answer(packet, 9014, output) : FieldSessionWish.None;
        }
        answer.ResetWrittenCount();
        if (WantsAnswer(packet))
            Answer(packet, 9014, answer);
        // Of a later packet without a time the first one says it, so they go into the log together.
        var head = packet.IsSplit && Hj212Exchange.Find(packet.Area, "DataTime"u8).IsEmpty ? reports.HeadFor(Station, packet) : default;
        payload.Write(head);
        payload.Write(frame);
        frameStart = head.Length;
        isKeeping = true;
        return FieldSessionWish.Keep;
    }

    private bool WantsAnswer(scoped in Hj212Packet packet) =>
        packet.Flag is { WantsAnswer: true } || options.Stations.Of(packet.Mn).AnswerAll;

    // 6.2: QN, PW and MN go back as they came; 2005 has the number in the data area.
    private FieldSessionWish Answer(scoped in Hj212Packet packet, int command, IBufferWriter<byte> output)
    {
        area.Clear();
        bool isOf2005 = packet.Flag is not { Version: > 0 };
        var error = Hj212WriteError.None;
        if (isOf2005 && !packet.Qn.IsEmpty)
            error = area.Add("QN"u8, packet.Qn);
        if (error == Hj212WriteError.None && packet.PacketNumber > 0 && options.Stations.Of(packet.Mn).EchoPacketNumber)
            error = area.NextItem().Add("PNO"u8, packet.PnoText);
        if (error == Hj212WriteError.None)
        {
            error = Hj212FrameWriter.TryWrite(
                new()
                {
                    Qn = isOf2005 ? default : packet.Qn,
                    St = "91"u8,
                    Command = command,
                    Pw = packet.Pw,
                    Mn = packet.Mn,
                    Flag = packet.Flag is { } flag ? new Hj212Flag((byte)(flag.Value & ~3)) : null,
                },
                area.Area, output);
        }
        if (error == Hj212WriteError.None)
            return FieldSessionWish.Send;
        Unanswerable++;
        return FieldSessionWish.None;
    }

    private static string? FindInstrument(scoped in Hj212Packet packet)
    {
        var instrument = Hj212Exchange.Find(packet.Area, "PolId"u8);
        return instrument.IsEmpty ? null : Encoding.UTF8.GetString(instrument);
    }
}
