using System.Buffers;
using SensorGrid.FieldProtocols.Frames;
using SensorGrid.FieldProtocols.Hj212;
using SensorGrid.FieldProtocols.Sessions;

namespace SensorGrid.Simulators.Stations;

/// <summary>A sewage outfall of HJ 212: hour data (2061) of its COD, answers to queries of hours. Its reports are gone when it is started again; its memory is
/// not.</summary>
public sealed class Hj212Station : IStation
{
    private const int HourData = 2061;
    private const string Factor = "w01018";

    private readonly Hj212StationSession session;
    private readonly StationMemory memory;
    private readonly Func<long, double> concentration;
    private readonly Store store;

    /// <param name="settings">Who it is.</param>
    /// <param name="memory">What it keeps.</param>
    /// <param name="concentration">COD at a time, mg/L.</param>
    public Hj212Station(Hj212StationSettings settings, StationMemory memory, Func<long, double> concentration)
    {
        (this.memory, this.concentration) = (memory, concentration);
        store = new(memory);
        session = new(settings, store);
    }

    /// <inheritdoc/>
    public IFrameScanner Scanner { get; } = new Hj212FrameScanner();

    /// <inheritdoc/>
    public long DueAtTicks => store.Waiting.Count > 0 ? Math.Min(session.DueAtTicks, 0) : session.DueAtTicks;

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

    /// <inheritdoc/>
    public void Report(long observedAtTicks, long nowTicks)
    {
        memory.Keep(observedAtTicks, Math.Round(concentration(observedAtTicks), 1));
        store.Waiting.Add(observedAtTicks);
    }

    private sealed class Store(StationMemory memory) : IHj212StationStore
    {
        public SortedSet<long> Waiting { get; } = [];

        public bool TryPeek(out Hj212Upload upload)
        {
            upload = Waiting.Count > 0 ? Upload(Waiting.Min) : default;
            return Waiting.Count > 0;
        }

        public void Acknowledged(long id) => Waiting.Remove(id);

        public bool TryQuery(int command, long beginTicks, long endTicks, long afterId, out Hj212Upload upload)
        {
            upload = default;
            if (command != HourData)
                return false;
            var known = memory.Between(Math.Max(beginTicks, afterId + 1), endTicks);
            if (known.Count > 0)
                upload = Upload(known[0].Key);
            return known.Count > 0;
        }

        public int Execute(int command, ReadOnlySpan<byte> parameters, Hj212AreaWriter result) => 1;

        // Ids are times: each hour has one report.
        private Hj212Upload Upload(long observedAtTicks)
        {
            var area = new Hj212AreaWriter();
            area.AddTime("DataTime", observedAtTicks);
            area.NextItem().Add($"{Factor}-Avg", (decimal)memory.At(observedAtTicks)!.Value);
            area.Add($"{Factor}-Flag", "N");
            return new(observedAtTicks, HourData, area);
        }
    }
}
