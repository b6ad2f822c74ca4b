using DuckDB.NET.Data;
using SensorGrid.Storage.Parquet;

namespace SensorGrid.Storage.Compaction;

/// <summary>Cuts the rows of a merge into files: by partition, then by datastream, so that no file grows beyond
/// <see cref="StorageOptions.MergedFileRows"/> (unless a single datastream does). Every row is in exactly one chunk.</summary>
internal sealed class MergeChunks(DuckDBConnection connection, StorageOptions options)
{
    // A gateway whose clock jumps about could ask for a file a day over centuries. What lies beyond the fullest days of a merge stays together.
    internal const int MostDays = 400;

    public List<MergeChunk> Plan(MergeTask task, MergeShape shape, string rows, long nowTicks, CancellationToken cancellationToken)
    {
        var parts = task.Kind == MergeKind.Split
            ? Split(DuckDatabase.ReadAll(connection, shape.CountByHour(rows), ReadCount, cancellationToken), shape, nowTicks)
            : [new(task.Partition, "true", task.Inputs.Sum(file => file.Rows))];
        var chunks = new List<MergeChunk>();
        foreach (var part in parts)
        {
            if (part.Rows <= options.MergedFileRows)
                chunks.Add(part);
            else
                chunks.AddRange(Cut(part, DuckDatabase.ReadAll(connection, MergeShape.CountByDatastream(rows, part.Filter), ReadCount, cancellationToken)));
        }
        long expected = task.Inputs.Sum(file => file.Rows), planned = chunks.Sum(chunk => chunk.Rows);
        return planned == expected
            ? chunks
            : throw new ReadingStoreException($"A merge of {task.Inputs.Count} files found {planned} rows where the manifest says {expected}; nothing was changed.");
    }

    /// <summary>Hours of yesterday, today and tomorrow become hour files; older rows go to their day.</summary>
    private static List<MergeChunk> Split(List<(long Key, long Rows)> hours, MergeShape shape, long nowTicks)
    {
        var recent = new TimePartition(TimePartition.DayOf(nowTicks).StartTicks - TimeSpan.TicksPerDay, TimePartition.DayOf(nowTicks).EndTicks + TimeSpan.TicksPerDay);
        var parts = hours.GroupBy(hour => recent.Contains(hour.Key) ? TimePartition.HourOf(hour.Key) : TimePartition.DayOf(hour.Key))
            .Select(hours => (Partition: hours.Key, Rows: hours.Sum(hour => hour.Rows))).ToList();
        var days = parts.Where(part => !recent.Contains(part.Partition)).OrderByDescending(part => part.Rows).ToList();
        var own = parts.Where(part => recent.Contains(part.Partition)).Concat(days.Take(MostDays)).OrderBy(part => part.Partition.StartTicks).ToList();
        var chunks = own.ConvertAll(part => new MergeChunk(part.Partition, Within(shape.Time, part.Partition), part.Rows));
        if (days.Count > MostDays)
        {
            string elsewhere = string.Join(" AND ", own.Select(part => $"NOT ({Within(shape.Time, part.Partition)})"));
            chunks.Add(new(TimePartition.All, elsewhere, days.Skip(MostDays).Sum(part => part.Rows)));
        }
        return chunks;
    }

    private List<MergeChunk> Cut(MergeChunk part, List<(long Datastream, long Rows)> datastreams)
    {
        var chunks = new List<MergeChunk>();
        for (int from = 0, to; from < datastreams.Count; from = to)
        {
            long rows = datastreams[from].Rows;
            for (to = from + 1; to < datastreams.Count && rows + datastreams[to].Rows <= options.MergedFileRows; to++)
                rows += datastreams[to].Rows;
            string range = $"datastream_id BETWEEN {ParquetSchema.Number(datastreams[from].Datastream)} AND {ParquetSchema.Number(datastreams[to - 1].Datastream)}";
            chunks.Add(part with { Filter = $"({part.Filter}) AND {range}", Rows = rows });
        }
        return chunks;
    }

    private static string Within(string time, TimePartition partition) =>
        $"{time} >= {ParquetSchema.Number(partition.StartTicks)} AND {time} < {ParquetSchema.Number(partition.EndTicks)}";

    private static (long, long) ReadCount(DuckDBDataReader row) => (row.GetInt64(0), row.GetInt64(1));
}
