using System.Text;
using SensorGrid.Readings;

namespace SensorGrid.Storage.Hot;

/// <summary>A frozen generation in the order of a file: one row per (datastream, time), the one that came last, sorted by both. Datastreams are dense
/// numbers, so rows are dealt into one stretch each by counting; within a stretch they mostly came in order of time already.</summary>
internal sealed class SortedRows
{
    private readonly HotGeneration generation;
    private readonly int[] places;

    private SortedRows(HotGeneration generation, int[] places) => (this.generation, this.places) = (generation, places);

    /// <summary>Rows that stay.</summary>
    public int Count { get; private set; }

    public ReadOnlySpan<int> Places => places.AsSpan(0, Count);

    public (int Low, int High) Datastreams { get; private set; }

    public (long From, long To) Observed { get; private set; } = (long.MaxValue, long.MinValue);

    public (long From, long To) Received { get; private set; } = (long.MaxValue, long.MinValue);

    /// <summary>The newest row of each datastream by the order of <see cref="LatestReadings"/>, among all rows.</summary>
    public List<StoredReading> Newest { get; } = [];

    /// <param name="generation">Frozen, with at least one row.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static SortedRows Of(HotGeneration generation, CancellationToken cancellationToken)
    {
        var sorted = new SortedRows(generation, GC.AllocateUninitializedArray<int>(generation.Rows));
        int[] ends = sorted.Deal(cancellationToken);
        int start = 0;
        for (int datastream = 0; datastream < ends.Length; datastream++)
        {
            int end = ends[datastream];
            if (end > start)
            {
                cancellationToken.ThrowIfCancellationRequested();
                sorted.Take(datastream, start, end);
            }
            start = end;
        }
        return sorted;
    }

    // Ends of the stretches of all datastreams, whose places are in the order of arrival.
    private int[] Deal(CancellationToken cancellationToken)
    {
        int[] next = new int[generation.DatastreamsEnd];
        for (int place = 0; place < places.Length; place += HotChunk.Capacity)
        {
            foreach (int datastream in DatastreamsFrom(place))
                next[datastream]++;
        }
        int sum = 0;
        for (int datastream = 0; datastream < next.Length; datastream++)
        {
            int count = next[datastream];
            next[datastream] = sum;
            sum += count;
        }
        for (int place = 0; place < places.Length; place += HotChunk.Capacity)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int at = place;
            foreach (int datastream in DatastreamsFrom(place))
                places[next[datastream]++] = at++;
        }
        return next;
    }

    private ReadOnlySpan<int> DatastreamsFrom(int place) =>
        generation.ChunkOf(place).Datastreams.AsSpan(0, Math.Min(HotChunk.Capacity, places.Length - place));

    private void Take(int datastream, int start, int end)
    {
        var stretch = places.AsSpan(start, end - start);
        bool isSorted = true;
        long before = long.MinValue, newestKey = long.MinValue;
        int newest = stretch[0];
        var (observedFrom, observedTo) = Observed;
        var (receivedFrom, receivedTo) = Received;
        foreach (int place in stretch)
        {
            ref readonly var row = ref generation.RowAt(place);
            isSorted &= row.ObservedAtTicks >= before;
            before = row.ObservedAtTicks;
            (observedFrom, observedTo) = (Math.Min(observedFrom, before), Math.Max(observedTo, before));
            (receivedFrom, receivedTo) = (Math.Min(receivedFrom, row.ReceivedAtTicks), Math.Max(receivedTo, row.ReceivedAtTicks));
            long key = Math.Min(before, row.ReceivedAtTicks);
            if (key > newestKey || (key == newestKey && before >= generation.RowAt(newest).ObservedAtTicks))
                (newestKey, newest) = (key, place);
        }
        (Observed, Received) = ((observedFrom, observedTo), (receivedFrom, receivedTo));
        Datastreams = (Newest.Count == 0 ? datastream : Datastreams.Low, datastream);
        Newest.Add(ToStored(datastream, newest));
        if (!isSorted)
            SortByTime(stretch);
        KeepLast(stretch);
    }

    private void SortByTime(Span<int> stretch)
    {
        var keyed = new (long Observed, int Place)[stretch.Length];
        for (int i = 0; i < keyed.Length; i++)
            keyed[i] = (generation.RowAt(stretch[i]).ObservedAtTicks, stretch[i]);
        // Places are the order of arrival, so equal times stay in it.
        keyed.AsSpan().Sort();
        for (int i = 0; i < keyed.Length; i++)
            stretch[i] = keyed[i].Place;
    }

    private void KeepLast(ReadOnlySpan<int> stretch)
    {
        for (int i = 0; i < stretch.Length; i++)
        {
            if (i + 1 < stretch.Length && generation.RowAt(stretch[i]).ObservedAtTicks == generation.RowAt(stretch[i + 1]).ObservedAtTicks)
                continue;
            // Never ahead of what is still to be read: it only closes gaps.
            places[Count++] = stretch[i];
        }
    }

    private StoredReading ToStored(int datastream, int place)
    {
        ref readonly var row = ref generation.RowAt(place);
        return new(
            new(datastream), row.ObservedAtTicks, row.ReceivedAtTicks, row.Value, generation.ChunkOf(place).Value2(place & (HotChunk.Capacity - 1)),
            row.Kind == ReadingKind.Text ? Encoding.UTF8.GetString(generation.Texts[row.Bits]) : null, row.Kind, row.Quality, row.Unit, row.Flags, row.Sequence);
    }
}
