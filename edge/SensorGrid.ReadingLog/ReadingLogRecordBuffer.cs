namespace SensorGrid.ReadingLog;

/// <summary>Where a follower reads into; made once and used for every read. Its records, payloads included, are valid until the next read.</summary>
public sealed class ReadingLogRecordBuffer
{
    private readonly ReadingLogRecord[] records;

    /// <param name="records">Most records of one read.</param>
    /// <param name="bytes">Bytes read at a time; grows for a larger record.</param>
    public ReadingLogRecordBuffer(int records = 1024, int bytes = 256 * 1024)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(records, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 64);
        this.records = new ReadingLogRecord[records];
        Bytes = new byte[bytes];
    }

    /// <summary>Records of the last read, in order.</summary>
    public ReadOnlySpan<ReadingLogRecord> Records => records.AsSpan(0, Count);

    /// <summary>Number of records of the last read.</summary>
    public int Count { get; private set; }

    /// <summary>One record of the last read.</summary>
    public ref readonly ReadingLogRecord this[int index] => ref Records[index];

    internal byte[] Bytes { get; private set; }

    internal bool HasRoom => Count < records.Length;

    internal void Clear() => Count = 0;

    internal void Add(in ReadingLogRecord record) => records[Count++] = record;

    internal void Grow(int bytes) => Bytes = new byte[bytes];
}
