using System.Buffers;
using System.Text;
using SensorGrid.FieldProtocols.Sessions;

namespace SensorGrid.FieldProtocols.Hj212;

/// <summary>The station's side of one connection, for simulators, gateways that forward, and tests: sends what its store holds one packet at a time, each until it is
/// answered, answers requests out of the store, and lets itself be set. Pure: frames and times in, bytes out. Made anew for each connection; the store stays.</summary>
/// <remarks><code>
/// (state, event)                         → action
/// packet under way, 9014 with its QN     → next packet, or acknowledged to the store
/// packet under way, time is up           → the same bytes again, at last close: the store keeps it
/// request, not understood                → 9011 with what is wrong
/// request, one is under way              → 9011 QnRtn 2
/// request with the QN of the last one    → 9011 and, if it is done, 9012 again; not carried out twice
/// request                                → 9011 QnRtn 1, data, 9012
/// notice 2012, 2022                      → 9013
/// </code></remarks>
public sealed class Hj212StationSession
{
    // Packets that nobody answers go out so many at once, so that one call writes no more than this.
    private const int MostPacketsAtOnce = 16;
    private const long NoticeId = long.MinValue;

    private readonly Hj212StationSettings settings;
    private readonly IHj212StationStore store;
    private readonly Hj212RequestNumbers numbers = new();
    private readonly Hj212AreaWriter area = new();
    private readonly Hj212AreaWriter result = new();
    private readonly byte[] mn;
    private readonly byte[] st;
    private byte[] pw;
    private Packet? underWay;
    private Query? query;
    private byte[] lastRequest = [];
    private int lastQnRtn;
    private int? lastExeRtn;
    private bool wantsClock;

    /// <param name="settings">Who it is.</param>
    /// <param name="store">What it has.</param>
    public Hj212StationSession(Hj212StationSettings settings, IHj212StationStore store)
    {
        ArgumentNullException.ThrowIfNull(settings);
        this.settings = settings;
        this.store = store;
        mn = Encoding.UTF8.GetBytes(settings.Mn);
        st = Encoding.UTF8.GetBytes(settings.St);
        pw = Encoding.UTF8.GetBytes(settings.Pw);
        AnswerTimeout = settings.AnswerTimeout;
        Resends = settings.Resends;
    }

    /// <summary>How long an answer is awaited.</summary>
    public TimeSpan AnswerTimeout { get; private set; }

    /// <summary>How often a packet is sent again.</summary>
    public int Resends { get; private set; }

    /// <summary>What the centre's clock is ahead of the machine's, as it was set last.</summary>
    public TimeSpan ClockOffset { get; private set; }

    /// <summary>Seconds between real-time data, as they were set.</summary>
    public int RealTimeIntervalSeconds { get; private set; } = 60;

    /// <summary>Minutes between minute data, as they were set.</summary>
    public int MinuteIntervalMinutes { get; private set; } = 10;

    /// <summary>Whether the centre wants real-time data; on until it says no.</summary>
    public bool IsRealTimeWanted { get; private set; } = true;

    /// <summary>Whether the centre wants equipment states; on until it says no.</summary>
    public bool AreStatesWanted { get; private set; } = true;

    /// <summary>Uploads given up because they cannot be written.</summary>
    public long Unwritable { get; private set; }

    /// <summary>When <see cref="Tick"/> is wanted next, UTC ticks; <see cref="long.MaxValue"/> when there is nothing to do.</summary>
    public long DueAtTicks
    {
        get
        {
            if (underWay is not null)
                return underWay.DeadlineTicks;
            return query is not null || wantsClock || store.TryPeek(out _) ? long.MinValue : long.MaxValue;
        }
    }

    /// <summary>Asks the centre to set the clock (1013), after what is under way.</summary>
    public void AskForClock() => wantsClock = true;

