namespace SensorGrid.Readings.Wire.SparkplugB;

/// <summary>Datatypes of metrics (Sparkplug 3.0, 6.4.16), by their numbers on the wire.</summary>
public enum SparkplugDatatype : byte
{
    /// <summary>Not given.</summary>
    Unknown = 0,

    /// <summary>8 bits, signed; in int_value.</summary>
    Int8 = 1,

    /// <summary>16 bits, signed; in int_value.</summary>
    Int16 = 2,

    /// <summary>32 bits, signed; in int_value.</summary>
    Int32 = 3,

    /// <summary>64 bits, signed; in long_value.</summary>
    Int64 = 4,

    /// <summary>8 bits; in int_value.</summary>
    UInt8 = 5,

    /// <summary>16 bits; in int_value.</summary>
    UInt16 = 6,

    /// <summary>32 bits; in int_value, of many senders in long_value.</summary>
    UInt32 = 7,

    /// <summary>64 bits; in long_value.</summary>
    UInt64 = 8,

    /// <summary>Binary32.</summary>
    Float = 9,

    /// <summary>Binary64.</summary>
    Double = 10,

    /// <summary>True or false.</summary>
    Boolean = 11,

    /// <summary>UTF-8.</summary>
    String = 12,

    /// <summary>Milliseconds since 1970 UTC; in long_value.</summary>
    DateTime = 13,

    /// <summary>UTF-8.</summary>
    Text = 14,

    /// <summary>A UUID as text.</summary>
    Uuid = 15,

    /// <summary>A table. Skipped.</summary>
    DataSet = 16,

    /// <summary>Bytes.</summary>
    Bytes = 17,

    /// <summary>A file: bytes, with its name in the metadata.</summary>
    File = 18,

    /// <summary>A structure. Skipped.</summary>
    Template = 19,

    /// <summary>Of properties only.</summary>
    PropertySet = 20,

    /// <summary>Of properties only.</summary>
    PropertySetList = 21,

    /// <summary>Arrays lie in bytes_value: <see cref="SparkplugArray"/>.</summary>
    Int8Array = 22,

    /// <summary>Little-endian.</summary>
    Int16Array = 23,

    /// <summary>Little-endian.</summary>
    Int32Array = 24,

    /// <summary>Little-endian.</summary>
    Int64Array = 25,

    /// <summary>One byte each.</summary>
    UInt8Array = 26,

    /// <summary>Little-endian.</summary>
    UInt16Array = 27,

    /// <summary>Little-endian.</summary>
    UInt32Array = 28,

    /// <summary>Little-endian.</summary>
    UInt64Array = 29,

    /// <summary>Little-endian binary32.</summary>
    FloatArray = 30,

    /// <summary>Little-endian binary64.</summary>
    DoubleArray = 31,

    /// <summary>A little-endian count of 32 bits, then bits, the first value in the highest bit of the first byte.</summary>
    BooleanArray = 32,

    /// <summary>UTF-8, each string ended by a zero byte.</summary>
    StringArray = 33,

    /// <summary>Little-endian milliseconds since 1970 UTC of 64 bits.</summary>
    DateTimeArray = 34,
}

/// <summary>Groups of datatypes.</summary>
public static class SparkplugDatatypes
{
    /// <summary>Highest number in use.</summary>
    public const int Last = (int)SparkplugDatatype.DateTimeArray;

    /// <summary>Whole numbers, times included.</summary>
    public static bool IsInteger(this SparkplugDatatype datatype) =>
        datatype is >= SparkplugDatatype.Int8 and <= SparkplugDatatype.UInt64 or SparkplugDatatype.DateTime;

    /// <summary>What is carried as UTF-8.</summary>
    public static bool IsText(this SparkplugDatatype datatype) =>
        datatype is SparkplugDatatype.String or SparkplugDatatype.Text or SparkplugDatatype.Uuid;

    /// <summary>Arrays in bytes_value.</summary>
    public static bool IsArray(this SparkplugDatatype datatype) =>
        datatype is >= SparkplugDatatype.Int8Array and <= SparkplugDatatype.DateTimeArray;

    /// <summary>Whether the value travels in long_value (else, of whole numbers, in int_value), as the standard's table has it.</summary>
    public static bool IsLong(this SparkplugDatatype datatype) =>
        datatype is SparkplugDatatype.Int64 or SparkplugDatatype.UInt64 or SparkplugDatatype.DateTime;
}
