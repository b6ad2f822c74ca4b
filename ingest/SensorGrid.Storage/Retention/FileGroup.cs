using SensorGrid.Storage.Parquet;

namespace SensorGrid.Storage.Retention;

/// <summary>Files that are deleted together: readings and minutes of a day, hours of a month, or one file that belongs to no day.</summary>
internal sealed record FileGroup(FileKind Kind, TimePartition Partition, IReadOnlyList<SealedFile> Files)
{
    public long NewestArrivalTicks => Files.Max(file => file.MaxReceivedTicks);

    public long Bytes => Files.Sum(file => file.Bytes);

    /// <summary>Place in time, for "oldest first"; a file that belongs to no day stands where its newest arrival is.</summary>
    private long Age => Partition.IsAll ? NewestArrivalTicks : Partition.StartTicks;

    /// <summary>The groups of one kind, oldest first.</summary>
    public static List<FileGroup> Of(FileKind kind, IEnumerable<SealedFile> files)
    {
        var alone = new List<FileGroup>();
        var days = new Dictionary<TimePartition, List<SealedFile>>();
        foreach (var file in files.Where(file => file.Kind == kind))
        {
            if (file.Partition.IsAll)
            {
                alone.Add(new(kind, TimePartition.All, [file]));
                continue;
            }
            var partition = kind == FileKind.Hours ? TimePartition.MonthOf(file.Partition.StartTicks) : TimePartition.DayOf(file.Partition.StartTicks);
            if (!days.TryGetValue(partition, out var together))
                days.Add(partition, together = []);
            together.Add(file);
        }
        return [.. alone.Concat(days.Select(day => new FileGroup(kind, day.Key, day.Value))).OrderBy(group => group.Age)];
    }
}
