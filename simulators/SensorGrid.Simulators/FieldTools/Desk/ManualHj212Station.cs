using System.Buffers;
using System.Globalization;
using SensorGrid.FieldProtocols.Frames;
using SensorGrid.FieldProtocols.Hj212;
using SensorGrid.FieldProtocols.Sessions;
using SensorGrid.Simulators.FieldTools.Encoders;

namespace SensorGrid.Simulators.FieldTools.Desk;

/// <summary>A station of HJ 212: reports (2011 unless told otherwise), and the same again when a centre asks for a time. Keeps a bounded history.</summary>
public sealed class ManualHj212Station : IManualStation
{
    private const int MostKept = 10_000;
    private const int MostWaiting = 256;
    private const int RealTimeData = 2011;

    private readonly Hj212StationSession session;
    private readonly Store store = new();

    /// <param name="settings">Who it is.</param>
    public ManualHj212Station(Hj212StationSettings settings) => session = new(settings, store);

    /// <inheritdoc/>
    public IFrameScanner Scanner { get; } = new Hj212FrameScanner();

    /// <inheritdoc/>
    public long DueAtTicks => session.DueAtTicks;

    /// <inheritdoc/>
    public int Unacknowledged => store.Waiting.Count;

    /// <inheritdoc/>
    public void Connected(long nowTicks)
    {
        // Uploads go by their own clocks: one under way is sent again when its time comes.
    }

    /// <inheritdoc/>
    public bool Take(ReadOnlySpan<byte> frame, long nowTicks, IBufferWriter<byte> output) => session.Take(frame, nowTicks, output).HasFlag(FieldSessionWish.Send);

    /// <inheritdoc/>
    public bool Tick(long nowTicks, IBufferWriter<byte> output) => session.Tick(nowTicks, output).HasFlag(FieldSessionWish.Send);

    /// <summary>Reports the newest report's values again.</summary>
    public void Report(long observedAtTicks, long nowTicks)
    {
        if (store.Last is { } last)
            Report(last with { Values = [.. last.Values.Select(value => value with { ObservedAtTicks = observedAtTicks })] }, nowTicks);
    }

    /// <inheritdoc/>
    public void Report(ReportLine report, long nowTicks)
    {
        int command = RealTimeData;
        if (report.Function is { } text && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out command) || command is < 1000 or > 9999))
            throw new FrameEncodeException("function", $"'{text}' is no CN of four digits.");
        if (store.Waiting.Count >= MostWaiting)
            throw new FrameEncodeException("report", $"{MostWaiting} reports wait for their answer already.");
        long second = nowTicks - nowTicks % TimeSpan.TicksPerSecond;
        var area = new Hj212AreaWriter();
        new Hj212Encoder(area).WriteArea(report.Values, command, second);
        store.Add(new(0, command, area), report.Values[0].ObservedAtTicks ?? second, report);
    }

    private sealed class Store : IHj212StationStore
    {
        private readonly Queue<(long AtTicks, Hj212Upload Upload)> kept = new();
        private long lastId;

        public Queue<Hj212Upload> Waiting { get; } = new();

        public ReportLine? Last { get; private set; }

        public void Add(Hj212Upload upload, long atTicks, ReportLine report)
        {
            upload = upload with { Id = ++lastId };
            if (kept.Count == MostKept)
                kept.Dequeue();
            kept.Enqueue((atTicks, upload));
            Waiting.Enqueue(upload);
            Last = report;
        }

        public bool TryPeek(out Hj212Upload upload) => Waiting.TryPeek(out upload);

        public void Acknowledged(long id)
        {
            if (Waiting.TryPeek(out var first) && first.Id == id)
                Waiting.Dequeue();
        }

        public bool TryQuery(int command, long beginTicks, long endTicks, long afterId, out Hj212Upload upload)
        {
            foreach (var (at, each) in kept)
            {
                if (each.Command != command || at < beginTicks || at > endTicks || each.Id <= afterId)
                    continue;
                upload = each;
                return true;
            }
            upload = default;
            return false;
        }

        public int Execute(int command, ReadOnlySpan<byte> parameters, Hj212AreaWriter result) => 1;
    }
}
