using System.Buffers.Binary;
using System.Text.Unicode;

namespace SensorGrid.Readings.Wire.SparkplugB;

/// <summary>Arrays in bytes_value (Sparkplug 3.0, 6.4.16): elements back to back, little-endian.</summary>
public static class SparkplugArray
{
    /// <summary>Number of elements, after a check that the bytes are whole ones.</summary>
    /// <returns>False when they are not, or the datatype is no array.</returns>
    public static bool TryCount(SparkplugDatatype datatype, ReadOnlySpan<byte> bytes, out int count)
    {
        count = 0;
        if (datatype == SparkplugDatatype.BooleanArray)
        {
            if (!BinaryPrimitives.TryReadUInt32LittleEndian(bytes, out uint bits) || (bits + 7L) / 8 != bytes.Length - sizeof(uint))
                return false;
            count = (int)bits;
            return true;
        }
        if (datatype == SparkplugDatatype.StringArray)
        {
            count = bytes.Count((byte)0);
            return (bytes.IsEmpty || bytes[^1] == 0) && Utf8.IsValid(bytes);
        }
        int width = WidthOf(datatype);
        if (width == 0)
            return false;
        count = bytes.Length / width;
        return count * width == bytes.Length;
    }

    /// <summary>A whole number of an array of such.</summary>
    /// <remarks>A UInt64 above 2^63 has the same bits.</remarks>
    public static long IntegerAt(SparkplugDatatype datatype, ReadOnlySpan<byte> bytes, int index)
    {
        var element = ElementAt(datatype, bytes, index);
        return datatype switch
        {
            SparkplugDatatype.Int8Array => (sbyte)element[0],
            SparkplugDatatype.Int16Array => BinaryPrimitives.ReadInt16LittleEndian(element),
            SparkplugDatatype.Int32Array => BinaryPrimitives.ReadInt32LittleEndian(element),
            SparkplugDatatype.UInt8Array => element[0],
            SparkplugDatatype.UInt16Array => BinaryPrimitives.ReadUInt16LittleEndian(element),
            SparkplugDatatype.UInt32Array => BinaryPrimitives.ReadUInt32LittleEndian(element),
            SparkplugDatatype.Int64Array or SparkplugDatatype.UInt64Array or SparkplugDatatype.DateTimeArray => BinaryPrimitives.ReadInt64LittleEndian(element),
            _ => throw new ArgumentOutOfRangeException(nameof(datatype), datatype, "Not an array of whole numbers."),
        };
    }

    /// <summary>A number of a FloatArray or DoubleArray.</summary>
    public static double NumberAt(SparkplugDatatype datatype, ReadOnlySpan<byte> bytes, int index)
    {
        var element = ElementAt(datatype, bytes, index);
        return datatype switch
        {
            SparkplugDatatype.FloatArray => BinaryPrimitives.ReadSingleLittleEndian(element),
            SparkplugDatatype.DoubleArray => BinaryPrimitives.ReadDoubleLittleEndian(element),
            _ => throw new ArgumentOutOfRangeException(nameof(datatype), datatype, "Not an array of fractions."),
        };
    }

    /// <summary>A boolean of a BooleanArray.</summary>
    public static bool BooleanAt(ReadOnlySpan<byte> bytes, int index) => (bytes[sizeof(uint) + index / 8] & 0x80 >> index % 8) != 0;

    /// <summary>Takes the next string off what is left of a StringArray.</summary>
    /// <returns>Its UTF-8 bytes, without the zero.</returns>
    public static ReadOnlySpan<byte> TakeText(ref ReadOnlySpan<byte> rest)
    {
        int length = rest.IndexOf((byte)0);
        var text = rest[..length];
        rest = rest[(length + 1)..];
        return text;
    }

    private static ReadOnlySpan<byte> ElementAt(SparkplugDatatype datatype, ReadOnlySpan<byte> bytes, int index)
    {
        int width = WidthOf(datatype);
        return bytes.Slice(index * width, width);
    }

    private static int WidthOf(SparkplugDatatype datatype) => datatype switch
    {
        SparkplugDatatype.Int8Array or SparkplugDatatype.UInt8Array => 1,
        SparkplugDatatype.Int16Array or SparkplugDatatype.UInt16Array => 2,
        SparkplugDatatype.Int32Array or SparkplugDatatype.UInt32Array or SparkplugDatatype.FloatArray => 4,
        SparkplugDatatype.Int64Array or SparkplugDatatype.UInt64Array or SparkplugDatatype.DoubleArray or SparkplugDatatype.DateTimeArray => 8,
        _ => 0,
    };
}
