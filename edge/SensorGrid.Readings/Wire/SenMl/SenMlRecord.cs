namespace SensorGrid.Readings.Wire.SenMl;

/// <summary>What value a resolved record carries.</summary>
public enum SenMlValueKind : byte
{
    /// <summary>None: the record carries only a sum.</summary>
    None = 0,

    /// <summary>A number (v).</summary>
    Number = 1,

    /// <summary>A boolean (vb).</summary>
    Boolean = 2,

    /// <summary>A string (vs).</summary>
    Text = 3,

    /// <summary>Data (vd), as base64url text without padding.</summary>
    Data = 4,
}

/// <summary>One resolved record: base fields applied, time absolute. Texts lie in the reader that gave it and are asked from there.</summary>
public struct SenMlRecord
{
    internal int NameStart;
    internal int UnitStart;
    internal int TextStart;
    internal int TextLength;
    internal ushort NameLength;
    internal byte UnitLength;
    internal byte Bits;

    internal const byte HasSumBit = 1, HasUpdateTimeBit = 2, RelativeTimeBit = 4, HasUnitBit = 8;

    /// <summary>When it was true: UTC ticks, a whole number of microseconds.</summary>
    public long ObservedAtTicks { get; internal set; }

    /// <summary>The number with the base value added; 0 or 1 for a boolean.</summary>
    public double Number { get; internal set; }

    /// <summary>The sum with the base sum added, when <see cref="HasSum"/>.</summary>
    public double Sum { get; internal set; }

    /// <summary>Seconds within which the next reading comes, when <see cref="HasUpdateTime"/>.</summary>
    public double UpdateTime { get; internal set; }

    /// <summary>What value it carries.</summary>
    public SenMlValueKind Kind { get; internal set; }

    /// <summary>Unit as a number of <see cref="Units.UnitRegistry"/>.</summary>
    public byte Unit { get; internal set; }

    /// <summary>Whether there is a sum.</summary>
    public readonly bool HasSum => (Bits & HasSumBit) != 0;

    /// <summary>Whether there is an update time.</summary>
    public readonly bool HasUpdateTime => (Bits & HasUpdateTimeBit) != 0;

    /// <summary>Whether the time was sent relative to now.</summary>
    public readonly bool HasRelativeTime => (Bits & RelativeTimeBit) != 0;
}
