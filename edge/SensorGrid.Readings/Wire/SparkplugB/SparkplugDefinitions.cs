namespace SensorGrid.Readings.Wire.SparkplugB;

/// <summary>The definitions of one resolution (<see cref="SparkplugResolution"/>), read once and asked by place. Refilled for each, so that a warm one allocates
/// nothing.</summary>
internal sealed class SparkplugDefinitions
{
    private SparkplugDefined[] defined = new SparkplugDefined[32];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>Of births and data in several records: which metric the first of them is of; null when they are of all.</summary>
    public int? First { get; private set; }

    /// <summary>One of them.</summary>
    public ref readonly SparkplugDefined this[int index] => ref defined[index];

    /// <summary>Reads a resolution; <see cref="SparkplugMessageType.None"/> is that of a message which is kept without counting.</summary>
    /// <returns>False when it is none.</returns>
    public bool TryRead(ReadOnlySpan<byte> resolution, out SparkplugMessageType type, out ReadOnlySpan<byte> device)
    {
        type = SparkplugMessageType.None;
        device = default;
        Count = 0;
        First = null;
        var scanner = new ProtoScanner(resolution, 0, resolution.Length);
        while (scanner.TryTag(out uint tag))
        {
            switch (tag)
            {
                case SparkplugResolution.DefinitionsField << 3 | ProtoScanner.Bytes:
                    if (!scanner.TryBytes(out int from, out int bytes) || !TryReadDefinition(resolution, from, from + bytes))
                        return false;
                    break;
                case SparkplugResolution.TypeField << 3 | ProtoScanner.Varint:
                    if (scanner.TryVarint(out ulong number))
                        type = number <= (ulong)SparkplugMessageType.State ? (SparkplugMessageType)number : SparkplugMessageType.None;
                    break;
                case SparkplugResolution.DeviceField << 3 | ProtoScanner.Bytes:
                    if (scanner.TryBytes(out int start, out int length))
                        device = resolution.Slice(start, length);
                    break;
                case SparkplugResolution.FirstField << 3 | ProtoScanner.Varint:
                    if (scanner.TryVarint(out ulong first))
                        First = (int)Math.Min(first, int.MaxValue);
                    break;
                default:
                    scanner.TrySkip(tag);
                    break;
            }
            if (scanner.Error != SparkplugError.None)
                return false;
        }
        return scanner.Error == SparkplugError.None;
    }

    private bool TryReadDefinition(ReadOnlySpan<byte> resolution, int start, int end)
    {
        if (Count == defined.Length)
            Array.Resize(ref defined, Count * 2);
        if (TryReadUsual(resolution[..end], start, ref defined[Count]))
        {
            Count++;
            return true;
        }
        var into = default(SparkplugDefined);
        var scanner = new ProtoScanner(resolution, start, end);
        while (scanner.TryTag(out uint tag))
        {
            switch (tag)
            {
                case SparkplugResolution.NameField << 3 | ProtoScanner.Bytes:
                    scanner.TryBytes(out into.NameStart, out into.NameLength);
                    break;
                case SparkplugResolution.DatatypeField << 3 | ProtoScanner.Varint:
                    scanner.TryVarint(out ulong number);
                    into.Datatype = number <= SparkplugDatatypes.Last ? (SparkplugDatatype)number : (SparkplugDatatype)byte.MaxValue;
                    break;
                case SparkplugResolution.OwnerField << 3 | ProtoScanner.Bytes:
                    scanner.TryBytes(out into.DeviceStart, out into.DeviceLength);
                    break;
                default:
                    scanner.TrySkip(tag);
                    break;
            }
            if (scanner.Error != SparkplugError.None)
                return false;
        }
        defined[Count++] = into;
        return scanner.Error == SparkplugError.None;
    }

    // As it is nearly always written: a name and a datatype, each after one byte of tag and of length.
    private static bool TryReadUsual(ReadOnlySpan<byte> definition, int start, ref SparkplugDefined into)
    {
        const int around = 4;
        int length = definition.Length - start - around;
        if (length is < 0 or >= 0x80 || definition[start] != (SparkplugResolution.NameField << 3 | ProtoScanner.Bytes) || definition[start + 1] != length
            || definition[^2] != (SparkplugResolution.DatatypeField << 3 | ProtoScanner.Varint) || definition[^1] > SparkplugDatatypes.Last)
            return false;
        into = new() { NameStart = start + 2, NameLength = length, Datatype = (SparkplugDatatype)definition[^1] };
        return true;
    }
}

/// <summary>One definition: where its name and its device lie in the resolution, and its datatype.</summary>
internal struct SparkplugDefined
{
    public int NameStart;
    public int NameLength;
    public int DeviceStart;
    public int DeviceLength;
    public SparkplugDatatype Datatype;

    /// <summary>UTF-8; empty when the metric says it itself.</summary>
    public readonly ReadOnlySpan<byte> NameIn(ReadOnlySpan<byte> resolution) => resolution.Slice(NameStart, NameLength);

    /// <summary>UTF-8; empty where it is the message's.</summary>
    public readonly ReadOnlySpan<byte> DeviceIn(ReadOnlySpan<byte> resolution) => resolution.Slice(DeviceStart, DeviceLength);
}
