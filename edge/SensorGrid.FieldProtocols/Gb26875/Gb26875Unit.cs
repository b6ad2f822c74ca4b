namespace SensorGrid.FieldProtocols.Gb26875;

/// <summary>How the bytes of a unit are to be understood.</summary>
public enum UnitLayout : byte
{
    /// <summary>No unit: a heartbeat, a confirmation, a denial.</summary>
    Empty,

    /// <summary>One byte: cannot be a unit (<c>unit_too_short</c>).</summary>
    TooShort,

    /// <summary>Objects of the size that the standard gives the type.</summary>
    Standard,

    /// <summary>Type 2 without its text, as battery-powered detectors send it: objects of 15 bytes.</summary>
    Compact,

    /// <summary>A known type whose objects have a size of the maker's own.</summary>
    Maker,

    /// <summary>A type that the standard does not have.</summary>
    Vendor,

    /// <summary>A known type whose bytes are no whole objects (<c>unit_length_mismatch</c>).</summary>
    Mismatch,
}

/// <summary>Application unit (应用数据单元, GB/T 26875.3-2011, 7 and 8.1): type flag, number of objects, objects. Walk them with foreach: those of the
/// known layouts come one by one, those of any other layout not at all.</summary>
public readonly ref struct Gb26875Unit
{
    /// <summary>Type flag and number of objects.</summary>
    public const int HeadBytes = 2;

    private const int CompactObjectBytes = 15;

    /// <summary>Takes the bytes of a unit, none for an empty one.</summary>
    public Gb26875Unit(ReadOnlySpan<byte> bytes)
    {
        Bytes = bytes;
        if (bytes.Length >= HeadBytes)
        {
            Form = UnitTypeForm.Of(Type);
            Layout = LayoutOf(out int objectBytes);
            ObjectBytes = objectBytes;
        }
        else
        {
            Layout = bytes.Length == 0 ? UnitLayout.Empty : UnitLayout.TooShort;
        }
    }

    /// <summary>The whole unit.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>类型标志; only of units that have one.</summary>
    public Gb26875UnitType Type => (Gb26875UnitType)Bytes[0];

    /// <summary>信息对象数目.</summary>
    public int Count => Bytes[1];

    /// <summary>The objects.</summary>
    public ReadOnlySpan<byte> Body => Bytes[HeadBytes..];

    /// <summary>How the bytes are to be understood.</summary>
    public UnitLayout Layout { get; }

    /// <summary>Bytes of one object; 0 when they vary or are no objects.</summary>
    public int ObjectBytes { get; }

    /// <summary>What the standard says of the type.</summary>
    public UnitTypeForm Form { get; }

    /// <summary>The objects one by one.</summary>
    public Gb26875ObjectWalker GetEnumerator() => new(this);

    // 8.3 gives each type its size. Makers shorten or lengthen objects; what divides by the number of objects is theirs to explain, unless it cannot
    // even hold the time label that the type ends with.
    private UnitLayout LayoutOf(out int objectBytes)
    {
        objectBytes = 0;
        if (!Form.IsStandard)
            return UnitLayout.Vendor;
        if (Form.IsVariable)
            return VariableLayout();
        int body = Body.Length;
        if (Count == 0 || body % Count != 0)
            return UnitLayout.Mismatch;
        objectBytes = body / Count;
        if (objectBytes == Form.ObjectBytes)
            return UnitLayout.Standard;
        if (Type == Gb26875UnitType.PartState && objectBytes == CompactObjectBytes)
            return UnitLayout.Compact;
        if (objectBytes > (Form.HasTime ? TimeLabel.Bytes : 0))
            return UnitLayout.Maker;
        objectBytes = 0;
        return UnitLayout.Mismatch;
    }

    // Types 6 and 26 have no size: the lengths inside must lead exactly to the end.
    private UnitLayout VariableLayout()
    {
        var rest = Body;
        for (int i = 0; i < Count; i++)
        {
            int length = rest.Length < Form.BodyBytes ? int.MaxValue : Form.BodyBytes + rest[Form.BodyBytes - 1];
            if (length > rest.Length)
                return UnitLayout.Mismatch;
            rest = rest[length..];
        }
        return Count > 0 && rest.IsEmpty ? UnitLayout.Standard : UnitLayout.Mismatch;
    }
}
