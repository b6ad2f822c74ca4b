namespace SensorGrid.Storage;

/// <summary>Settings of the reading store. Every bound has a name here.</summary>
public sealed record StorageOptions
{
    /// <summary>Age of the oldest unsealed row at which the hot table is sealed. 5 min: a restart then re-reads at most that much of
    /// the log, and the twelve files of an hour are soon merged into one.</summary>
    public TimeSpan SealAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Rows at which the hot table is sealed without waiting for its age. 1 M rows take about 45 MB in memory and a second
    /// to sort and write, and a restart reads no more than that of the log again.</summary>
    public int SealRows { get; init; } = 1_000_000;

    /// <summary>Bytes of text readings at which the hot table is sealed. One text may be 64 KB, so rows alone bound nothing.</summary>
    public long SealTextBytes { get; init; } = 64L << 20;

    /// <summary>Rows in memory, sealing ones included, at which the store follower has to wait. Four times <see cref="SealRows"/>: a
    /// second generation may fill while the first is written; nothing is dropped, the log keeps what waits.</summary>
    public int HotRowLimit { get; init; } = 4_000_000;

    /// <summary>Bytes of text in memory at which the store follower has to wait. Twice <see cref="SealTextBytes"/>.</summary>
    public long HotTextBytesLimit { get; init; } = 128L << 20;

    /// <summary>Rows of a Parquet row group. Small, so that a query for one datastream decodes little: 16,384 rows are 8 of DuckDB's vectors.</summary>
    public int RowGroupRows { get; init; } = 16_384;

    /// <summary>Memory DuckDB may use for queries and for writing sealed files together, in MiB; the hot rows are beside it (some 44 bytes each).
    /// 512: a dozen MiB for a file, the rest for <see cref="ConcurrentQueries"/>; beyond it DuckDB spills into <c>spill/</c> in the data folder.</summary>
    public int MemoryMiB { get; init; } = 512;

    /// <summary>Disk space DuckDB may use for spilling, in MiB. 4 GiB: a sort of several days of data, not the whole disk.</summary>
    public int SpillMiB { get; init; } = 4096;

    /// <summary>Threads DuckDB may use for one query or seal. 1: admission and rules need the others, a seal takes no longer with one than with two, and with two
    /// DuckDB 1.5 was seen, once in some thousand queries on a busy machine, to give rows of an ORDER BY out of order.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Queries that run at once; further ones wait their turn. 4: more than that only share the same cores.</summary>
    public int ConcurrentQueries { get; init; } = 4;

    /// <summary>Most readings one raw query returns. 100,000: more than a chart can draw, about 10 MB of JSON.</summary>
    public int MaxReadings { get; init; } = 100_000;

    /// <summary>Most buckets one bucketed query may span. 20,000: a day in 5 s buckets, five months in 15 min ones.</summary>
    public int MaxBuckets { get; init; } = 20_000;

    /// <summary>Queries that may wait for their turn; one more is refused at once (HTTP 503). 64: at some ten milliseconds a query the
    /// last of them waits less than a second.</summary>
    public int WaitingQueries { get; init; } = 64;

    /// <summary>Sealed files that are merged without waiting for <see cref="MergeAfter"/>. 12: an hour of <see cref="SealAfter"/>; under
    /// load, when files are sealed by rows, sooner, so that a query still opens few.</summary>
    public int MergeSealedFiles { get; init; } = 12;

