using System.Buffers;
using SensorGrid.FieldProtocols;
using SensorGrid.FieldProtocols.Frames;
using SensorGrid.FieldProtocols.Sessions;
using SensorGrid.Ingest.Admission;
using SensorGrid.Readings;
using SensorGrid.Readings.Wire;

namespace SensorGrid.Ingest.Sources.FieldProtocols;

/// <summary>One station at the other end, whatever carries its bytes: takes frames, keeps what the session wants kept, and only then lets it acknowledge.
/// One frame at a time.</summary>
internal sealed class FieldExchange
{
    // As many stations as one link carries; further ones are heard and cannot be commanded.
    private const int MostStations = 1024;

    private readonly FieldListener listener;
    private readonly FieldCentre centre;
    private readonly ExchangeCommands commands;
    private readonly HashSet<string> entered = new(StringComparer.Ordinal);
    private readonly string peer;
    private readonly string transport;
    private readonly long openedAtTicks;
    private long heardAtTicks;
    private string lastEntered = "";
    private readonly IFieldFrameReader reader;
    private readonly FieldFrame frame = new();
    private readonly HashSet<string> met = new(StringComparer.Ordinal);
    private Reported reported;
    private string topic = "";
    private string topicStation = "";

    /// <param name="listener">Whose.</param>
    /// <param name="peer">Address and port at the other end.</param>
    /// <param name="transport"><c>tcp</c> or <c>udp</c>.</param>
    public FieldExchange(FieldListener listener, string peer, string transport)
    {
        (this.listener, this.peer, this.transport) = (listener, peer, transport);
        centre = listener.Kit.NewCentre();
        reader = listener.Kit.Format.NewReader();
        commands = new(listener, centre.Commands);
        openedAtTicks = heardAtTicks = listener.NowTicks;
    }

    /// <summary>When <see cref="TickAsync"/> is wanted, UTC ticks.</summary>
    public long DueAtTicks => commands.HasPosted ? 0 : centre.Session.DueAtTicks;

    /// <summary>What an operator should know of it. Asked by anybody.</summary>
    public StationLine Line => new(peer, transport, openedAtTicks, Volatile.Read(ref heardAtTicks));

    /// <summary>Station that spoke last.</summary>
    public string Station => centre.Session.Station;

    /// <summary>Whether another one is the same sender of datagrams at another port.</summary>
    public bool IsReplacedBy(FieldExchange newer) => transport == "udp" && newer.transport == "udp" && HostOf(peer).SequenceEqual(HostOf(newer.peer));

    /// <summary>Takes a command to one of its stations. Called by anybody.</summary>
    public bool TryPost(StationCommandRequest request) => commands.TryPost(request);

    /// <summary>Completes when a command was taken.</summary>
    public Task CommandPostedAsync(CancellationToken cancellationToken) => commands.PostedAsync(cancellationToken);

    /// <summary>It is over.</summary>
    public void Close()
    {
        listener.Connected.Leave(entered, this);
        commands.Close();
    }

    /// <summary>Takes a good frame.</summary>
    /// <param name="bytes">The frame.</param>
    /// <param name="output">Gets what is to be sent.</param>
    /// <param name="flush">Sends it.</param>
    /// <returns>False when the connection is to be closed.</returns>
    public async ValueTask<bool> TakeAsync(ReadOnlyMemory<byte> bytes, IBufferWriter<byte> output, Func<ValueTask> flush)
    {
        listener.Metrics.FrameReceived(listener.Kit.Name);
        long now = listener.NowTicks;
        var wish = centre.Session.Take(bytes.Span, now, output);
        Volatile.Write(ref heardAtTicks, now);
        if (wish.HasFlag(FieldSessionWish.TurnAway))
        {
            listener.TurnedAway(centre.Session.Station, peer, "bad_password");
            if (wish.HasFlag(FieldSessionWish.Send))
                await flush();
            commands.TellEnds();
            return !wish.HasFlag(FieldSessionWish.Close);
        }
        Enter(centre.Session.Station);
        var tally = TallyOf(centre.Session.Station);
        tally.Heard(now);
        commands.Heard(centre.Session.Station, wish.HasFlag(FieldSessionWish.Keep) ? centre.Session.Payload.Span : bytes.Span);
        if (wish.HasFlag(FieldSessionWish.Send))
            await flush();
        if (wish.HasFlag(FieldSessionWish.Keep))
        {
            reported = default;
            bool isDurable = await KeepAsync(tally);
            var then = centre.Session.Kept(isDurable, listener.NowTicks, output);
            if (then.HasFlag(FieldSessionWish.Send))
                await flush();
            wish |= then;
            if (reported.Name is not null)
                await AskForWhatIsMissingAsync(reported);
        }
        else
        {
            tally.Good();
        }
        commands.TellEnds();
        return !wish.HasFlag(FieldSessionWish.Close);
    }

    /// <summary>Answers what looked like a frame and was none, where the protocol has an answer to that.</summary>
    public async ValueTask BrokenAsync(ReadOnlyMemory<byte> bytes, FrameFault fault, IBufferWriter<byte> output, Func<ValueTask> flush)
    {
        if (centre.Session.Broken(bytes.Span, fault, listener.NowTicks, output).HasFlag(FieldSessionWish.Send))
            await flush();
    }

