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
    /// <summary>Queries that read it now.</summary>
    public SharedUse Use { get; } = new();

    /// <summary>Whether it can hold readings of a datastream (any, when null) in a range of time.</summary>
    public bool MayHold(int? datastream, long fromTicks, long toTicks) =>
        MinObservedTicks < toTicks && MaxObservedTicks >= fromTicks
        && (datastream is not { } index || (MinDatastream <= index && index <= MaxDatastream));
}
