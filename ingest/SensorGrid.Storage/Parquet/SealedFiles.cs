using SensorGrid.Readings.IO;
using SensorGrid.Storage.Queries;

namespace SensorGrid.Storage.Parquet;

/// <summary>The files that count, as the manifest lists them, held in memory for choosing. Thread-safe.</summary>
internal sealed class SealedFiles(ParquetFolder folder, IEnumerable<SealedFile> files, IReadOnlyDictionary<long, RollupKinds> closedDays)
{
    private readonly Lock gate = new();
    private readonly List<SealedFile> all = [.. files];
    private IReadOnlyDictionary<long, RollupKinds> closed = closedDays;

    // Files that could not be read, with their size and time of change then: one that was repaired is tried again.
    private readonly Dictionary<long, (FileStamp Stamp, string Reason)> unreadable = [];

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

    /// <summary>Days whose readings are deleted while rollups are kept, by their start.</summary>
    public IReadOnlyDictionary<long, RollupKinds> ClosedDays
    {
        get
        {
            lock (gate)
                return closed;
        }
    }

    /// <summary>Swaps files in one step: a query sees those before or those after, never a row twice or not at all.</summary>
    public void Replace(IReadOnlyCollection<SealedFile> old, IEnumerable<SealedFile> by)
    {
        var gone = old.Select(file => file.Id).ToHashSet();
        lock (gate)
        {
            all.RemoveAll(candidate => gone.Contains(candidate.Id));
            all.AddRange(by);
            foreach (long id in gone)
                unreadable.Remove(id);
        }
    }

    /// <summary>As <see cref="Replace"/> with nothing, together with what follows from that for the rollups.</summary>
    public void Remove(IReadOnlyCollection<SealedFile> old, IReadOnlyDictionary<long, RollupKinds> closedNow, TimePartition cleared, RollupKinds kind)
    {
        lock (gate)
        {
            Replace(old, []);
            closed = closedNow;
            for (int i = 0; kind != RollupKinds.None && i < all.Count; i++)
            {
                if (all[i].Kind == FileKind.Readings && cleared.Contains(all[i].Partition))
                    all[i].RolledUp &= ~kind;
            }
        }
    }

    public List<SealedFile> ToList()
    {
        lock (gate)
            return [.. all];
    }

    /// <summary>The files of readings that a query needs, those of one kind of rollup if it asks for it, and the days that are closed
    /// as of the same moment. The caller leaves each file when it is done.</summary>
    public (List<SealedFile> Chosen, IReadOnlyDictionary<long, RollupKinds> ClosedDays) Enter(SourceFilter filter, FileKind? rollup)
    {
        lock (gate)
        {
            var chosen = all.FindAll(file => (file.Kind == FileKind.Readings || file.Kind == rollup) && file.MayHold(filter.Datastream, filter.FromTicks, filter.ToTicks));
            foreach (var file in chosen)
                file.Use.Enter();
            return (chosen, closed);
        }
    }

    public void MarkUnreadable(SealedFile file, string reason)
    {
        lock (gate)
            unreadable[file.Id] = (StampOf(file), reason);
    }

    /// <summary>Why a file is known to be unreadable; null when it is not, or when it was changed since.</summary>
    public string? WhyUnreadable(SealedFile file)
    {
        lock (gate)
        {
            if (!unreadable.TryGetValue(file.Id, out var known))
                return null;
            if (known.Stamp == StampOf(file))
                return known.Reason;
            unreadable.Remove(file.Id);
            return null;
        }
    }

    private FileStamp StampOf(SealedFile file) => FileStamp.Of(folder.FullPath(file.Name));
}
