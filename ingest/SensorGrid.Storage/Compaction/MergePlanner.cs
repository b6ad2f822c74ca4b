using SensorGrid.Storage.Parquet;

namespace SensorGrid.Storage.Compaction;

/// <summary>Decides which files are merged next, from the manifest and the time alone.
/// <code>
/// sealed (5 min, any time) ──split──► pieces: hours of today and yesterday, late parts of older days
///                                       └──day──► merged day files, one datastream in one file  + minutes of the day
///                                                                                               + hours of the day ──month──► hours of the month
/// </code>
/// Few files per query is the aim: a day is merged again as soon as it has <see cref="StorageOptions.MergePieces"/> pieces, and once more
/// when nothing came for it for a while.</summary>
internal static class MergePlanner
{
    // A merge reads each of its files at least twice; more at once would only make it longer before the next can start.
    private const int MostSealedFiles = 48;

    /// <param name="files">The listed files.</param>
    /// <param name="isReadable">Whether a file can be read; one that cannot waits, and the merged files it belongs to with it.</param>
    /// <param name="options">When a merge is due.</param>
    /// <param name="nowTicks">Now, UTC.</param>
    public static MergeTask? Next(IReadOnlyList<SealedFile> files, Func<SealedFile, bool> isReadable, StorageOptions options, long nowTicks)
    {
        var (readable, merged) = (files.Where(isReadable).ToList(), files.Where(file => file.Level == FileLevel.Merged).ToList());
        return Split(readable, options, nowTicks)
            ?? Merge(MergeKind.Day, FileKind.Readings) ?? Merge(MergeKind.Month, FileKind.Hours);

        MergeTask? Merge(MergeKind merge, FileKind kind) =>
            Candidates(merge, kind, readable, merged, options, nowTicks).FirstOrDefault(task => task.Inputs.All(isReadable));
    }

    private static MergeTask? Split(List<SealedFile> files, StorageOptions options, long nowTicks)
    {
        var fresh = files.Where(file => file.Level == FileLevel.Sealed).OrderBy(file => file.FirstSequence).ToList();
        if (fresh.Count == 0)
            return null;
        bool due = fresh.Count >= options.MergeSealedFiles || fresh.Min(file => file.MinReceivedTicks) <= nowTicks - options.MergeAfter.Ticks;
        return due ? new(MergeKind.Split, TimePartition.All, fresh[..Math.Min(fresh.Count, MostSealedFiles)]) : null;
    }

    // Newest first: that is what is asked for most.
    private static IEnumerable<MergeTask> Candidates(
        MergeKind merge, FileKind kind, List<SealedFile> readable, List<SealedFile> merged, StorageOptions options, long nowTicks)
    {
        var byPartition = readable.Where(file => file.Kind == kind && file.Level == FileLevel.Piece)
            .GroupBy(file => TargetOf(merge, file.Partition)).OrderByDescending(pieces => pieces.Key.StartTicks);
        foreach (var pieces in byPartition)
        {
            if (IsDue([.. pieces], pieces.Key, options, nowTicks))
                yield return new(merge, pieces.Key, WithMerged(kind, pieces.Key, [.. pieces], merged, options));
        }
    }

    private static TimePartition TargetOf(MergeKind merge, TimePartition piece) =>
        piece.IsAll ? TimePartition.All
        : merge == MergeKind.Month ? TimePartition.MonthOf(piece.StartTicks)
        : TimePartition.DayOf(piece.StartTicks);

    // Pieces of one merge share no datastream, so what a query pays for is the number of merges they come from.
    private static bool IsDue(List<SealedFile> pieces, TimePartition partition, StorageOptions options, long nowTicks)
    {
        if (pieces.Select(piece => piece.Revision).Distinct().Count() >= options.MergePieces)
            return true;
        long quietSince = pieces.Max(piece => piece.MaxReceivedTicks);
        long over = partition.IsAll ? quietSince : Math.Max(quietSince, partition.EndTicks);
        return over <= nowTicks - options.MergeAfter.Ticks;
    }

    // The merged files that share a datastream with a piece must be made anew; when everything fits in one file, it becomes one.
    private static List<SealedFile> WithMerged(
        FileKind kind, TimePartition partition, List<SealedFile> pieces, List<SealedFile> allMerged, StorageOptions options)
    {
        var merged = allMerged.FindAll(file => file.Kind == kind && file.Partition == partition);
        bool fits = pieces.Concat(merged).Sum(file => file.Rows) <= options.MergedFileRows;
        int from = pieces.Min(piece => piece.MinDatastream), to = pieces.Max(piece => piece.MaxDatastream);
        var needed = fits ? merged : merged.Where(file => file.MinDatastream <= to && from <= file.MaxDatastream);
        return [.. pieces, .. needed];
    }
}