    /// <summary>Time went on, or there is something new in the store.</summary>
    public FieldSessionWish Tick(long nowTicks, IBufferWriter<byte> output)
    {
        if (underWay is { Bytes.Length: > 0 } && nowTicks >= underWay.DeadlineTicks)
        {
            if (underWay.Resends >= Resends)
            {
                underWay = null;
                query = null;
                return FieldSessionWish.Close;
            }
            underWay.Resends++;
            underWay.DeadlineTicks = nowTicks + AnswerTimeout.Ticks;
            output.Write(underWay.Bytes);
            return FieldSessionWish.Send;
        }
        return Send(nowTicks, output);
    }

    /// <summary>Takes a packet of the centre.</summary>
    public FieldSessionWish Take(ReadOnlySpan<byte> frame, long nowTicks, IBufferWriter<byte> output)
    {
        if (!Hj212Packet.TryOpen(frame, out var packet))
            return FieldSessionWish.None;
        var wish = FieldSessionWish.None;
        switch (packet.Command)
        {
            case 9014 or 9013:
                TakeAnswer(packet, nowTicks);
                break;
            case 2012 or 2022:
                TakeNotice(packet);
                wish = Answer(packet, 9013, 0, output);
                break;
            case 9011 or 9012:
                break;
            default:
                wish = TakeRequest(packet, nowTicks, output);
                break;
        }
        return wish | Send(nowTicks, output);
    }

    private void TakeAnswer(scoped in Hj212Packet packet, long nowTicks)
    {
        if (underWay is null || !Hj212Exchange.RequestNumber(packet).SequenceEqual(underWay.Qn))
            return;
        var answered = underWay;
        underWay = null;
        Advance(answered, nowTicks);
    }

    // A packet is done with: on to the next of its report.
    private void Advance(Packet done, long nowTicks)
    {
        if (done.Number < done.Count)
            underWay = new(done.Upload, done.IsOfQuery, done.Number + 1, done.Count) { DeadlineTicks = nowTicks };
        else if (done.IsOfQuery)
            query!.LastId = done.Upload.Id;
        else if (done.Upload.Id != NoticeId)
            store.Acknowledged(done.Upload.Id);
    }

    private void TakeNotice(scoped in Hj212Packet packet)
    {
        if (packet.Command == 2012)
            IsRealTimeWanted = false;
        else
            AreStatesWanted = false;
    }

    private FieldSessionWish TakeRequest(scoped in Hj212Packet packet, long nowTicks, IBufferWriter<byte> output)
    {
        if (packet.Qn.Length > 0 && packet.Qn.SequenceEqual(lastRequest))
        {
            var again = Answer(packet, 9011, lastQnRtn, output);
            return lastExeRtn is { } done ? again | Answer(packet, 9012, done, output) : again;
        }
        int qnRtn = Judge(packet);
        var wish = Answer(packet, 9011, qnRtn, output);
        if (qnRtn != 1)
            return wish;
        lastRequest = packet.Qn.ToArray();
        lastQnRtn = qnRtn;
        lastExeRtn = null;
        query = new(packet.Command, lastRequest, packet.Flag?.Version ?? 0);
        // A key of 2025 hides the parameters of some requests.
        byte[] parameters = packet.Area.ToArray();
        if (settings.Cipher is { } cipher && Hj212Exchange.IsEncrypted(packet.Command) && !parameters.AsSpan().StartsWith("BeginTime="u8))
            cipher.Decrypt(parameters, parameters);
        CarryOut(query, parameters, nowTicks);
        return wish;
    }

    // 5.1: what a request is answered.
    private int Judge(scoped in Hj212Packet packet)
    {
        if (packet.Qn.IsEmpty)
            return 7;
        if (!packet.Mn.SequenceEqual(mn))
            return 4;
        if (!packet.Pw.SequenceEqual(pw))
            return 3;
        if (Hj212Command.Find(packet.Command) is not { } command || (command.Kind & Hj212CommandKind.Request) == 0)
            return 8;
        return query is null ? 1 : 2;
    }

