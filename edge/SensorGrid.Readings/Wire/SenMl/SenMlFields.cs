namespace SensorGrid.Readings.Wire.SenMl;

/// <summary>The labels of RFC 8428 as a set.</summary>
[Flags]
internal enum SenMlLabels
{
    None = 0,
    Name = 1,
    Unit = 2,
    Value = 4,
    TextValue = 8,
    BooleanValue = 0x10,
    DataValue = 0x20,
    Sum = 0x40,
    Time = 0x80,
    UpdateTime = 0x100,
    BaseName = 0x200,
    BaseTime = 0x400,
    BaseUnit = 0x800,
    BaseValue = 0x1000,
    BaseSum = 0x2000,
    BaseVersion = 0x4000,

    /// <summary>Not a label of the RFC.</summary>
    Extension = 0x8000,

    Values = Value | TextValue | BooleanValue | DataValue,
    Bases = BaseName | BaseTime | BaseUnit | BaseValue | BaseSum | BaseVersion | Extension,
    Numbers = Value | Sum | Time | UpdateTime | BaseTime | BaseValue | BaseSum | BaseVersion,
    Texts = Name | Unit | TextValue | DataValue | BaseName | BaseUnit,
}

/// <summary>Names of labels in JSON.</summary>
internal static class SenMlLabelNames
{
    /// <summary>The label, or <see cref="SenMlLabels.Extension"/>.</summary>
    public static SenMlLabels Find(ReadOnlySpan<byte> key)
    {
        if (key.Length == 1)
        {
            return key[0] switch
            {
                (byte)'n' => SenMlLabels.Name,
                (byte)'u' => SenMlLabels.Unit,
                (byte)'v' => SenMlLabels.Value,
                (byte)'t' => SenMlLabels.Time,
                (byte)'s' => SenMlLabels.Sum,
                _ => SenMlLabels.Extension,
            };
        }
        if (key.Length == 2)
        {
            return (key[0] << 8 | key[1]) switch
            {
                'v' << 8 | 's' => SenMlLabels.TextValue,
                'v' << 8 | 'b' => SenMlLabels.BooleanValue,
                'v' << 8 | 'd' => SenMlLabels.DataValue,
                'u' << 8 | 't' => SenMlLabels.UpdateTime,
                'b' << 8 | 'n' => SenMlLabels.BaseName,
                'b' << 8 | 't' => SenMlLabels.BaseTime,
                'b' << 8 | 'u' => SenMlLabels.BaseUnit,
                'b' << 8 | 'v' => SenMlLabels.BaseValue,
                'b' << 8 | 's' => SenMlLabels.BaseSum,
                _ => SenMlLabels.Extension,
            };
        }
        return key.SequenceEqual("bver"u8) ? SenMlLabels.BaseVersion : SenMlLabels.Extension;
    }
}

/// <summary>A unit as sent; its text is kept only when the registry does not know it.</summary>
internal readonly record struct UnitText(byte Id, int Start, byte Length);

/// <summary>The fields of the record being read that are not base fields.</summary>
internal ref struct SenMlFields
{
    public SenMlLabels Seen;
    public int Extensions;
    public int Version;
    public ReadOnlySpan<byte> Name;
    public int TextStart;
    public int TextLength;
    public UnitText Unit;
    public bool NameBad;
    public bool Boolean;
    public long Ticks;
    public double Value;
    public double Sum;
    public double UpdateTime;
}
