using SensorGrid.Readings;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Readings.Units;
using SensorGrid.Simulators.Recordings;

namespace SensorGrid.Simulators.RuleTools;

/// <summary>The datastreams of a back-test, found by the series of the recordings or by their number.</summary>
internal sealed class PlayedSeriesTable(DatastreamTable table, bool sketches)
{
    private const int None = -1;

    private readonly Dictionary<RecordedSeries, int> numbers = new(ReferenceEqualityComparer.Instance);
    // What each reading touches lies together: one element for each series of a recording.
    private Entry[] entries = new Entry[64];
    private int count;
    private readonly List<PlayedSeries?> byIndex = [];
    private readonly List<PlayedSeries> played = [];
    private int last = None;

    /// <summary>All of them in the order of their first readings, in the places that a catalogue gives them.</summary>
    public IReadOnlyList<PlayedSeries> In(CityCatalogue catalogue)
    {
        foreach (ref readonly var entry in entries.AsSpan(0, count))
            entry.Played.Cover(entry.First, entry.Last);
        foreach (var series in played)
            series.FindIn(catalogue);
        return played;
    }

    /// <summary>Takes a reading of a series; its first one makes the datastream.</summary>
    /// <param name="recorded">The reading.</param>
    /// <param name="unit">The unit sent with it.</param>
    /// <returns>Which datastream it is.</returns>
    /// <exception cref="RecordingException">There are more than a back-test takes.</exception>
    public DatastreamIndex Take(in RecordedReading recorded, out byte unit)
    {
        last = Find(recorded.Series);
        ref var entry = ref entries[last];
        entry.First = Math.Min(entry.First, recorded.ObservedAtTicks);
        entry.Last = Math.Max(entry.Last, recorded.ObservedAtTicks);
        if (sketches)
            entry.Played.Take(recorded.ObservedAtTicks, recorded.Kind, recorded.Value);
        unit = entry.Unit;
        return entry.Index;
    }

    // Rows name the same series in the same order again and again.
    private int Find(RecordedSeries of)
    {
        if (last != None && entries[last].Next is var next && ReferenceEquals(entries[next].Of, of))
            return next;
        if (!numbers.TryGetValue(of, out int found))
        {
            var added = Add(of);
            if (count == entries.Length)
                Array.Resize(ref entries, count * 2);
            entries[count] = new() { Of = of, Played = added, Index = added.Index, Unit = added.Unit, First = long.MaxValue };
            numbers.Add(of, found = count++);
        }
        if (last != None)
            entries[last].Next = found;
        return found;
    }

    /// <summary>The datastream of a decoded reading; its first one makes it.</summary>
    public PlayedSeries Of(in Reading reading)
    {
        if (reading.Datastream.Value < byIndex.Count && byIndex[reading.Datastream.Value] is { } known)
            return known;
        var key = table.KeyOf(reading.Datastream);
        return Add(new(key.Gateway, "", key.Name, reading.Unit == UnitRegistry.None ? "" : UnitRegistry.NameOf(reading.Unit)), reading.Datastream);
    }

    private PlayedSeries Add(RecordedSeries of) => table.TryIntern(new(of.Gateway, of.Name), out var index)
        ? Add(of, index)
        : throw new RecordingException(of.ToString(), 0, "The recording holds more datastreams than a back-test takes; play a part of it.");

    private PlayedSeries Add(RecordedSeries of, DatastreamIndex index)
    {
        while (byIndex.Count <= index.Value)
            byIndex.Add(null);
        // Two recordings may hold parts of one datastream.
        if (byIndex[index.Value] is { } known)
            return known;
        var added = new PlayedSeries(of, index, sketches);
        byIndex[index.Value] = added;
        played.Add(added);
        return added;
    }

    private struct Entry
    {
        public RecordedSeries Of;
        public PlayedSeries Played;
        public long First;
        public long Last;
        public DatastreamIndex Index;
        // What followed when it was last seen; the first of all until then.
        public int Next;
        public byte Unit;
    }
}
