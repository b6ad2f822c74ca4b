namespace SensorGrid.FieldProtocols.Gb26875;

/// <summary>Uploads that are durable, so that a repeat is answered and not kept again. A repeat is the same bytes within a time: serial, source and
/// time of sending alone would lose what devices send whose serial and clock stand still. At its limit the oldest is forgotten; its repeat is then
/// kept twice, which changes nothing.</summary>
internal sealed class RepeatMemory(int capacity, TimeSpan window)
{
    private readonly ulong[] marks = new ulong[capacity];
    private readonly long[] untilTicks = new long[capacity];
    private int next;

    public bool Holds(ReadOnlySpan<byte> packet, long nowTicks)
    {
        ulong mark = MarkOf(packet);
        for (int i = 0; i < marks.Length; i++)
        {
            if (marks[i] == mark && nowTicks < untilTicks[i])
                return true;
        }
        return false;
    }

    public void Add(ReadOnlySpan<byte> packet, long nowTicks)
    {
        marks[next] = MarkOf(packet);
        untilTicks[next] = nowTicks + window.Ticks;
        next = (next + 1) % marks.Length;
    }

    // FNV-1a.
    private static ulong MarkOf(ReadOnlySpan<byte> packet)
    {
        ulong mark = 14695981039346656037;
        foreach (byte value in packet)
            mark = (mark ^ value) * 1099511628211;
        return mark;
    }
}
