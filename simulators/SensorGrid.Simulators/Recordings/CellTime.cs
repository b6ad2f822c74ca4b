using System.Globalization;
using System.Text;

namespace SensorGrid.Simulators.Recordings;

/// <summary>
/// Times in cells. A format of two-digit fields, <c>yyyy</c>, fractions and marks (<c>yyyy-MM-ddTHH:mm:ss</c>, <c>dd/MM/yyyy HH:mm</c> …) is read by
/// hand at fixed places; what does not fit is left to the runtime's parser. Rows that follow each other often carry the same time, which is then not
/// read again.
/// </summary>
internal sealed class CellTime
{
    private const int LongestKept = 64;

    private readonly (string Format, TimeShape? Shape)[] formats;
    private readonly long offsetTicks;
    private readonly byte[] last = new byte[LongestKept];
    private int lastLength = -1;
    private long lastTicks;

    /// <param name="time">The column's description.</param>
    public CellTime(RecordingTime time)
    {
        formats = [.. time.Formats.Select(format => (format, TimeShape.Of(format)))];
        offsetTicks = time.Offset.Ticks;
    }

    /// <summary>Reads a time as UTC ticks.</summary>
    public bool TryRead(ReadOnlySpan<byte> cell, out long ticks)
    {
        if (cell.Length == lastLength && cell.SequenceEqual(last.AsSpan(0, lastLength)))
        {
            ticks = lastTicks;
            return true;
        }
        if (!TryParse(cell, out ticks))
            return false;
        ticks -= offsetTicks;
        if (cell.Length <= LongestKept)
        {
            cell.CopyTo(last);
            (lastLength, lastTicks) = (cell.Length, ticks);
        }
        return true;
    }

    private bool TryParse(ReadOnlySpan<byte> cell, out long ticks)
    {
        foreach (var (format, shape) in formats)
        {
            // A format of fixed places fits nothing of another length.
            if (shape is not null && shape.Length != cell.Length)
                continue;
            if (shape is not null && shape.TryRead(cell, out ticks))
                return true;
            if (DateTime.TryParseExact(Encoding.UTF8.GetString(cell), format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
            {
                ticks = local.Ticks;
                return true;
            }
        }
        ticks = 0;
        return false;
    }
}
