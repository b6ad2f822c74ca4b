namespace SensorGrid.Readings.Wire.LineProtocol;

/// <summary>A name or text in the body: where it lies, and whether backslashes in it mean something.</summary>
internal readonly record struct LineToken(int Start, int Length, bool HasBackslash)
{
    /// <summary>Its bytes as they stand there.</summary>
    public ReadOnlySpan<byte> In(ReadOnlySpan<byte> body) => body.Slice(Start, Length);
}

/// <summary>What a field holds.</summary>
internal enum LineValueKind : byte
{
    Float,
    Integer,
    Unsigned,
    Boolean,
    Text,
}

/// <summary>A tag.</summary>
internal readonly record struct LineTag(LineToken Key, LineToken Value);

/// <summary>A field. <paramref name="Bits"/> is the double's bits, the integer, or 0 and 1; a text is in <paramref name="Text"/>.</summary>
internal readonly record struct LineField(LineToken Key, LineValueKind Kind, long Bits, LineToken Text = default)
{
    /// <summary>As a number; not for texts.</summary>
    public double Number => Kind switch
    {
        LineValueKind.Float => BitConverter.Int64BitsToDouble(Bits),
        LineValueKind.Unsigned => (ulong)Bits,
        _ => Bits,
    };
}

/// <summary>One line, taken apart; refilled for each, so that a warm reader allocates nothing. Tags stand in the order sent.</summary>
internal sealed class LinePoint
{
    private LineTag[] tags = new LineTag[16];
    private LineField[] fields = new LineField[16];

    /// <summary>The measurement.</summary>
    public LineToken Measurement { get; set; }

    /// <summary>Nanoseconds since 1970; null when the line has no time.</summary>
    public long? Nanoseconds { get; set; }

    /// <summary>Number of tags.</summary>
    public int TagCount { get; private set; }

    /// <summary>Number of fields.</summary>
    public int FieldCount { get; private set; }

    /// <summary>Its tags.</summary>
    public Span<LineTag> Tags => tags.AsSpan(0, TagCount);

    /// <summary>Its fields.</summary>
    public ReadOnlySpan<LineField> Fields => fields.AsSpan(0, FieldCount);

    public void Clear()
    {
        TagCount = FieldCount = 0;
        Nanoseconds = null;
    }

    public void Add(LineTag tag)
    {
        if (TagCount == tags.Length)
            Array.Resize(ref tags, TagCount * 2);
        tags[TagCount++] = tag;
    }

    public void Add(LineField field)
    {
        if (FieldCount == fields.Length)
            Array.Resize(ref fields, FieldCount * 2);
        fields[FieldCount++] = field;
    }
}
