using System.Buffers;
using System.Text;
using SensorGrid.FieldProtocols.Sessions;

namespace SensorGrid.FieldProtocols.Hj212;

/// <summary>Commands of the centre, one under way at a time: sent, sent again byte for byte when nobody answers, done when the result comes (HJ 212-2017, 6.2.2). Refills
/// go when no command waits.</summary>
/// <remarks><code>
/// (state, event)                       → action
/// waiting for 9011, 9011 QnRtn 1       → waiting for the result (2011 and 2021: done, their data go on for ever)
/// waiting for 9011, 9011 QnRtn other   → refused
/// either, 9012                         → done, no data, or failed
/// either, 9013 to a notice             → done
/// waiting for the result, its data     → goes on waiting, from now, but no longer than the longest execution
/// waiting for 9011, time is up         → sent again, at last timed out
/// waiting for the result, time is up   → no result
/// </code></remarks>
internal sealed class Hj212CommandLine(Hj212CentreOptions options)
{
    private readonly Dictionary<string, Known> stations = new(StringComparer.Ordinal);
    private readonly Queue<Waiting> waiting = new();
    private readonly List<Hj212Refill> refills = [];
    private readonly Queue<Hj212CommandOutcome> outcomes = new();
    private readonly Hj212RequestNumbers numbers = new();
    private readonly Hj212AreaWriter area = new();
    private readonly ArrayBufferWriter<byte> packet = new();
    private UnderWay? underWay;

    public long FailedRefills { get; private set; }

    public long DueAtTicks
    {
        get
        {
            if (underWay is not null)
                return underWay.DeadlineTicks;
            if (waiting.Count > 0)
                return long.MinValue;
            return refills.Count == 0 ? long.MaxValue : refills.Min(refill => refill.NotBeforeTicks);
        }
    }

    /// <summary>Learns from a packet how its station is to be addressed.</summary>
    public void Heard(string station, scoped in Hj212Packet from)
    {
        if (station.Length == 0)
            return;
        // Of answers and most signs of life neither is the station's own: 91, and what they were asked with.
        bool isItsOwn = !from.St.SequenceEqual("91"u8);
        if (!stations.TryGetValue(station, out var known))
        {
            if (stations.Count >= options.MaxStations)
                return;
            known = new() { St = from.St.ToArray(), Pw = from.Pw.ToArray(), Mn = from.Mn.ToArray(), Version = from.Flag?.Version ?? 0 };
            stations.Add(station, known);
        }
        if (!isItsOwn)
            return;
        if (!from.St.SequenceEqual(known.St))
            known.St = from.St.ToArray();
        if (!from.Pw.SequenceEqual(known.Pw))
            known.Pw = from.Pw.ToArray();
        if (known.IsGreeted)
            return;
        known.IsGreeted = true;
        Greet(station);
    }

    public bool TryAdd(string station, int command, byte[] parameters) => TryAdd(new(station, command, parameters, IsClock: false));

    public bool TrySetClock(string station, string? instrument)
    {
        // The time is that of sending; only the instrument waits.
        var error = Hj212Areas.Instrument(area, instrument);
        return error == Hj212WriteError.None && TryAdd(new(station, 1012, area.Area.ToArray(), IsClock: true));
    }

    public bool TryRefill(string station, long fromTicks, long untilTicks)
    {
        var possible = options.RefillCommands.Where(Hj212Refill.IsPossible).ToList();
        if (!stations.ContainsKey(station) || untilTicks <= fromTicks || possible.Count == 0 || refills.Count + possible.Count > options.MaxRefills)
            return false;
        foreach (int command in possible)
            refills.Add(new(station, command, fromTicks, untilTicks));
        return true;
    }

    public bool TryTakeOutcome(out Hj212CommandOutcome outcome) => outcomes.TryDequeue(out outcome);

