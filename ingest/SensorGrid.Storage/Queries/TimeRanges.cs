using SensorGrid.Storage.Parquet;

namespace SensorGrid.Storage.Queries;

/// <summary>Stretches of time, start-inclusive and end-exclusive, in order and apart from each other.</summary>
internal sealed class TimeRanges
{
    private readonly List<(long From, long To)> ranges = [];

    public int Count => ranges.Count;

    public long From => ranges[0].From;

    public long To => ranges[^1].To;

    /// <summary>Puts a stretch to those that are there; ones that touch become one.</summary>
    public void Add(long from, long to)
    {
        if (from >= to)
            return;
        int first = ranges.FindIndex(range => range.To >= from);
        if (first < 0)
        {
            ranges.Add((from, to));
            return;
        }
        int after = ranges.FindIndex(first, range => range.From > to);
        if (after < 0)
            after = ranges.Count;
        if (after > first)
        {
            from = Math.Min(from, ranges[first].From);
            to = Math.Max(to, ranges[after - 1].To);
            ranges.RemoveRange(first, after - first);
        }
        ranges.Insert(first, (from, to));
    }

    /// <summary>Takes a stretch out.</summary>
    public void Remove(long from, long to)
    {
        for (int i = ranges.Count - 1; i >= 0; i--)
        {
            var range = ranges[i];
            if (range.To <= from || to <= range.From)
                continue;
            ranges.RemoveAt(i);
            if (to < range.To)
                ranges.Insert(i, (to, range.To));
            if (range.From < from)
                ranges.Insert(i, (range.From, from));
        }
    }

    /// <summary>Closes the smallest gaps until there are no more than so many.</summary>
    public void Coalesce(int most)
    {
        while (ranges.Count > most)
        {
            int smallest = Enumerable.Range(0, ranges.Count - 1).MinBy(i => ranges[i + 1].From - ranges[i].To);
            ranges[smallest] = (ranges[smallest].From, ranges[smallest + 1].To);
            ranges.RemoveAt(smallest + 1);
        }
    }

    public bool Contains(long ticks) => ranges.Exists(range => range.From <= ticks && ticks < range.To);

    public bool Overlaps(long first, long last) => ranges.Exists(range => range.From <= last && first < range.To);

    public string ToSql(string column) => string.Join(" OR ", ranges.Select(range =>
        $"({column} >= {ParquetSchema.Number(range.From)} AND {column} < {ParquetSchema.Number(range.To)})"));
}