    /// <summary>Age at which sealed files are merged into hours, and quiet time after which what came late for a day, or the end of
    /// a day or month, is merged. 1 h: late readings mostly come in bursts, and each merge of a day writes it anew.</summary>
    public TimeSpan MergeAfter { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Merges whose pieces a day (of hour rollups: a month) may have before it is merged again. 6: a query for the last 24 hours opens
    /// half a dozen files more, and a day is written some four times in all.</summary>
    public int MergePieces { get; init; } = 6;

    /// <summary>Rows a merged file may have; more datastreams go into a further file. 4 M rows are some 10 to 40 MB, and what a merge sorts at once.</summary>
    public int MergedFileRows { get; init; } = 4_000_000;

    /// <summary>Rows of a row group of a merged file. 65,536: opening a file of <see cref="MergedFileRows"/> costs 0.8 ms where 16,384 take 2 ms,
    /// because the directory of its row groups is read, and decoding a larger group costs less than that.</summary>
    public int MergedRowGroupRows { get; init; } = 65_536;

    /// <summary>Memory that merging may use beside <see cref="MemoryMiB"/>, in MiB; beyond it DuckDB spills. 512: sorts <see cref="MergedFileRows"/> with little spilling.</summary>
    public int MergeMemoryMiB { get; init; } = 512;

    /// <summary>Age (by newest arrival) at which readings are deleted, a day at a time; null keeps everything. Null by default: nobody's
    /// readings are deleted unasked. Rollups outlive them, and are final then.</summary>
    public TimeSpan? KeepFor { get; init; }

    /// <summary>Age (by newest arrival) at which the rollups by minute are deleted, a day at a time; null keeps them.</summary>
    public TimeSpan? KeepMinutesFor { get; init; }

    /// <summary>Age (by newest arrival) at which the rollups by hour are deleted, a month at a time; null keeps them.</summary>
    public TimeSpan? KeepHoursFor { get; init; }

    /// <summary>Bytes that all files together may take; beyond it the oldest are deleted: readings first, then minutes, then hours, and never
    /// the newest of a kind. Null by default, as for <see cref="KeepFor"/>.</summary>
    public long? KeepBytes { get; init; }

    /// <summary>Pause after a seal that failed (disk full, for example) before it is tried again. 10 s: soon after space is made,
    /// without a busy loop.</summary>
    public TimeSpan SealRetryDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Pause after a merge or deletion that failed. 1 min: nothing waits for it, and a merge that fails has cost some work.</summary>
    public TimeSpan MergeRetryDelay { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Everything that is wrong with the settings, empty when they are usable.</summary>
    public IReadOnlyList<string> Validate()
    {
        var errors = new List<string>();
        void Check(bool good, string message)
        {
            if (!good)
                errors.Add(message);
        }
        Check(SealAfter >= TimeSpan.FromSeconds(1), $"{nameof(SealAfter)} is {SealAfter}; it must be at least one second.");
        Check(SealRows >= 1, $"{nameof(SealRows)} is {SealRows}; it must be at least 1.");
        Check(SealTextBytes >= 65_535, $"{nameof(SealTextBytes)} is {SealTextBytes}; it must hold one text of 65,535 bytes.");
        Check(HotRowLimit >= SealRows, $"{nameof(HotRowLimit)} is {HotRowLimit}; it must not be below {nameof(SealRows)} ({SealRows}).");
        Check(HotTextBytesLimit >= SealTextBytes, $"{nameof(HotTextBytesLimit)} is {HotTextBytesLimit}; it must not be below {nameof(SealTextBytes)} ({SealTextBytes}).");
        Check(RowGroupRows is >= 2048 and <= 1 << 20, $"{nameof(RowGroupRows)} is {RowGroupRows}; it must be between 2,048 and 1,048,576.");
        Check(MemoryMiB >= 64, $"{nameof(MemoryMiB)} is {MemoryMiB}; DuckDB needs at least 64.");
        Check(SpillMiB >= 0, $"{nameof(SpillMiB)} is {SpillMiB}; it must not be negative.");
        Check(Threads is >= 1 and <= 256, $"{nameof(Threads)} is {Threads}; it must be between 1 and 256.");
        Check(ConcurrentQueries is >= 1 and <= 64, $"{nameof(ConcurrentQueries)} is {ConcurrentQueries}; it must be between 1 and 64.");
        Check(MaxReadings is >= 1 and <= 10_000_000, $"{nameof(MaxReadings)} is {MaxReadings}; it must be between 1 and 10,000,000.");
        Check(MaxBuckets is >= 1 and <= 1_000_000, $"{nameof(MaxBuckets)} is {MaxBuckets}; it must be between 1 and 1,000,000.");
        Check(WaitingQueries is >= 0 and <= 10_000, $"{nameof(WaitingQueries)} is {WaitingQueries}; it must be between 0 and 10,000.");
        Check(MergeSealedFiles is >= 1 and <= 48, $"{nameof(MergeSealedFiles)} is {MergeSealedFiles}; it must be between 1 and 48.");
        Check(MergeAfter > TimeSpan.Zero, $"{nameof(MergeAfter)} is {MergeAfter}; it must be positive.");
        Check(MergePieces is >= 1 and <= 48, $"{nameof(MergePieces)} is {MergePieces}; it must be between 1 and 48.");
        Check(MergedFileRows is >= 1 and <= 100_000_000, $"{nameof(MergedFileRows)} is {MergedFileRows}; it must be between 1 and 100,000,000.");
        Check(MergedRowGroupRows is >= 2048 and <= 1 << 20, $"{nameof(MergedRowGroupRows)} is {MergedRowGroupRows}; it must be between 2,048 and 1,048,576.");
        Check(MergeMemoryMiB >= 64, $"{nameof(MergeMemoryMiB)} is {MergeMemoryMiB}; DuckDB needs at least 64.");
        foreach (var (name, age) in new[] { (nameof(KeepFor), KeepFor), (nameof(KeepMinutesFor), KeepMinutesFor), (nameof(KeepHoursFor), KeepHoursFor) })
            Check(age is null || age > SealAfter, $"{name} is {age}; it must be longer than {nameof(SealAfter)} ({SealAfter}).");
        Check(KeepBytes is null or > 0, $"{nameof(KeepBytes)} is {KeepBytes}; it must be positive.");
        Check(SealRetryDelay > TimeSpan.Zero, $"{nameof(SealRetryDelay)} is {SealRetryDelay}; it must be positive.");
        Check(MergeRetryDelay > TimeSpan.Zero, $"{nameof(MergeRetryDelay)} is {MergeRetryDelay}; it must be positive.");
        return errors;
    }
}
