using System.Text;

namespace SensorGrid.Readings;

/// <summary>The readings of one message, in the order sent. Reused: <see cref="Clear"/> keeps its buffers, so that a warm
/// batch takes readings without allocating. Not thread-safe.</summary>
public sealed class ReadingBatch
{
    // Many messages hold one reading, and very many batches wait for their followers.
    private const int FirstLength = 4;

    private Reading[] readings = [];
    private byte[] text = [];
    private int textLength;

    /// <summary>Number of readings held.</summary>
    public int Count { get; private set; }

    /// <summary>The readings held; valid until the next <see cref="Add"/> or <see cref="Clear"/>.</summary>
    public ReadOnlySpan<Reading> Readings => readings.AsSpan(0, Count);

    /// <summary>The readings held, for a stage that corrects them in place.</summary>
    public Span<Reading> MutableReadings => readings.AsSpan(0, Count);

    /// <summary>Forgets the readings, keeps the buffers.</summary>
    public void Clear()
    {
        Count = 0;
        textLength = 0;
    }

    /// <summary>Appends one reading.</summary>
    public void Add(in Reading reading)
    {
        if (Count == readings.Length)
            Array.Resize(ref readings, Math.Max(FirstLength, Count * 2));
        readings[Count++] = reading;
    }

    /// <summary>Makes room for readings, which whoever asked fills. What they hold until then is of no meaning.</summary>
    /// <param name="more">How many.</param>
    internal Span<Reading> AddMany(int more)
    {
        if (readings.Length - Count < more)
            Array.Resize(ref readings, Math.Max(Count + more, Count * 2));
        Count += more;
        return readings.AsSpan(Count - more, more);
    }

    /// <summary>Keeps a text and gives the handle that goes into <see cref="Reading.Value"/> of a reading of
    /// <see cref="ReadingKind.Text"/>.</summary>
    /// <param name="utf8">Its UTF-8 bytes, at most 65,535; copied.</param>
    public double AddText(ReadOnlySpan<byte> utf8)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(utf8.Length, ushort.MaxValue);
        if (textLength + utf8.Length > text.Length)
            Array.Resize(ref text, Math.Max(textLength + utf8.Length, Math.Max(256, text.Length * 2)));
        utf8.CopyTo(text.AsSpan(textLength));
        // Offset and length fit a double's 53 bits: 2^36 + 2^16.
        double handle = ((long)textLength << 16) | (uint)utf8.Length;
        textLength += utf8.Length;
        return handle;
    }

    /// <summary>The text of a reading of <see cref="ReadingKind.Text"/> in this batch, as UTF-8.</summary>
    public ReadOnlySpan<byte> GetTextUtf8(in Reading reading)
    {
        long handle = (long)reading.Value;
        return text.AsSpan((int)(handle >> 16), (int)(handle & 0xFFFF));
    }

    /// <summary>The text of a reading of <see cref="ReadingKind.Text"/> in this batch.</summary>
    public string GetText(in Reading reading) => Encoding.UTF8.GetString(GetTextUtf8(reading));

    /// <summary>Copies readings and texts of another batch into this one, which is cleared first.</summary>
    public void CopyFrom(ReadingBatch other)
    {
        Clear();
        if (readings.Length < other.Count)
            readings = new Reading[other.readings.Length];
        other.Readings.CopyTo(readings);
        Count = other.Count;
        if (text.Length < other.textLength)
            text = new byte[other.text.Length];
        other.text.AsSpan(0, other.textLength).CopyTo(text);
        textLength = other.textLength;
    }
}
