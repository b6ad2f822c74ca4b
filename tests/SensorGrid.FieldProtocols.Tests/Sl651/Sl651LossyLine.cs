using System.Buffers;
using SensorGrid.FieldProtocols.Frames;
using SensorGrid.FieldProtocols.Sessions;
using SensorGrid.FieldProtocols.Sl651;

namespace SensorGrid.FieldProtocols.Tests.Sl651;

/// <summary>A station and a centre with a line between them that loses, doubles, splits, spoils and delays what is sent, in a time of its own. The centre's log and the
/// station's store outlive kills; everything else dies with its side.</summary>
internal sealed class Sl651LossyLine : ISl651StationSide
{
    private static readonly long IdleTicks = TimeSpan.FromSeconds(10).Ticks;
    private readonly Sl651FrameScanner scanner = new();
    private readonly ArrayBufferWriter<byte> output = new();
    private readonly PriorityQueue<(bool ToCentre, byte[] Bytes), (long At, int Order)> wire = new();
    private readonly List<byte>[] arrived = [[], []];
    private readonly long[] lastArrival = new long[2];
    private readonly Random random;
    private readonly Sl651StationOptions stationOptions;
    private readonly Sl651CentreOptions centreOptions;
    private int order;

    public Sl651LossyLine(int seed, Sl651StationOptions stationOptions, Sl651CentreOptions centreOptions)
    {
        random = new(seed);
        (this.stationOptions, this.centreOptions) = (stationOptions, centreOptions);
        Centre = NewCentre();
        Station = new(stationOptions, this);
    }

    public Sl651CentreSession Centre { get; private set; }

    public Sl651StationSession Station { get; private set; }

    public long Now { get; private set; } = new DateTime(2026, 7, 1).Ticks;

    /// <summary>How many in a hundred chunks meet each kind of mishap.</summary>
    public int Trouble { get; set; }

    /// <summary>Bodies that are durable at the centre, as hex digits, with how often each was kept.</summary>
    public Dictionary<string, int> Log { get; } = [];

    /// <summary>Payloads in the order in which they became durable.</summary>
    public List<byte[]> Payloads { get; } = [];

    /// <summary>What the station still has to bring.</summary>
    public List<Sl651Upload> Unconfirmed { get; } = [];

    /// <summary>What the station was told is safe.</summary>
    public List<Sl651Upload> Confirmed { get; } = [];

    public List<(Sl651Command Command, Sl651CommandOutcome Outcome)> Commands { get; } = [];

    /// <summary>Answers to queries; silence when null.</summary>
    public Func<Sl651Function, byte[], Sl651BodyWriter, bool>? Answers { get; set; }

    public void Report(Sl651Function function, Action<Sl651BodyWriter> write)
    {
        var upload = Station.Make(function, Now, write);
        Unconfirmed.Add(upload);
        Station.TrySend(upload, Now);
    }

    public void KillCentre()
    {
        Cut();
        Centre = NewCentre();
        Station.Connected(Now);
    }

    public void KillStation()
    {
        Cut();
        Station = new(stationOptions with { FirstSerial = Station.NextSerial }, this);
        foreach (var upload in Unconfirmed)
            Station.TrySend(upload, Now);
        Station.Connected(Now);
        // A new connection has a new session at the centre.
        Centre = NewCentre();
    }

    /// <summary>Lets a time pass, with everything that falls due in it.</summary>
    public void Pass(TimeSpan time)
    {
        long until = Now + time.Ticks;
        while (NextAt() is var next && next <= until)
        {
            Now = Math.Max(Now, next);
            Step();
        }
        Now = until;
    }

    bool ISl651StationSide.TryAnswer(in Sl651FrameView request, Sl651BodyWriter answer, long nowTicks) =>
        Answers?.Invoke(request.Header.Function, request.Content.ToArray(), answer) ?? false;

    void ISl651StationSide.Confirmed(Sl651Upload upload)
    {
        Confirmed.Add(upload);
        Unconfirmed.Remove(upload);
    }

    private Sl651CentreSession NewCentre() => new(centreOptions, (command, outcome) => Commands.Add((command, outcome)));

    private void Cut()
    {
        wire.Clear();
        arrived[0].Clear();
        arrived[1].Clear();
    }

