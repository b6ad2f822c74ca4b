namespace SensorGrid.Storage.Parquet;

/// <summary>A manifest entry: one Parquet file and what is in it.</summary>
internal sealed record SealedFile(
    long Id,
    string Name,
    long Rows,
    long MinObservedTicks,
    long MaxObservedTicks,
    long MinReceivedTicks,
    long MaxReceivedTicks,
    int MinDatastream,
    int MaxDatastream,
    long FirstSequence,
    long LastSequence,
    long Bytes,
    string Sha256)
{
    private int rolledUp;

    public FileKind Kind { get; init; }

    public FileLevel Level { get; init; }

    /// <summary>Observed time it is the place for; everything for a sealed file.</summary>
    public TimePartition Partition { get; init; } = TimePartition.All;

    /// <summary>Grows with each merge; files of one merge share it. Of two rollup rows for one bucket the higher one counts.</summary>
    public long Revision { get; init; }

    /// <summary>Rollups that hold its rows; <see cref="RollupKinds.None"/> for a rollup itself. The only thing that changes: rollups
    /// may be deleted before the readings they were made from.</summary>
    public RollupKinds RolledUp
    {
        get => (RollupKinds)Volatile.Read(ref rolledUp);
        set => Volatile.Write(ref rolledUp, (int)value);
    }

    /// <summary>Queries that read it now.</summary>
    public SharedUse Use { get; } = new();

    /// <summary>Whether it can hold readings of a datastream (any, when null) in a range of time.</summary>
    public bool MayHold(int? datastream, long fromTicks, long toTicks) =>
        MinObservedTicks < toTicks && MaxObservedTicks >= fromTicks
        && (datastream is not { } index || (MinDatastream <= index && index <= MaxDatastream));

    /// <summary>Whether both can hold a datastream.</summary>
    public bool SharesDatastreamsWith(SealedFile other) => MinDatastream <= other.MaxDatastream && other.MinDatastream <= MaxDatastream;
}
