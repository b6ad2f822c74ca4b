namespace SensorGrid.ReadingLog.Tests.Disks;

/// <summary>A file as the process sees it, and as the disk has it.</summary>
internal sealed class FaultFile
{
    // As small as a disk's sector, so that small groups span many.
    private const int PageBytes = 512;

    private readonly HashSet<int> dirtyPages = [];
    private byte[] durable;

    public FaultFile()
        : this([])
    {
    }

    public FaultFile(byte[] content)
    {
        Live = content;
        durable = content.ToArray();
    }

    public byte[] Live { get; private set; }

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        Grow(offset + bytes.Length);
        bytes.CopyTo(Live.AsSpan((int)offset));
        for (long page = offset / PageBytes; page * PageBytes < offset + bytes.Length; page++)
            dirtyPages.Add((int)page);
    }

    public void Grow(long length)
    {
        if (length > Live.Length)
        {
            byte[] grown = new byte[length];
            Live.CopyTo(grown, 0);
            Live = grown;
        }
    }

    public void Sync()
    {
        byte[] synced = new byte[Live.Length];
        durable.CopyTo(synced, 0);
        foreach (int page in dirtyPages)
            Live.AsSpan(page * PageBytes, Math.Min(PageBytes, Live.Length - (page * PageBytes))).CopyTo(synced.AsSpan(page * PageBytes));
        durable = synced;
        dirtyPages.Clear();
    }

    /// <summary>The kernel gave up on the dirty pages: they read well, count as clean, and are not on the disk.</summary>
    public void FailSync() => dirtyPages.Clear();

    public byte[] AfterCrash(Random random)
    {
        byte[] after = new byte[random.Next(2) == 0 ? durable.Length : Live.Length];
        durable.CopyTo(after, 0);
        foreach (int page in dirtyPages)
        {
            int start = page * PageBytes;
            int length = Math.Min(PageBytes, after.Length - start);
            int kept = random.Next(3) switch
            {
                0 => 0,
                1 => length,
                _ => length > 0 ? random.Next(length) : 0,
            };
            if (kept > 0)
                Live.AsSpan(start, kept).CopyTo(after.AsSpan(start));
        }
        return after;
    }
}
