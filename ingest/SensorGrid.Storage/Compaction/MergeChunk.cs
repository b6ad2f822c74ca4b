using SensorGrid.Storage.Parquet;

namespace SensorGrid.Storage.Compaction;

/// <summary>Rows that become one file: a partition, or as many of its datastreams as fit.</summary>
/// <param name="Partition">Where they belong.</param>
/// <param name="Filter">Which rows of the inputs, as SQL.</param>
/// <param name="Rows">How many they are, superseded ones included.</param>
internal sealed record MergeChunk(TimePartition Partition, string Filter, long Rows);
