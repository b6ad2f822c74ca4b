using System.Buffers;
using SensorGrid.FieldProtocols.Sessions;

namespace SensorGrid.FieldProtocols.Sl651;

/// <summary>The centre's side of a connection on which stations speak SL 651-2014 (6.3 modes M1 to M4, 附录 B). A connection may carry many stations: answers go by
/// the address of the frame, never to "the" station.</summary>
/// <remarks>
/// <code>
/// frame                                   wish, and what is sent
/// keep-alive 2F                           nothing
/// downlink, header that cannot be         nothing, counted
/// report or answer, new                   Keep; when durable: ETB → ACK, else ESC or EOT; an answer ends its command
/// the same again, bit by bit              confirmed again, not kept again
/// not durable                             nothing: the station keeps it and comes again
/// packet of a report                      gathered; the last that was missing → Keep of all; when durable: SYN, ESC or EOT, total of total
/// ETX, or silence, while packets miss     a NAK for each, two rounds; dropped after 60 s of silence
/// function that the standard lacks        Keep; confirmed when it is in 30 to 3F and ends with ETX
/// </code>
/// </remarks>
public sealed class Sl651CentreSession : IFieldSession
{
    private readonly Sl651CentreOptions options;
    private readonly Sl651CommandQueue commands;
    private readonly Sl651PacketGatherer packets;
    private readonly Dictionary<Sl651Address, Sl651StationState> stations = [];
    private readonly Func<string, Sl651StationState?> find;
    private byte[] copy = new byte[512];
    private long now;

    // What Kept answers.
    private Sl651StationState? pendingStation;
    private Sl651Header pendingHeader;
    private Sl651Reassembly? pendingReport;
    private (ulong Time, uint SerialAndFunction, uint Crc) pendingKey;
    private int pendingSerial;
    private bool isPendingAnswer;
    private long? pendingSentAt;

    /// <param name="options">Bounds and times.</param>
    /// <param name="commandFinished">Told how each command ended.</param>
    public Sl651CentreSession(Sl651CentreOptions? options = null, Action<Sl651Command, Sl651CommandOutcome>? commandFinished = null)
    {
        this.options = options ?? new();
        commands = new(this.options, commandFinished);
        packets = new(this.options);
        find = Find;
    }

    /// <inheritdoc/>
    public string Station { get; private set; } = "";

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Payload { get; private set; }

    /// <inheritdoc/>
    public long DueAtTicks => Math.Min(commands.DueAtTicks, packets.DueAtTicks);

    /// <summary>Frames that came again after they were kept.</summary>
    public long Repeats { get; private set; }

    /// <summary>Frames of which nothing can be used: downlinks, headers that cannot be.</summary>
    public long Unusable { get; private set; }

    /// <summary>Reports in packets that were given up: too long, too many at once, or not whole in time.</summary>
    public long DroppedReports => packets.Dropped;

    /// <summary>Commands that got no answer.</summary>
    public long TimedOutCommands => commands.TimedOut;

    /// <summary>What is remembered now, for tests of the bounds.</summary>
    internal (int Stations, int Reports, int Commands, int Refills) Held => (stations.Count, packets.Count, commands.Waiting.Commands, commands.Waiting.Refills);

    /// <inheritdoc/>
    public FieldSessionWish Take(ReadOnlySpan<byte> frame, long nowTicks, IBufferWriter<byte> output)
    {
        now = nowTicks;
        Payload = default;
        pendingStation = null;
        if (!Sl651FrameView.TryRead(frame, out var view, out _) || view.Header.Direction == Sl651Direction.Down)
        {
            Unusable++;
            return FieldSessionWish.None;
        }
        var station = Heard(view);
        var wish = view.Header.Function == Sl651Function.KeepAlive ? FieldSessionWish.None
            : view.Header.IsPacket && view.Header.Total > 1 ? TakePacket(view, frame, station, output)
            : TakeSingle(view, frame, station, output);
        // While a frame is on its way into the log its confirmation comes first.
        return (wish & FieldSessionWish.Keep) != 0 ? wish : wish | Run(output);
    }

    /// <inheritdoc/>
    public FieldSessionWish Kept(bool isDurable, long nowTicks, IBufferWriter<byte> output)
    {
        now = nowTicks;
        if (pendingStation is not { } station)
            return FieldSessionWish.None;
        pendingStation = null;
        Payload = default;
        // Silence: the station keeps the report and sends it again.
        if (!isDurable)
            return FieldSessionWish.None;
        var wish = FieldSessionWish.None;
        if (pendingReport is { } report)
        {
            (station.PacketCrcs, station.PacketFunction, station.PacketSerial) = (report.Crcs, pendingHeader.Function, pendingSerial);
            pendingReport = null;
            Sl651FrameWriter.WritePacketAnswer(output, Closing(pendingHeader), pendingHeader.Total, pendingHeader.Total, pendingSerial, now);
            wish = FieldSessionWish.Send;
        }
        else
        {
            station.Remember(pendingKey);
            if (IsConfirmed(pendingHeader))
                wish = Confirm(pendingHeader, pendingSerial, output);
        }
        if (isPendingAnswer)
            EndAnswer(pendingHeader.End);
        CheckClock(station, pendingSentAt);
        return wish | Run(output);
    }

    /// <inheritdoc/>
    public FieldSessionWish Tick(long nowTicks, IBufferWriter<byte> output)
    {
        now = nowTicks;
        bool hasWritten = packets.Run(now, output);
        return (hasWritten ? FieldSessionWish.Send : FieldSessionWish.None) | Run(output);
    }

