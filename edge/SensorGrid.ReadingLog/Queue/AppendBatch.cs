using SensorGrid.ReadingLog.Format;

namespace SensorGrid.ReadingLog.Queue;

/// <summary>Records that go to the disk together, as one run of bytes, and who waits for them. Reused; keeps its memory.</summary>
internal sealed class AppendBatch
{
    private const int FirstBytes = 16 * 1024;

    private byte[] buffer = new byte[FirstBytes];
    private PendingAppend[] pending = new PendingAppend[16];
    private ReadingLogOrigin? last;

    public int Bytes { get; private set; }

    public int Records { get; private set; }

    /// <summary>Of the records, those that came right after one from the same origin: what one sender sent at once.</summary>
    public int Following { get; private set; }

    public int PendingCount { get; private set; }

    public ReadOnlySpan<PendingAppend> Pending => pending.AsSpan(0, PendingCount);

    public Span<byte> Content => buffer.AsSpan(0, Bytes);

    /// <summary>Room for one more record at the end.</summary>
    public Span<byte> Reserve(int paddedLength, ReadingLogOrigin? origin = null)
    {
        if (origin is not null && origin == last)
            Following++;
        last = origin;
        if (buffer.Length - Bytes < paddedLength)
            Array.Resize(ref buffer, (int)Math.Min(Array.MaxLength, Math.Max(2L * buffer.Length, (long)Bytes + paddedLength)));
        var room = buffer.AsSpan(Bytes, paddedLength);
        Bytes += paddedLength;
        Records++;
        return room;
    }

    public void Await(PendingAppend append)
    {
        if (PendingCount == pending.Length)
            Array.Resize(ref pending, 2 * PendingCount);
        pending[PendingCount++] = append;
    }

    /// <summary>Empties it; memory beyond <paramref name="keepBytes"/> (a very large record) goes back.</summary>
    public void Clear(int keepBytes)
    {
        Array.Clear(pending, 0, PendingCount);
        PendingCount = 0;
        last = null;
        Following = 0;
        Records = 0;
        Bytes = 0;
        if (buffer.Length > Math.Max(2L * keepBytes, FirstBytes))
            buffer = new byte[FirstBytes];
    }

    /// <summary>End of the longest run of records from <paramref name="start"/> on that fits into <paramref name="room"/> bytes.</summary>
    public int EndOfRun(int start, long room, out int records)
    {
        int end = start;
        records = 0;
        while (end < Bytes)
        {
            int length = RecordFormat.PaddedLengthAt(buffer.AsSpan(end));
            if (end + length - start > room)
                break;
            end += length;
            records++;
        }
        return end;
    }
}
