using SensorGrid.Readings;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Windows;
using SensorGrid.Storage;

namespace SensorGrid.Ingest.Service.Alarms;

/// <summary>What a rule compared with its limits, over a stretch of time: the rules' own windows over the readings as they are stored. Read
/// page by page, so that a week of readings each second takes no more memory than an hour of them.</summary>
internal sealed class AlarmTrend(ReadingStore store, StorageOptions options, TimeProvider time)
{
    /// <summary>Readings looked through for one answer: a second or two of work.</summary>
    public const int MostReadings = 1_000_000;

    // A change is measured from the newest reading at or before its window's start; one older than this is as good as none.
    private static readonly TimeSpan LongestStep = TimeSpan.FromDays(1);

    /// <summary>Gives each point with from ≤ time &lt; to in its order, and first the value that held at from, until <paramref name="take"/> says
    /// that it has enough.</summary>
    public async Task<MeasuredRange> MeasureAsync(
        DatastreamIndex datastream, ValueExpression measure, DateTimeOffset from, DateTimeOffset to, Func<MeasurePoint, bool> take, CancellationToken cancellation)
    {
        var unreadable = new HashSet<string>(StringComparer.Ordinal);
        var series = new MeasureSeries(measure);
        var points = new List<MeasurePoint>();
        double? held = null;
        var lead = Before(from, TimeSpan.FromTicks(measure.ReachTicks));
        if (measure.LooksBefore)
        {
            // One before the first window, for the change to be measured from.
            var first = await store.ReadAsync(datastream, Before(lead, LongestStep), lead.AddTicks(1), 1, newestFirst: true, cancellation);
            unreadable.UnionWith(first.UnreadableFiles.Select(file => file.Path));
            Feed(first.Readings);
            lead = lead.AddTicks(1);
        }
        for (int read = 0; lead < to;)
        {
            int most = Math.Min(options.MaxReadings, MostReadings - read);
            if (most == 0)
                return new(IsCut: true, unreadable.Count);
            var page = await store.ReadAsync(datastream, lead, to, most, newestFirst: false, cancellation);
            unreadable.UnionWith(page.UnreadableFiles.Select(file => file.Path));
            Feed(page.Readings);
            if (!Drain())
                return new(IsCut: true, unreadable.Count);
            if (!page.Truncated)
                break;
            read += page.Readings.Count;
            lead = page.Readings[^1].ObservedAt.AddTicks(1);
        }
        if (EventClock(datastream) is { } now)
            series.AdvanceTo(Math.Min(now.UtcTicks, to.UtcTicks - 1), points);
        bool isCut = !Drain() || (held is { } value && !take(new(from.UtcTicks, value)));
        return new(isCut, unreadable.Count);

        void Feed(IReadOnlyList<StoredReading> readings)
        {
            foreach (var reading in readings)
            {
                if (IsValue(reading))
                    series.Add(reading.ObservedAtTicks, reading.Value, points);
            }
        }

        bool Drain()
        {
            foreach (var point in points)
            {
                if (point.TimeTicks < from.UtcTicks)
                {
                    held = point.Value;
                    continue;
                }
                if (held is { } value && point.TimeTicks > from.UtcTicks && !take(new(from.UtcTicks, value)))
                    return false;
                held = null;
                if (!take(point))
                    return false;
            }
            points.Clear();
            return true;
        }
    }

    // As the rules reckon it (event-time.md): the newest stamp, and as much later as time has gone on since it came.
    private DateTimeOffset? EventClock(DatastreamIndex datastream) =>
        store.TryGetLatest(datastream, out var latest) ? latest.ObservedAt + (time.GetUtcNow() - latest.ReceivedAt) : null;

    // As the rules choose them.
    private static bool IsValue(in StoredReading reading) =>
        reading.Kind is ReadingKind.Number or ReadingKind.Boolean
        && reading.Quality is Quality.Good or Quality.Estimated or Quality.Suspect
        && double.IsFinite(reading.Value);

    private static DateTimeOffset Before(DateTimeOffset at, TimeSpan span) =>
        at.UtcTicks > span.Ticks ? at - span : DateTimeOffset.MinValue;
}

/// <summary>How a look through the readings ended.</summary>
/// <param name="IsCut">There is more than was given.</param>
/// <param name="UnreadableFiles">Files of the range that could not be read.</param>
internal readonly record struct MeasuredRange(bool IsCut, int UnreadableFiles);
