namespace SensorGrid.Simulators.Recordings;

/// <summary>Reads a recording from first to last instant: streams its files and merges them in time order. Equal instants come
/// in the order of the files, then of the rows, then of the datastreams in the description, so two runs give the same sequence.</summary>
public static class RecordingReader
{
    /// <summary>The readings at or after <paramref name="from"/> and before <paramref name="until"/> (recorded time).</summary>
    /// <exception cref="RecordingException">A file or a cell cannot be read.</exception>
    public static IEnumerable<RecordedReading> Read(RecordingDescription description, DateTimeOffset? from = null, DateTimeOffset? until = null)
    {
        ArgumentNullException.ThrowIfNull(description);
        return Read([description], from, until);
    }

    /// <summary>Several recordings as one, in time order; equal instants in the order of the recordings.</summary>
    public static IEnumerable<RecordedReading> Read(
        IReadOnlyList<RecordingDescription> descriptions, DateTimeOffset? from = null, DateTimeOffset? until = null)
    {
        ArgumentNullException.ThrowIfNull(descriptions);
        return One();

        IEnumerable<RecordedReading> One()
        {
            const int AtOnce = 1024;
            using var stream = new RecordingStream(descriptions, from, until);
            var readings = new RecordedReading[AtOnce];
            for (int read; (read = stream.Read(readings)) > 0;)
            {
                for (int i = 0; i < read; i++)
                    yield return readings[i];
            }
        }
    }
}

/// <summary>What a first pass over a recording tells: enough to shift it and to show progress.</summary>
/// <param name="FirstTicks">Earliest reading sent; 0 when there is none.</param>
/// <param name="LastTicks">Latest reading sent.</param>
/// <param name="Sent">Readings that travel.</param>
/// <param name="NotSent">Missing and bad cells, which do not travel.</param>
/// <param name="Series">Datastreams that send at least one reading, in the order of their first.</param>
public sealed record RecordingSpan(long FirstTicks, long LastTicks, long Sent, long NotSent, IReadOnlyList<RecordedSeries> Series)
{
    /// <summary>Reads everything once.</summary>
    public static RecordingSpan Measure(IEnumerable<RecordedReading> readings)
    {
        ArgumentNullException.ThrowIfNull(readings);
        long first = 0, last = 0, sent = 0, notSent = 0;
        var series = new List<RecordedSeries>();
        var seen = new HashSet<RecordedSeries>();
        foreach (var reading in readings)
        {
            if (!reading.IsSent)
            {
                notSent++;
                continue;
            }
            if (sent++ == 0)
                first = reading.ObservedAtTicks;
            last = reading.ObservedAtTicks;
            if (seen.Add(reading.Series))
                series.Add(reading.Series);
        }
        return new(first, last, sent, notSent, series);
    }
}