    private long NextAt()
    {
        long next = Math.Min(Station.DueAtTicks, Centre.DueAtTicks);
        if (wire.TryPeek(out _, out var first))
            next = Math.Min(next, first.At);
        for (int side = 0; side < 2; side++)
        {
            if (arrived[side].Count > 0)
                next = Math.Min(next, lastArrival[side] + IdleTicks);
        }
        return next;
    }

    private void Step()
    {
        if (wire.TryPeek(out _, out var first) && first.At <= Now)
        {
            var (toCentre, bytes) = wire.Dequeue();
            int side = toCentre ? 1 : 0;
            arrived[side].AddRange(bytes);
            lastArrival[side] = Now;
            Scan(toCentre, isFinal: false);
        }
        for (int side = 0; side < 2; side++)
        {
            if (arrived[side].Count > 0 && lastArrival[side] + IdleTicks <= Now)
                Scan(side == 1, isFinal: true);
        }
        if (Station.DueAtTicks <= Now && Station.Tick(Now, output))
            Send(toCentre: true);
        if (Centre.DueAtTicks <= Now && (Centre.Tick(Now, output) & FieldSessionWish.Send) != 0)
            Send(toCentre: false);
    }

    private void Scan(bool toCentre, bool isFinal)
    {
        var bytes = arrived[toCentre ? 1 : 0];
        while (bytes.Count > 0)
        {
            var scan = scanner.Scan(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bytes), isFinal);
            bytes.RemoveRange(0, scan.Start);
            if (scan.Outcome == FrameScanOutcome.NeedMore)
                return;
            if (scan.Outcome == FrameScanOutcome.Fault)
            {
                bytes.RemoveAt(0);
                continue;
            }
            byte[] frame = [.. bytes[..scan.Length]];
            bytes.RemoveRange(0, scan.Length);
            if (toCentre)
                CentreTakes(frame);
            else if (Station.Take(frame, Now, output))
                Send(toCentre: true);
        }
    }

    private void CentreTakes(byte[] frame)
    {
        var wish = Centre.Take(frame, Now, output);
        if ((wish & FieldSessionWish.Keep) != 0)
        {
            Assert.Equal(0, output.WrittenCount);
            bool isDurable = random.Next(100) >= Trouble;
            if (isDurable)
                Append(Centre.Payload.ToArray());
            wish = Centre.Kept(isDurable, Now, output);
        }
        if (output.WrittenCount > 0)
            Send(toCentre: false);
        Assert.InRange(Centre.Held.Stations, 0, centreOptions.MaxStations);
        Assert.InRange(Centre.Held.Reports, 0, centreOptions.MaxReports);
    }

    private void Append(byte[] payload)
    {
        Payloads.Add(payload);
        var body = new List<byte>();
        for (int at = 0; at < payload.Length;)
        {
            Assert.True(Sl651Header.TryRead(payload.AsSpan(at), out var header, out _));
            body.AddRange(payload.AsSpan(at + header.BodyOffset, header.BodyLength));
            at += header.FrameLength;
        }
        string text = Convert.ToHexString([.. body]);
        Log[text] = Log.GetValueOrDefault(text) + 1;
    }

    private void Send(bool toCentre)
    {
        byte[] bytes = output.WrittenSpan.ToArray();
        output.ResetWrittenCount();
        // Each frame of its own: a packet may be lost out of several.
        for (int at = 0; at < bytes.Length;)
        {
            Assert.True(Sl651Header.TryRead(bytes.AsSpan(at), out var header, out _));
            Transmit(toCentre, bytes.AsSpan(at, header.FrameLength).ToArray());
            at += header.FrameLength;
        }
    }

    private void Transmit(bool toCentre, byte[] frame)
    {
        if (Happens())
            return;
        if (Happens())
            Put(toCentre, frame);
        if (Happens())
            frame[random.Next(frame.Length)] ^= (byte)(1 << random.Next(8));
        if (Happens())
        {
            int cut = random.Next(1, frame.Length);
            Put(toCentre, frame[..cut]);
            Put(toCentre, frame[cut..]);
            return;
        }
        Put(toCentre, frame);
    }

    private bool Happens() => random.Next(100) < Trouble;

    private void Put(bool toCentre, byte[] bytes)
    {
        // In order, but for those that a mishap holds up.
        long delay = TimeSpan.FromMilliseconds(Happens() ? random.Next(20_000) : 50).Ticks;
        wire.Enqueue((toCentre, bytes), (Now + delay, order++));
    }
}
