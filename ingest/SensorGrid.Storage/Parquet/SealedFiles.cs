namespace SensorGrid.Storage.Parquet;

/// <summary>The sealed files that count, as the manifest lists them, held in memory for choosing. Thread-safe.</summary>
internal sealed class SealedFiles(ParquetFolder folder, IEnumerable<SealedFile> files)
{
    private readonly Lock gate = new();
    private readonly List<SealedFile> all = [.. files];

    // Files that could not be read, with their size and time of change then: one that was repaired is tried again.
    private readonly Dictionary<long, (UnreadableMark Mark, string Reason)> unreadable = [];

    public int Count
    {
        get
        {
            lock (gate)
                return all.Count;
        }
    }

    public int UnreadableCount
    {
        get
        {
            lock (gate)
                return unreadable.Count;
        }
    }

    public void Add(SealedFile file)
    {
        lock (gate)
            all.Add(file);
    }

    public void Remove(SealedFile file)
    {
        lock (gate)
        {
            all.RemoveAll(candidate => candidate.Id == file.Id);
            unreadable.Remove(file.Id);
        }
    }

    public List<SealedFile> ToList()
    {
        lock (gate)
            return [.. all];
    }

    /// <summary>The files a query needs, oldest first. The caller leaves each when it is done.</summary>
    public List<SealedFile> Enter(int? datastream, long fromTicks, long toTicks)
    {
        lock (gate)
        {
            var chosen = all.FindAll(file => file.MayHold(datastream, fromTicks, toTicks));
            foreach (var file in chosen)
                file.Use.Enter();
            return chosen;
        }
    }

    public void MarkUnreadable(SealedFile file, string reason)
    {
        lock (gate)
            unreadable[file.Id] = (MarkOf(file), reason);
    }

    /// <summary>Why a file is known to be unreadable; null when it is not, or when it was changed since.</summary>
    public string? WhyUnreadable(SealedFile file)
    {
        lock (gate)
        {
            if (!unreadable.TryGetValue(file.Id, out var known))
                return null;
            if (known.Mark == MarkOf(file))
                return known.Reason;
            unreadable.Remove(file.Id);
            return null;
        }
    }

    private UnreadableMark MarkOf(SealedFile file)
    {
        var found = new FileInfo(folder.FullPath(file.Name));
        return found.Exists ? new(found.Length, found.LastWriteTimeUtc) : new(-1, default);
    }

    private readonly record struct UnreadableMark(long Length, DateTime ChangedAt);
}
