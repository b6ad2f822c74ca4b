using System.Runtime.InteropServices;

namespace SensorGrid.Readings.Wire.SparkplugB;

/// <summary>Which field of a metric holds its value: the numbers of the format.</summary>
public enum SparkplugField : byte
{
    /// <summary>There is no value.</summary>
    None = 0,

    /// <summary>int_value.</summary>
    Int = 10,

    /// <summary>long_value.</summary>
    Long = 11,

    /// <summary>float_value.</summary>
    Float = 12,

    /// <summary>double_value.</summary>
    Double = 13,

    /// <summary>boolean_value.</summary>
    Boolean = 14,

    /// <summary>string_value.</summary>
    String = 15,

    /// <summary>bytes_value.</summary>
    Bytes = 16,

    /// <summary>dataset_value.</summary>
    DataSet = 17,

    /// <summary>template_value.</summary>
    Template = 18,

    /// <summary>extension_value.</summary>
    Extension = 19,
}

/// <summary>Facts about a metric.</summary>
[Flags]
public enum SparkplugMetricFlags : byte
{
    /// <summary>None of them.</summary>
    None = 0,

    /// <summary>It has a name, perhaps an empty one.</summary>
    HasName = 1,

    /// <summary>It has an alias, perhaps 0.</summary>
    HasAlias = 2,

    /// <summary>It has a time of its own.</summary>
    HasTimestamp = 4,

    /// <summary>is_historical: stored and sent late.</summary>
    IsHistorical = 8,

    /// <summary>is_transient: not meant to be kept by stores.</summary>
    IsTransient = 0x10,

    /// <summary>is_null.</summary>
    IsNull = 0x20,

    /// <summary>It has the property <c>Quality</c>.</summary>
    HasQuality = 0x40,

    /// <summary>Its properties have more keys than values, or the reverse: not read.</summary>
    UnevenProperties = 0x80,
}

/// <summary>What keeps a value from being used.</summary>
public enum SparkplugProblem : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>is_null, or no value at all: it is missing.</summary>
    Null,

    /// <summary>A table: not read.</summary>
    DataSet,

    /// <summary>A structure: not read.</summary>
    Template,

    /// <summary>An extension: not read.</summary>
    Extension,

    /// <summary>Bytes or a file: no reading.</summary>
    Bytes,

    /// <summary>An array: no reading. <see cref="SparkplugArray"/> reads it.</summary>
    Array,

    /// <summary>A datatype that does not exist, or that only properties have.</summary>
    Datatype,

    /// <summary>The value lies in a field that does not fit the datatype.</summary>
    Field,
}

/// <summary>One metric as sent. Name and value lie in the body it was read from (<see cref="SparkplugReader.Body"/>) and are asked from there.</summary>
[StructLayout(LayoutKind.Auto)]
public struct SparkplugMetric
{
    internal int NameStart;
    internal int NameLength;
    internal int ValueStart;
    internal int ValueLength;
    internal ulong Bits;

    /// <summary>Short name of the metric inside its edge node, when <see cref="HasAlias"/>.</summary>
    public ulong Alias { get; internal set; }

    /// <summary>Its own time when <see cref="HasTimestamp"/>: milliseconds since 1970 UTC.</summary>
    public ulong Timestamp { get; internal set; }

    /// <summary>Property <c>Quality</c> when there is one: 0 bad, 192 good, 500 stale.</summary>
    public int Quality { get; internal set; }

    /// <summary>Datatype as sent, 0 when left out, 255 when it is none.</summary>
    public SparkplugDatatype Datatype { get; internal set; }

    /// <summary>Where the value is.</summary>
    public SparkplugField Field { get; internal set; }

    /// <summary>Everything else.</summary>
    public SparkplugMetricFlags Flags { get; internal set; }

    /// <summary>Whether it has a name.</summary>
    public readonly bool HasName => (Flags & SparkplugMetricFlags.HasName) != 0;

    /// <summary>Whether it has an alias.</summary>
    public readonly bool HasAlias => (Flags & SparkplugMetricFlags.HasAlias) != 0;

    /// <summary>Whether it has a time of its own.</summary>
    public readonly bool HasTimestamp => (Flags & SparkplugMetricFlags.HasTimestamp) != 0;