    private void CarryOut(Query request, byte[] parameters, long nowTicks)
    {
        result.Clear();
        int number;
        switch (request.Command)
        {
            case 1000:
                int seconds = Hj212Exchange.ReturnCode(parameters, "OverTime"u8);
                int resends = Hj212Exchange.ReturnCode(parameters, "ReCount"u8);
                request.ExeRtn = seconds is > 0 and < 100_000 && resends is >= 0 and < 100 ? 1 : 2;
                if (request.ExeRtn == 1)
                    (AnswerTimeout, Resends) = (TimeSpan.FromSeconds(seconds), resends);
                break;
            case 1011:
                Hj212Areas.Clock(result, nowTicks + ClockOffset.Ticks);
                break;
            case 1012:
                if (Hj212Time.TryParse(Hj212Exchange.Find(parameters, "SystemTime"u8), out long time))
                    ClockOffset = TimeSpan.FromTicks(time - nowTicks);
                else
                    request.ExeRtn = 2;
                break;
            case 1061:
                Hj212Areas.RealTimeInterval(result, RealTimeIntervalSeconds);
                break;
            case 1062:
                number = Hj212Exchange.ReturnCode(parameters, "RtdInterval"u8);
                request.ExeRtn = Hj212Areas.RealTimeInterval(area, number) == Hj212WriteError.None ? 1 : 2;
                RealTimeIntervalSeconds = request.ExeRtn == 1 ? number : RealTimeIntervalSeconds;
                break;
            case 1063:
                Hj212Areas.MinuteInterval(result, MinuteIntervalMinutes);
                break;
            case 1064:
                number = Hj212Exchange.ReturnCode(parameters, "MinInterval"u8);
                request.ExeRtn = Hj212Areas.MinuteInterval(area, number) == Hj212WriteError.None ? 1 : 2;
                MinuteIntervalMinutes = request.ExeRtn == 1 ? number : MinuteIntervalMinutes;
                break;
            case 1072:
                var password = Hj212Exchange.Find(parameters, settings.Edition == Hj212Edition.Hjt2005 ? "PW"u8 : "NewPW"u8);
                request.NextPassword = password.IsEmpty ? null : password.ToArray();
                request.ExeRtn = password.IsEmpty ? 2 : 1;
                break;
            case 2011 when parameters.Length == 0:
                IsRealTimeWanted = true;
                break;
            case 2021 when parameters.Length == 0:
                AreStatesWanted = true;
                break;
            case 2011 or 2031 or 2041 or 2051 or 2061:
                bool isPeriod = Hj212Time.TryParse(Hj212Exchange.Find(parameters, "BeginTime"u8), out long begin);
                isPeriod &= Hj212Time.TryParse(Hj212Exchange.Find(parameters, "EndTime"u8), out long end);
                (request.BeginTicks, request.EndTicks, request.IsOfStore, request.ExeRtn) = (begin, end, isPeriod, isPeriod ? 100 : 2);
                break;
            default:
                request.ExeRtn = store.Execute(request.Command, parameters, result);
                break;
        }
        request.HasResult = result.ItemCount > 0;
    }

    // Everything that may go out now.
    private FieldSessionWish Send(long nowTicks, IBufferWriter<byte> output)
    {
        var wish = FieldSessionWish.None;
        for (int packets = 0; packets < MostPacketsAtOnce; packets++)
        {
            if (underWay is { Bytes.Length: > 0 })
                break;
            underWay ??= Next();
            if (underWay is null)
            {
                if (query is null)
                    break;
                wish |= EndRequest(output);
                continue;
            }
            wish |= SendPacket(underWay, nowTicks, output);
        }
        return wish;
    }

    private Packet? Next()
    {
        if (query is { HasResult: true })
        {
            query.HasResult = false;
            return PacketsOf(new(NoticeId, query.Command, result), isOfQuery: true);
        }
        if (query is { IsOfStore: true } && store.TryQuery(query.Command, query.BeginTicks, query.EndTicks, query.LastId, out var found))
        {
            query.ExeRtn = 1;
            return PacketsOf(found, isOfQuery: true);
        }
        if (query is not null)
            return null;
        if (wantsClock)
        {
            wantsClock = false;
            area.Clear();
            return PacketsOf(new(NoticeId, 1013, area), isOfQuery: false);
        }
        return store.TryPeek(out var upload) ? PacketsOf(upload, isOfQuery: false) : null;
    }

