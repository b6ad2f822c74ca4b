using SensorGrid.ReadingLog.Files;

namespace SensorGrid.ReadingLog.Segments;

/// <summary>A piece of a segment in memory that moves along with a scan, and grows for a record that is larger.</summary>
internal sealed class SegmentWindow(IReadingLogFile file, long end)
{
    private const int UsualBytes = 256 * 1024;

    private byte[] buffer = new byte[Math.Min(UsualBytes, end)];
    private long start;
    private int count;

    /// <summary>The bytes from a place on: at least <paramref name="atLeast"/> unless the segment ends before.</summary>
    public ReadOnlySpan<byte> From(long offset, int atLeast)
    {
        atLeast = (int)Math.Min(atLeast, end - offset);
        if (offset < start || offset + atLeast > start + count)
        {
            if (atLeast > buffer.Length)
                buffer = new byte[atLeast];
            start = offset;
            count = file.Read(offset, buffer.AsSpan(0, (int)Math.Min(buffer.Length, end - offset)));
        }
        return buffer.AsSpan((int)(offset - start), (int)(count - (offset - start)));
    }
}
