using System.Buffers;
using SensorGrid.FieldProtocols.Frames;
using SensorGrid.FieldProtocols.Hj212;
using SensorGrid.FieldProtocols.Sessions;

namespace SensorGrid.FieldProtocols.Tests.Hj212;

/// <summary>A centre and a station on a line that loses, repeats, spoils and cuts packets. The centre's log and the station's store live through kills; sessions and
/// what is on the line do not.</summary>
internal sealed class Hj212Line
{
    private readonly Hj212CentreOptions centreOptions;
    private readonly Hj212StationSettings settings;
    private readonly Hj212FrameScanner scanner;
    private readonly Hj212FrameReader reader;
    private readonly FieldFrame frame = new();
    private readonly HashSet<(string, long, double)> log = [];
    private Hj212CentreSession centre;
    private Hj212StationSession station;
    private List<byte> atCentre = [];
    private List<byte> atStation = [];

    public Hj212Line(Hj212CentreOptions centreOptions, Hj212StationSettings settings)
    {
        (this.centreOptions, this.settings) = (centreOptions, settings);
        scanner = new(centreOptions.Stations);
        reader = new(centreOptions.Stations);
        Store = new(this);
        centre = new(centreOptions);
        station = new(settings, Store);
    }

    public Hj212TestStore Store { get; }

    public long Now { get; private set; } = Hj212Text.Beijing("2024-06-01 12:00");

    public Queue<byte[]> ToCentre { get; private set; } = new();

    public Queue<byte[]> ToStation { get; private set; } = new();

    /// <summary>The next report does not get into the log.</summary>
    public bool LogFails { get; set; }

    public Hj212CentreSession Centre => centre;

    public Hj212StationSession Station => station;

    public bool IsLogged(string name, long observedAtTicks, double value) => log.Contains((name, observedAtTicks, value));

    public int LogCount => log.Count;

    /// <summary>The connection breaks: both sides begin anew, as after a kill of either.</summary>
    public void Break()
    {
        (ToCentre, ToStation, atCentre, atStation) = (new(), new(), [], []);
        centre = new(centreOptions);
        station = new(settings, Store);
    }

    public void Advance(TimeSpan time)
    {
        Now += time.Ticks;
        Tick();
    }

    public void Tick()
    {
        Act(ToStation, output => centre.Tick(Now, output));
        if (Act(ToCentre, output => station.Tick(Now, output)).HasFlag(FieldSessionWish.Close))
            Break();
    }

    /// <summary>Bytes of the first packet on the way arrive, so many; all of it when there are no more.</summary>
    public void Deliver(bool isToCentre, int bytes = int.MaxValue)
    {
        var way = isToCentre ? ToCentre : ToStation;
        if (way.Count == 0)
            return;
        byte[] first = way.Peek();
        int count = Math.Min(bytes, first.Length);
        (isToCentre ? atCentre : atStation).AddRange(first[..count]);
        if (count == first.Length)
            way.Dequeue();
        else
            Replace(way, first[count..]);
        Look(isToCentre, isFinal: false);
    }

    public void Drop(bool isToCentre) => (isToCentre ? ToCentre : ToStation).TryDequeue(out _);

    public void Repeat(bool isToCentre)
    {
        var way = isToCentre ? ToCentre : ToStation;
        if (way.TryPeek(out byte[]? first))
            way.Enqueue(first);
    }

    public void Spoil(bool isToCentre, int seed)
    {
        var way = isToCentre ? ToCentre : ToStation;
        // The check is worth 8 bits, so what is spoilt inside may pass it once in 256 times. A spoilt head never does.
        if (!way.TryPeek(out byte[]? first) || !first.AsSpan().StartsWith("##"u8))
            return;
        byte[] spoilt = [.. first];
        spoilt[seed % 2] ^= 1;
        Replace(way, spoilt);
    }

    /// <summary>Nothing is on the way for longer than a frame is awaited: beginnings that stay such are noise.</summary>
    public void Settle()
    {
        Look(isToCentre: true, isFinal: true);
        Look(isToCentre: false, isFinal: true);
    }

    /// <summary>A good line until nothing is left to do, or for so many seconds.</summary>
    public void Run(int seconds)
    {
        for (int i = 0; i < seconds; i++)
        {
            Tick();
            for (int packets = 0; packets < 1000 && ToCentre.Count + ToStation.Count > 0; packets++)
            {
                Deliver(isToCentre: true);
                Deliver(isToCentre: false);
                Tick();
            }
            Settle();
            Advance(TimeSpan.FromSeconds(1));
        }
    }

    private static void Replace(Queue<byte[]> way, byte[] first)
    {
        byte[][] rest = [.. way.Skip(1)];
        way.Clear();
        way.Enqueue(first);
        foreach (byte[] packet in rest)
            way.Enqueue(packet);
    }

    private void Look(bool isToCentre, bool isFinal)
    {
        while (true)
        {
            // A close on the way makes both sides new.
            var buffer = isToCentre ? atCentre : atStation;
            byte[] bytes = [.. buffer];
            var scan = scanner.Scan(bytes, isFinal);
            switch (scan.Outcome)
            {
                case FrameScanOutcome.NeedMore:
                    buffer.RemoveRange(0, scan.Start);
                    Assert.InRange(buffer.Count, 0, scanner.MaxFrameBytes);
                    return;
                case FrameScanOutcome.Fault:
                    buffer.RemoveRange(0, scan.Start + 1);
                    break;
                default:
                    buffer.RemoveRange(0, scan.Start + scan.Length);
                    byte[] packet = bytes[scan.Start..(scan.Start + scan.Length)];
                    if (isToCentre)
                        TakeAtCentre(packet);
                    else
                        Act(ToCentre, output => station.Take(packet, Now, output));
                    break;
            }
        }
    }

    private void TakeAtCentre(byte[] packet)
    {
        if (!Act(ToStation, output => centre.Take(packet, Now, output)).HasFlag(FieldSessionWish.Keep))
            return;
        bool isDurable = !LogFails;
        LogFails = false;
        if (isDurable)
        {
            Assert.Equal(default, reader.Read(centre.Payload.Span, Now, frame));
            foreach (var reading in frame.Readings)
                log.Add((reading.Element.Name, reading.ObservedAtTicks, reading.Value));
        }
        Act(ToStation, output => centre.Kept(isDurable, Now, output));
    }

    private static FieldSessionWish Act(Queue<byte[]> way, Func<IBufferWriter<byte>, FieldSessionWish> action)
    {
        var output = new ArrayBufferWriter<byte>();
        var wish = action(output);
        Assert.Equal(wish.HasFlag(FieldSessionWish.Send), output.WrittenCount > 0);
        // Packets one by one, so that each can be lost by itself.
        int start = 0;
        var written = output.WrittenSpan;
        while (start < written.Length)
        {
            int length = 12 + int.Parse(written.Slice(start + 2, 4), System.Globalization.CultureInfo.InvariantCulture);
            way.Enqueue(written.Slice(start, length).ToArray());
            start += length;
        }
        return wish;
    }
}