    private static Packet PacketsOf(in Hj212Upload upload, bool isOfQuery) =>
        new(upload, isOfQuery, 1, Math.Max(1, Hj212FrameWriter.CountPackets(upload.Area)));

    private FieldSessionWish SendPacket(Packet packet, long nowTicks, IBufferWriter<byte> output)
    {
        bool wantsAnswer = packet.IsOfQuery ? settings.WantsAnswersToQueries : settings.WantsAnswers || packet.Upload.Id == NoticeId;
        byte[] qn = numbers.Next(nowTicks + ClockOffset.Ticks);
        var bytes = new ArrayBufferWriter<byte>();
        var error = Hj212FrameWriter.TryWritePart(
            new() { Qn = qn, St = st, Command = packet.Upload.Command, Pw = pw, Mn = mn, Flag = Hj212Flag.Of(settings.Edition, wantsAnswer) },
            packet.Upload.Area, packet.Number, bytes, Hj212Exchange.IsEncrypted(packet.Upload.Command) ? settings.Cipher : null);
        if (error != Hj212WriteError.None)
        {
            // Sent again it would be no better, and everything behind it would wait for ever.
            Unwritable++;
            underWay = null;
            Advance(packet with { Number = packet.Count }, nowTicks);
            return FieldSessionWish.None;
        }
        packet.Qn = qn;
        packet.Bytes = bytes.WrittenSpan.ToArray();
        packet.DeadlineTicks = nowTicks + AnswerTimeout.Ticks;
        output.Write(packet.Bytes);
        if (!wantsAnswer)
        {
            underWay = null;
            Advance(packet, nowTicks);
        }
        return FieldSessionWish.Send;
    }

    private FieldSessionWish EndRequest(IBufferWriter<byte> output)
    {
        var ended = query!;
        query = null;
        lastExeRtn = ended.ExeRtn;
        var wish = Write(ended.Qn, 9012, ended.Version, ended.ExeRtn, output);
        pw = ended.NextPassword ?? pw;
        return wish;
    }

    private FieldSessionWish Answer(scoped in Hj212Packet to, int command, int code, IBufferWriter<byte> output) =>
        Write(to.Qn, command, to.Flag?.Version ?? 0, code, output);

    private FieldSessionWish Write(ReadOnlySpan<byte> qn, int command, int version, int code, IBufferWriter<byte> output)
    {
        area.Clear();
        var error = version == 0 && !qn.IsEmpty ? area.Add("QN"u8, qn) : Hj212WriteError.None;
        if (error == Hj212WriteError.None && command != 9013)
            error = area.NextItem().Add(command == 9011 ? "QnRtn" : "ExeRtn", code);
        if (error == Hj212WriteError.None)
        {
            error = Hj212FrameWriter.TryWrite(
                new() { Qn = version == 0 ? default : qn, St = "91"u8, Command = command, Pw = pw, Mn = mn, Flag = Hj212Flag.Of((Hj212Edition)version) }, area.Area, output);
        }
        // A request whose number cannot be repeated cannot be answered.
        return error == Hj212WriteError.None ? FieldSessionWish.Send : FieldSessionWish.None;
    }

    private sealed record Packet(Hj212Upload Upload, bool IsOfQuery, int Number, int Count)
    {
        public byte[] Qn { get; set; } = [];

        public byte[] Bytes { get; set; } = [];

        public int Resends { get; set; }

        public long DeadlineTicks { get; set; }
    }

    private sealed class Query(int command, byte[] qn, int version)
    {
        public int Command { get; } = command;

        public byte[] Qn { get; } = qn;

        public int Version { get; } = version;

        public bool HasResult { get; set; }

        public bool IsOfStore { get; set; }

        public long BeginTicks { get; set; }

        public long EndTicks { get; set; }

        public long LastId { get; set; } = long.MinValue;

        public int ExeRtn { get; set; } = 1;

        public byte[]? NextPassword { get; set; }
    }
}