    /// <summary>Data came that may be what was asked for: it gives the station time again.</summary>
    public void DataCame(string station, int command, long nowTicks)
    {
        if (underWay is null || underWay.Station != station || underWay.Command != command)
            return;
        underWay.Packets++;
        // Before the answer it may be what the station sends anyway; and that must not keep a command under way for ever.
        if (underWay.IsAnswered)
            underWay.DeadlineTicks = Math.Min(nowTicks + options.AnswerTimeout.Ticks, underWay.LatestTicks);
    }

    public void Answered(string station, scoped in Hj212Packet from, long nowTicks)
    {
        if (underWay is null || underWay.Station != station || !Hj212Exchange.RequestNumber(from).SequenceEqual(underWay.Qn))
            return;
        switch (from.Command)
        {
            case 9011:
                int qnRtn = Hj212Exchange.ReturnCode(from.Area, "QnRtn"u8);
                if (qnRtn != 1)
                    End(Hj212CommandEnd.Refused, qnRtn, nowTicks);
                else if (underWay.Command is 2011 or 2021 && underWay.Refill is null && !underWay.IsQuery)
                    End(Hj212CommandEnd.Done, qnRtn, nowTicks);
                else
                    (underWay.IsAnswered, underWay.DeadlineTicks) = (true, nowTicks + options.AnswerTimeout.Ticks);
                break;
            case 9012:
                int exeRtn = Hj212Exchange.ReturnCode(from.Area, "ExeRtn"u8);
                End(exeRtn switch { 1 => Hj212CommandEnd.Done, 100 => Hj212CommandEnd.NoData, _ => Hj212CommandEnd.Failed }, exeRtn, nowTicks);
                break;
            case 9013 when underWay.IsNotice:
                End(Hj212CommandEnd.Done, 1, nowTicks);
                break;
            default:
                break;
        }
    }

    public FieldSessionWish Tick(long nowTicks, IBufferWriter<byte> output)
    {
        if (underWay is not null && nowTicks >= underWay.DeadlineTicks)
        {
            if (!underWay.IsAnswered && underWay.Resends < options.Resends)
            {
                underWay.Resends++;
                underWay.DeadlineTicks = nowTicks + options.AnswerTimeout.Ticks;
                output.Write(underWay.Bytes);
                return FieldSessionWish.Send;
            }
            End(underWay.IsAnswered ? Hj212CommandEnd.NoResult : Hj212CommandEnd.TimedOut, 0, nowTicks);
        }
        return Send(nowTicks, output);
    }

    /// <summary>Sends the next command, or asks for the next piece of a refill, when nothing is under way.</summary>
    public FieldSessionWish Send(long nowTicks, IBufferWriter<byte> output)
    {
        while (underWay is null && waiting.TryDequeue(out var next))
        {
            if (next.IsClock)
                BuildClock(next.Parameters, nowTicks);
            if (TryStart(next.Station, next.Command, next.IsClock ? area.Area : next.Parameters, null, nowTicks, output))
                return FieldSessionWish.Send;
        }
        if (underWay is null && refills.Find(refill => refill.NotBeforeTicks <= nowTicks) is { } job)
        {
            var (begin, end) = job.Piece;
            if (Hj212Areas.Period(area, begin, end) == Hj212WriteError.None && TryStart(job.Station, job.Command, area.Area, job, nowTicks, output))
                return FieldSessionWish.Send;
            // What cannot be written now never can.
            Drop(job);
        }
        return FieldSessionWish.None;
    }

    private void Greet(string station)
    {
        if (options.SetClockAtFirst)
            TrySetClock(station, null);
        if (options.SetTimeOutsAtFirst && Hj212Areas.TimeOuts(area, (int)options.AnswerTimeout.TotalSeconds, options.Resends) == Hj212WriteError.None)
            TryAdd(station, 1000, area.Area.ToArray());
        if (options.RealTimeIntervalAtFirst is { } seconds && Hj212Areas.RealTimeInterval(area, seconds) == Hj212WriteError.None)
            TryAdd(station, 1062, area.Area.ToArray());
        if (options.MinuteIntervalAtFirst is { } minutes && Hj212Areas.MinuteInterval(area, minutes) == Hj212WriteError.None)
            TryAdd(station, 1064, area.Area.ToArray());
    }

