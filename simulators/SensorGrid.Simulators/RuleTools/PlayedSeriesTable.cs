using SensorGrid.Alarms;
using SensorGrid.Readings;
using SensorGrid.Simulators.Recordings;

namespace SensorGrid.Simulators.RuleTools;

/// <summary>The datastreams of a back-test, found by the series of the recordings.</summary>
internal sealed class PlayedSeriesTable(DatastreamTable table, AlarmEvaluation evaluation, bool sketches)
{
    private readonly Dictionary<RecordedSeries, Entry> entries = new(ReferenceEqualityComparer.Instance);
    private readonly List<PlayedSeries?> byIndex = [];
    private readonly List<PlayedSeries> played = [];
    private Entry? last;

    /// <summary>In the order of their first readings.</summary>
    public IReadOnlyList<PlayedSeries> Played => played;

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

    private PlayedSeries Add(RecordedSeries of)
    {
        if (!table.TryIntern(new(of.Gateway, of.Name), out var index))
            throw new RecordingException(of.ToString(), 0, "The recording holds more datastreams than a back-test takes; play a part of it.");
        while (byIndex.Count <= index.Value)
            byIndex.Add(null);
        // Two recordings may hold parts of one datastream.
        if (byIndex[index.Value] is { } known)
            return known;
        var added = new PlayedSeries(of, index, evaluation.Catalogue, sketches);
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
