namespace SensorGrid.Storage.Parquet;

/// <summary>What the rows of a file are. Numbers stand in <c>state.sqlite</c> and are never reused.</summary>
internal enum FileKind
{
    /// <summary>Readings as they came.</summary>
    Readings = 0,

    /// <summary>Rollup: one row for each datastream and minute.</summary>
    Minutes = 1,

    /// <summary>Rollup: one row for each datastream and hour.</summary>
    Hours = 2,
}

/// <summary>How far a file has been merged. Numbers stand in <c>state.sqlite</c> and are never reused.</summary>
internal enum FileLevel
{
    /// <summary>Straight from memory: any time, any datastream.</summary>
    Sealed = 0,

    /// <summary>Of one partition, waiting for its like: an hour or the late part of a day; of hour rollups, a day.</summary>
    Piece = 1,

    /// <summary>The merged files of a partition (day; of hour rollups, month). No two of them share a datastream.</summary>
    Merged = 2,
}

/// <summary>Rollups that hold what is in a file of readings.</summary>
[Flags]
internal enum RollupKinds
{
    None = 0,
    Minutes = 1,
    Hours = 2,
    Both = Minutes | Hours,
}