    /// <summary>Time went on.</summary>
    public async ValueTask<bool> TickAsync(IBufferWriter<byte> output, Func<ValueTask> flush)
    {
        commands.Give();
        var wish = centre.Session.Tick(listener.NowTicks, output);
        if (wish.HasFlag(FieldSessionWish.Send))
            await flush();
        commands.TellEnds();
        return !wish.HasFlag(FieldSessionWish.Close);
    }

    private static ReadOnlySpan<char> HostOf(string peer) => peer.AsSpan(0, Math.Max(0, peer.LastIndexOf(':')));

    private void Enter(string station)
    {
        if (station == lastEntered)
            return;
        lastEntered = station;
        if (Identifier.IsValid(station) && entered.Count < MostStations && entered.Add(station) && listener.Connected.Enter(station, this) is { } other)
            listener.HeardTwice(station, other, Line);
    }

    private StationTally TallyOf(string station) => Identifier.IsValid(station) ? listener.Heard.Enter(station) : listener.Heard.Strangers;

    private async ValueTask<bool> KeepAsync(StationTally tally)
    {
        string station = centre.Session.Station;
        if (!Identifier.IsValid(station))
        {
            listener.TurnedAway(station, peer, "bad_station");
            return false;
        }
        if (station != topicStation)
            (topicStation, topic) = (station, TelemetryTopic.Format(listener.Options.Domain, station, listener.Kit.Format.Topic));
        var payload = centre.Session.Payload;
        var result = await listener.Sink.AdmitAsync(new()
        {
            Source = listener.Kit.Name,
            Principal = station,
            BoundGateway = station,
            IsReport = true,
            Topic = topic,
            Payload = new(payload),
        });
        switch (result.Outcome)
        {
            case AdmissionOutcome.Accepted:
                listener.Metrics.ReportKept(listener.Kit.Name);
                Count(tally, payload.Span, result.UnusedItems);
                reported = Report(station, payload.Span);
                return true;
            case AdmissionOutcome.PayloadUnreadable:
                // On disk as it came, counted and shown by admission. Sent again it would be no better.
                listener.Metrics.ReportKept(listener.Kit.Name);
                tally.Refused(listener.NowTicks, result.ReasonWord, peer);
                return true;
            default:
                listener.TurnedAway(station, peer, result.Outcome == AdmissionOutcome.NotAllowed ? result.ReasonWord : "unavailable");
                return false;
        }
    }

    private void Count(StationTally tally, ReadOnlySpan<byte> payload, int unusedItems)
    {
        if (unusedItems == 0)
        {
            tally.Good();
            return;
        }
        // Read once more, for what was wrong with the first: seldom.
        bool isSaid = reader.Read(payload, listener.NowTicks, frame) == default && !frame.Problems.IsEmpty;
        tally.PartlyBad(
            listener.NowTicks, isSaid ? frame.Problems[0].Code : "frame_item",
            isSaid ? SafeText.Of($"{frame.Function}, byte {frame.Problems[0].Offset}{(frame.Problems[0].Detail is { } said ? ": " + said : "")}") : null);
    }

    // What a report is about, for the search for holes.
    private Reported Report(string station, ReadOnlySpan<byte> payload)
    {
        // Read once more than admission does; not where nothing is asked for.
        if (listener.Options.RefillAfter == TimeSpan.Zero || reader.Read(payload, listener.NowTicks, frame) != default || frame.ReadingCount == 0)
            return default;
        long oldest = long.MaxValue, newest = 0;
        foreach (ref readonly var reading in frame.Readings)
            (oldest, newest) = (Math.Min(oldest, reading.ObservedAtTicks), Math.Max(newest, reading.ObservedAtTicks));
        return new(station, frame.Readings[0].Element.Name, oldest, newest);
    }

    private async ValueTask AskForWhatIsMissingAsync(Reported report)
    {
        long now = listener.NowTicks;
        var (gaps, station) = (listener.Gaps, report.Station!);
        IReadOnlyList<StationGap> holes = [];
        if (gaps.IsFirst(station))
        {
            var newest = listener.History.NewestOf(station);
            long from = now - listener.Options.RefillAtMost.Ticks;
            var observed = newest is null ? [] : await listener.History.ObservedAsync(station, report.Name!, from, report.OldestTicks, CancellationToken.None);
            holes = gaps.Begin(station, observed, newest, report.OldestTicks, now);
        }
        // As many as one link carries; beyond that they are asked again more often than needed, no worse.
        else if (met.Count < 1024 && !met.Contains(station))
        {
            holes = gaps.Returned(station);
        }
        met.Add(station);
        foreach (var hole in holes)
            Ask(station, hole);
        if (gaps.Reported(station, report.OldestTicks, report.NewestTicks, now) is { } fresh)
            Ask(station, fresh);
    }

    private void Ask(string station, StationGap hole) => listener.RefillAsked(station, hole, centre.Session.TryRefill(station, hole.FromTicks, hole.UntilTicks));

    private readonly record struct Reported(string? Station, string? Name, long OldestTicks, long NewestTicks);
}