    /// <inheritdoc/>
    public bool TryRefill(string station, long fromTicks, long untilTicks)
    {
        // 38H has no form in the ASCII encoding.
        if (untilTicks <= fromTicks || Find(station) is not { } state || state.Header.Encoding != Sl651Encoding.Hex)
            return false;
        int[] codes = state.ElementCount > 0 ? state.Elements.ToArray() : [.. options.RefillElements];
        return commands.TryAdd(new Sl651Refill(station, codes, fromTicks, untilTicks, options), now);
    }

    /// <summary>Sends a command when its turn comes: one is under way at a time. False when the station was not heard on this connection, when too many wait, or when
    /// the command has no form in the station's encoding.</summary>
    public bool TrySend(Sl651Command command) =>
        Find(command.Station) is { } state && (state.Header.Encoding == Sl651Encoding.Hex || command.Content.Length == 0) && commands.TryAdd(command, now);

    private FieldSessionWish TakeSingle(in Sl651FrameView view, ReadOnlySpan<byte> frame, Sl651StationState station, IBufferWriter<byte> output)
    {
        if (station.IsRepeat(view))
        {
            // It is on disk, and its confirmation was lost.
            Repeats++;
            if (commands.IsAnswer(view.Header))
                EndAnswer(view.Header.End);
            return IsConfirmed(view.Header) ? Confirm(view.Header, view.Serial, output) : FieldSessionWish.None;
        }
        if (Sl651Functions.IsReport(view.Header.Function))
            station.Learn(view);
        if (copy.Length < frame.Length)
            copy = new byte[frame.Length];
        frame.CopyTo(copy);
        Payload = copy.AsMemory(0, frame.Length);
        Await(view.Header, station, view.Serial, view);
        pendingReport = null;
        return FieldSessionWish.Keep;
    }

    private FieldSessionWish TakePacket(in Sl651FrameView view, ReadOnlySpan<byte> frame, Sl651StationState station, IBufferWriter<byte> output)
    {
        if (commands.IsAnswer(view.Header))
            commands.Prolong(now);
        var (report, isWhole) = packets.Take(view, frame, station, now, output, out bool hasWritten);
        if (report is null)
        {
            Repeats++;
            // The last packet of a report that is on disk: its confirmation was lost.
            if (view.Header.End != Sl651End.Etx)
                return FieldSessionWish.None;
            Sl651FrameWriter.WritePacketAnswer(output, Closing(view.Header), view.Header.Total, view.Header.Total, station.PacketSerial, now);
            return FieldSessionWish.Send;
        }
        if (!isWhole)
            return hasWritten ? FieldSessionWish.Send : FieldSessionWish.None;
        Payload = report.Join();
        Await(view.Header, station, report.Serial, view);
        pendingReport = report;
        return FieldSessionWish.Keep;
    }

    private void Await(in Sl651Header header, Sl651StationState station, int serial, in Sl651FrameView view)
    {
        (pendingStation, pendingHeader, pendingSerial) = (station, header, serial);
        pendingKey = Sl651StationState.KeyOf(view);
        isPendingAnswer = commands.IsAnswer(header);
        pendingSentAt = view.TryGetSendTime(out long sentAt) ? sentAt : null;
        if (isPendingAnswer)
            commands.Prolong(now);
    }

    // Everything but what the standard does not know outside of 30 to 3F.
    private static bool IsConfirmed(in Sl651Header header) => header.Function.IsKnown() || Sl651Functions.IsReport(header.Function) && header.End == Sl651End.Etx;

    private FieldSessionWish Confirm(in Sl651Header header, int serial, IBufferWriter<byte> output)
    {
        var head = header.End == Sl651End.Etb ? Sl651FrameHead.AnswerTo(header, Sl651End.Ack) : Closing(header);
        if (header.IsPacket)
            Sl651FrameWriter.WritePacketAnswer(output, head, header.Total, header.Total, serial, now);
        else
            Sl651FrameWriter.WriteConfirmation(output, head, serial, now);
        return FieldSessionWish.Send;
    }

    private Sl651FrameHead Closing(in Sl651Header header) => Sl651FrameHead.AnswerTo(header, options.HoldsStations ? Sl651End.Esc : Sl651End.Eot);

    // ETB says that more of the answer follows.
    private void EndAnswer(Sl651End end)
    {
        if (end == Sl651End.Etb)
            commands.Prolong(now);
        else
            commands.Answered(now);
    }

    private void CheckClock(Sl651StationState station, long? sentAt)
    {
        if (options.ClockTolerance is not { } tolerance || sentAt is not { } stationTicks || Math.Abs(now - stationTicks) <= tolerance.Ticks ||
            station.ClockSetAtTicks != 0 && now - station.ClockSetAtTicks < options.ClockPause.Ticks)
            return;
        station.ClockSetAtTicks = now;
        // Twice: a clock that is off by more than five minutes takes it only then.
        _ = TrySend(Sl651Command.SetClock(station.Text)) && TrySend(Sl651Command.SetClock(station.Text));
    }

    private FieldSessionWish Run(IBufferWriter<byte> output) => commands.Run(find, now, output) ? FieldSessionWish.Send : FieldSessionWish.None;

    private Sl651StationState? Find(string station) =>
        Sl651Address.TryParse(station, out var address) && stations.TryGetValue(address, out var state) ? state : null;

    private Sl651StationState Heard(in Sl651FrameView view)
    {
        if (!stations.TryGetValue(view.Header.Station, out var state))
        {
            if (stations.Count >= options.MaxStations)
                stations.Remove(stations.Values.MinBy(other => other.HeardAtTicks)!.Address);
            state = new(view.Header.Station, view.Header.Station.ToString());
            stations.Add(view.Header.Station, state);
        }
        state.Header = view.Header;
        state.HeardAtTicks = now;
        Station = state.Text;
        return state;
    }
}
