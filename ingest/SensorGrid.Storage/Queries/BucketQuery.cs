using SensorGrid.Storage.Parquet;
using SensorGrid.Storage.Rollups;

namespace SensorGrid.Storage.Queries;

/// <summary>Buckets of one datastream, from rollups where they hold everything and from readings elsewhere.
/// <code>
/// from                                                                          to
///  │ part of a unit │ units: from rollups, but those that fresh rows touch │ part of a unit │
///  │    readings    │    rollup    │ readings │     rollup     │ readings  │    readings    │
/// </code>
/// A row is fresh when the rollups do not hold it yet: hot, sealed, or a piece that waits to be merged. Whatever minute or hour has one is
/// made from all of its readings, so the answer is the one that the readings alone would give, to the bit.</summary>
internal sealed class BucketQuery
{
    // More stretches than this (a backlog that came in bits) are closed up: reading a little too much beats an endless WHERE.
    private const int MostRanges = 32;

    // Rollup units of one statement, so that a long range of short buckets is not held all at once.
    private const long UnitsAtOnce = 100_000;

    private readonly long length;

    public BucketQuery(SourceFilter filter, long length)
    {
        (Filter, this.length) = (filter, length);
        Rollup = RollupLength.For(length);
    }

    public SourceFilter Filter { get; }

    /// <summary>The rollup that can serve it; null when its buckets are no whole minutes.</summary>
    public FileKind? Rollup { get; }

    public List<ReadingBucket> Execute(QuerySession session)
    {
        var fold = new BucketFold(length);
        if (Rollup is not { } kind || session.Rollups(kind, Filter).Count == 0)
        {
            AddReadings(session, fold, Filter);
            return fold.End();
        }
        long unit = RollupLength.Of(kind);
        long first = RollupLength.StartOf(Filter.FromTicks + unit - 1, unit), end = RollupLength.StartOf(Filter.ToTicks, unit);
        if (first >= end)
        {
            AddReadings(session, fold, Filter);
            return fold.End();
        }
        AddReadings(session, fold, Filter with { ToTicks = first });
        var raw = FromReadings(session, kind, Filter with { FromTicks = first, ToTicks = end });
        for (long start = first; start < end; start += unit * UnitsAtOnce)
            AddUnits(session, fold, kind, raw, Filter with { FromTicks = start, ToTicks = Math.Min(end, start + unit * UnitsAtOnce) });
        AddReadings(session, fold, Filter with { FromTicks = end });
        return fold.End();
    }

    /// <summary>Where the rollups do not hold everything.</summary>
    private static TimeRanges FromReadings(QuerySession session, FileKind kind, SourceFilter filter)
    {
        long unit = RollupLength.Of(kind);
        var ranges = new TimeRanges();
        if (session.Readings(filter, except: file => file.RolledUp.HasFlag(RollupLength.Flag(kind))) is { } fresh)
        {
            string sql = $"SELECT DISTINCT {StartSql(unit)} AS start_ticks FROM ({fresh}) ORDER BY start_ticks";
            foreach (long start in session.Read(sql, static row => row.GetInt64(0)))
                ranges.Add(start, start + unit);
        }
        foreach (var broken in session.Unreadable.Where(file => file.Kind == kind))
            ranges.Add(Math.Max(broken.MinObservedTicks, filter.FromTicks), Math.Min(broken.MaxObservedTicks + 1, filter.ToTicks));
        ranges.Coalesce(MostRanges);
        // The readings of a closed day are gone: its rollups are all there is, and are final.
        foreach (var (day, rollups) in session.ClosedDays)
        {
            if (rollups.HasFlag(RollupLength.Flag(kind)))
                ranges.Remove(day, day + TimeSpan.TicksPerDay);
        }
        return ranges;
    }

    // Both in order of time: units from rollups, and readings of the stretches between them.
    private static void AddUnits(QuerySession session, BucketFold fold, FileKind kind, TimeRanges raw, SourceFilter filter)
    {
        var paths = session.Rollups(kind, filter);
        var versions = paths.Count == 0 ? [] : session.Read(
            RollupSchema.Select(paths, filter.Datastream!.Value, filter.FromTicks, filter.ToTicks),
            static row => RollupUnit.From(row.GetInt64(0), row.GetDouble(1), row.GetDouble(2), row.GetDouble(3), row.GetInt64(4), row.GetDouble(5), row.GetInt64(6)));
        var units = QuerySession.FirstOfEach(versions, static unit => unit.StartTicks)
            .Where(unit => !raw.Contains(unit.StartTicks)).ToList();
        int next = 0;
        if (raw.Count > 0 && raw.Overlaps(filter.FromTicks, filter.ToTicks - 1))
        {
            var within = filter with { FromTicks = Math.Max(filter.FromTicks, raw.From), ToTicks = Math.Min(filter.ToTicks, raw.To), Within = raw };
            long length = RollupLength.Of(kind), current = long.MinValue;
            foreach (var (ticks, value) in Readings(session, within))
            {
                long start = RollupLength.StartOf(ticks, length);
                if (start != current)
                {
                    current = start;
                    if (next < units.Count && units[next].StartTicks < start)
                        fold.EndReadings();
                    for (; next < units.Count && units[next].StartTicks < start; next++)
                        fold.Add(units[next]);
                }
                fold.Add(ticks, value);
            }
            fold.EndReadings();
        }
        for (; next < units.Count; next++)
            fold.Add(units[next]);
    }

    private static void AddReadings(QuerySession session, BucketFold fold, SourceFilter filter)
    {
        if (filter.FromTicks >= filter.ToTicks)
            return;
        foreach (var (ticks, value) in Readings(session, filter))
            fold.Add(ticks, value);
        fold.EndReadings();
    }

    private static IEnumerable<(long Ticks, double Value)> Readings(QuerySession session, SourceFilter filter) =>
        session.Readings(filter) is { } source
            ? QuerySession.FirstOfEach(
                    session.Read($"SELECT observed_ticks, value, {RollupUnit.CountsSql} AS counts FROM ({source}) ORDER BY observed_ticks, {QuerySession.ValidFirst}",
                        static row => (Ticks: row.GetInt64(0), Value: row.GetDouble(1), Counts: row.GetBoolean(2))),
                    static row => row.Ticks)
                // Afterwards: a correction to bad takes the reading out.
                .Where(static row => row.Counts).Select(static row => (row.Ticks, row.Value))
            : [];

    // SQL's remainder keeps the sign of the left side: add the length once more, so that times before 1970 round down too.
    private static string StartSql(long unit)
    {
        string length = ParquetSchema.Number(unit), sinceEpoch = $"(observed_ticks - {ParquetSchema.Number(RollupLength.UnixEpochTicks)})";
        return $"observed_ticks - ({sinceEpoch} % {length} + {length}) % {length}";
    }
}