    /// <summary>Whether it was stored and sent late.</summary>
    public readonly bool IsHistorical => (Flags & SparkplugMetricFlags.IsHistorical) != 0;

    /// <summary>Whether stores need not keep it.</summary>
    public readonly bool IsTransient => (Flags & SparkplugMetricFlags.IsTransient) != 0;

    /// <summary>Whether it says that it has no value.</summary>
    public readonly bool IsNull => (Flags & SparkplugMetricFlags.IsNull) != 0;

    /// <summary>Whether it has the property <c>Quality</c>.</summary>
    public readonly bool HasQuality => (Flags & SparkplugMetricFlags.HasQuality) != 0;

    /// <summary>Its name, UTF-8; empty when it has none.</summary>
    public readonly ReadOnlySpan<byte> NameIn(ReadOnlySpan<byte> body) => body.Slice(NameStart, NameLength);

    /// <summary>Its string (UTF-8), bytes, or unread table or structure.</summary>
    public readonly ReadOnlySpan<byte> BytesIn(ReadOnlySpan<byte> body) => body.Slice(ValueStart, ValueLength);

    /// <summary>What keeps the value from being used as a number, boolean or text.</summary>
    /// <param name="datatype">Its datatype: as sent, or where that was left out as its birth gave it.</param>
    public readonly SparkplugProblem ProblemAs(SparkplugDatatype datatype)
    {
        // A null wins over a value beside it, and no value at all is a null whose sender forgot to say so.
        if (IsNull || Field == SparkplugField.None)
            return SparkplugProblem.Null;
        switch (Field)
        {
            case SparkplugField.DataSet:
                return SparkplugProblem.DataSet;
            case SparkplugField.Template:
                return SparkplugProblem.Template;
            case SparkplugField.Extension:
                return SparkplugProblem.Extension;
        }
        if ((int)datatype > SparkplugDatatypes.Last || datatype is SparkplugDatatype.PropertySet or SparkplugDatatype.PropertySetList)
            return SparkplugProblem.Datatype;
        bool fits = datatype switch
        {
            SparkplugDatatype.Unknown => true,
            SparkplugDatatype.Float or SparkplugDatatype.Double => Field is SparkplugField.Float or SparkplugField.Double,
            SparkplugDatatype.Boolean => Field == SparkplugField.Boolean,
            SparkplugDatatype.DataSet or SparkplugDatatype.Template => false,
            SparkplugDatatype.Bytes or SparkplugDatatype.File => Field == SparkplugField.Bytes,
            _ when datatype.IsArray() => Field == SparkplugField.Bytes,
            _ when datatype.IsText() => Field == SparkplugField.String,
            // Senders differ in which of the two they use for UInt32, and some for the others.
            _ => Field is SparkplugField.Int or SparkplugField.Long,
        };
        if (!fits)
            return SparkplugProblem.Field;
        return Field != SparkplugField.Bytes ? SparkplugProblem.None
            : datatype.IsArray() ? SparkplugProblem.Array
            : SparkplugProblem.Bytes;
    }

    /// <summary>The whole number of int_value or long_value: the low bits of the datatype, with its sign. A UInt64 above 2^63 has the same bits.</summary>
    public readonly long IntegerAs(SparkplugDatatype datatype) => datatype switch
    {
        SparkplugDatatype.Int8 => (sbyte)Bits,
        SparkplugDatatype.Int16 => (short)Bits,
        SparkplugDatatype.Int32 => (int)Bits,
        SparkplugDatatype.UInt8 => (byte)Bits,
        SparkplugDatatype.UInt16 => (ushort)Bits,
        SparkplugDatatype.UInt32 => (uint)Bits,
        _ => (long)Bits,
    };

    /// <summary>The number of a metric without a problem that is not text; a boolean is 0 or 1.</summary>
    public readonly double NumberAs(SparkplugDatatype datatype) => Field switch
    {
        SparkplugField.Float => BitConverter.UInt32BitsToSingle((uint)Bits),
        SparkplugField.Double => BitConverter.UInt64BitsToDouble(Bits),
        SparkplugField.Boolean => Bits,
        _ when datatype is SparkplugDatatype.UInt64 or SparkplugDatatype.DateTime or SparkplugDatatype.Unknown => Bits,
        _ => IntegerAs(datatype),
    };
}