    private bool TryAdd(Waiting command)
    {
        if (!stations.ContainsKey(command.Station) || waiting.Count >= options.MaxCommands)
            return false;
        waiting.Enqueue(command);
        return true;
    }

    private void BuildClock(byte[] instrument, long nowTicks)
    {
        var polId = Hj212Exchange.Find(instrument, "PolId"u8);
        Hj212Areas.Clock(area, nowTicks, polId.IsEmpty ? null : Encoding.UTF8.GetString(polId));
    }

    private bool TryStart(string station, int command, ReadOnlySpan<byte> parameters, Hj212Refill? refill, long nowTicks, IBufferWriter<byte> output)
    {
        var to = stations[station];
        byte[] qn = numbers.Next(nowTicks);
        var peculiar = options.Stations.Of(to.Mn);
        packet.ResetWrittenCount();
        var error = Hj212FrameWriter.TryWrite(
            new()
            {
                Qn = qn,
                St = to.St,
                Command = command,
                Pw = peculiar.Password is { } password ? password.Bytes : to.Pw,
                Mn = to.Mn,
                Flag = Hj212Flag.Of((Hj212Edition)to.Version, wantsAnswer: true),
            },
            parameters, packet, Hj212Exchange.IsEncrypted(command) ? peculiar.Cipher : null);
        if (error != Hj212WriteError.None)
        {
            if (refill is null)
                Tell(new(station, command, Hj212CommandEnd.NotWritten, (int)error, 0));
            return false;
        }
        underWay = new(station, command, qn, packet.WrittenSpan.ToArray(), refill, IsQuery: !parameters.IsEmpty)
        {
            DeadlineTicks = nowTicks + options.AnswerTimeout.Ticks,
            LatestTicks = nowTicks + options.LongestExecution.Ticks,
        };
        output.Write(underWay.Bytes);
        return true;
    }

    private void End(Hj212CommandEnd end, int code, long nowTicks)
    {
        var ended = underWay!;
        underWay = null;
        if (ended.Refill is not { } refill)
        {
            Tell(new(ended.Station, ended.Command, end, code, ended.Packets));
            return;
        }
        switch (end)
        {
            case Hj212CommandEnd.Done or Hj212CommandEnd.NoData:
                refill.Came();
                if (refill.IsDone)
                    refills.Remove(refill);
                break;
            case Hj212CommandEnd.Failed or Hj212CommandEnd.NoResult when refill.TryAgain(nowTicks + options.AnswerTimeout.Ticks):
                break;
            default:
                Drop(refill);
                break;
        }
    }

    private void Drop(Hj212Refill refill)
    {
        refills.Remove(refill);
        FailedRefills++;
    }

    private void Tell(in Hj212CommandOutcome outcome)
    {
        if (outcomes.Count == options.MaxOutcomes)
            outcomes.Dequeue();
        outcomes.Enqueue(outcome);
    }

    private sealed class Known
    {
        public byte[] St { get; set; } = [];

        public byte[] Pw { get; set; } = [];

        public byte[] Mn { get; init; } = [];

        public int Version { get; init; }

        public bool IsGreeted { get; set; }
    }

    private sealed record Waiting(string Station, int Command, byte[] Parameters, bool IsClock);

    private sealed record UnderWay(string Station, int Command, byte[] Qn, byte[] Bytes, Hj212Refill? Refill, bool IsQuery)
    {
        public bool IsNotice => Command is 2012 or 2022;

        public bool IsAnswered { get; set; }

        public int Resends { get; set; }

        public int Packets { get; set; }

        public long DeadlineTicks { get; set; }

        public long LatestTicks { get; init; }
    }
}
