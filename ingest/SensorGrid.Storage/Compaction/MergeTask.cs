using SensorGrid.Storage.Parquet;

namespace SensorGrid.Storage.Compaction;

/// <summary>What a merge makes.</summary>
internal enum MergeKind
{
    /// <summary>Sealed files into hour files, and late rows into pieces of their days.</summary>
    Split,

    /// <summary>Pieces of a day into its merged files, with rollups.</summary>
    Day,

    /// <summary>Hour rollups of the days of a month into its merged files.</summary>
    Month,
}

/// <summary>One group of files to be merged.</summary>
/// <param name="Kind">Into what.</param>
/// <param name="Partition">Where its rows belong; everything for a split.</param>
/// <param name="Inputs">Files that the outputs replace.</param>
internal sealed record MergeTask(MergeKind Kind, TimePartition Partition, IReadOnlyList<SealedFile> Inputs);
