using SensorGrid.Readings;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Readings.Units;
using SensorGrid.Simulators.Recordings;

namespace SensorGrid.Simulators.RuleTools;

/// <summary>The datastreams of a back-test, found by the series of the recordings or by their number.</summary>
internal sealed class PlayedSeriesTable(DatastreamTable table, bool sketches)
{
    private readonly Dictionary<RecordedSeries, Entry> entries = new(ReferenceEqualityComparer.Instance);
    private readonly List<PlayedSeries?> byIndex = [];
    private readonly List<PlayedSeries> played = [];
    private Entry? last;

    /// <summary>All of them in the order of their first readings, in the places that a catalogue gives them.</summary>
    public IReadOnlyList<PlayedSeries> In(CityCatalogue catalogue)
    {
        foreach (var series in played)
            series.FindIn(catalogue);
        return played;
    }

    /// <summary>The datastream of a series; its first reading makes it.</summary>
    /// <exception cref="RecordingException">There are more than a back-test takes.</exception>
    public PlayedSeries Of(RecordedSeries of)
    {
        // Rows name the same series in the same order again and again.
        if (last?.Next is { } next && ReferenceEquals(next.Of, of))
        {
            last = next;
            return next.Played;
        }
        if (!entries.TryGetValue(of, out var entry))
            entries.Add(of, entry = new(of, Add(of)));
        if (last is not null)
            last.Next = entry;
        last = entry;
        return entry.Played;
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

    private sealed class Entry(RecordedSeries of, PlayedSeries played)
    {
        public RecordedSeries Of { get; } = of;

        public PlayedSeries Played { get; } = played;

        /// <summary>What followed when it was last seen.</summary>
        public Entry? Next { get; set; }
    }
}
