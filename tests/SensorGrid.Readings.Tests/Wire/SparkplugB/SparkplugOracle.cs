using System.Globalization;
using System.Text;

namespace SensorGrid.Readings.Tests.Wire.SparkplugB;

/// <summary>A slow and obvious reader of plain payloads: splits each message into a list of fields first, and gives the text of
/// <see cref="SparkplugVector.Show"/>, or "error". Shares nothing with the reader under test.</summary>
internal static class SparkplugOracle
{
    private sealed record Field(int Number, int Wire, ulong Number64, byte[] Bytes);

    private sealed class BrokenException : Exception;

    public static string Read(byte[] payload)
    {
        try
        {
            return ReadPayload(payload);
        }
        catch (BrokenException)
        {
            return "error";
        }
    }

    private static string ReadPayload(byte[] payload)
    {
        string? timestamp = null, seq = null;
        var lines = new List<string>();
        foreach (var field in Split(payload))
        {
            switch (field.Number)
            {
                case 1:
                    timestamp = Text(Need(field, 0).Number64);
                    break;
                case 2:
                    lines.Add(ReadMetric(Need(field, 2).Bytes));
                    break;
                case 3:
                    seq = Text(Need(field, 0).Number64);
                    break;
                case 4 or 5:
                    Need(field, 2);
                    break;
            }
        }
        return string.Join('\n', lines.Prepend($"timestamp {timestamp} seq {seq}"));
    }

    private static string ReadMetric(byte[] metric)
    {
        string? name = null, alias = null, timestamp = null, quality = null;
        ulong datatype = 0;
        bool historical = false, transient = false, isNull = false;
        Field? value = null;
        foreach (var field in Split(metric))
        {
            switch (field.Number)
            {
                case 1:
                    name = Utf8(Need(field, 2).Bytes);
                    if (field.Bytes.Length > 1024)
                        throw new BrokenException();
                    break;
                case 2:
                    alias = Text(Need(field, 0).Number64);
                    break;
                case 3:
                    timestamp = Text(Need(field, 0).Number64);
                    break;
                case 4:
                    datatype = (uint)Need(field, 0).Number64;
                    break;
                case 5:
                    historical = Need(field, 0).Number64 != 0;
                    break;
                case 6:
                    transient = Need(field, 0).Number64 != 0;
                    break;
                case 7:
                    isNull = Need(field, 0).Number64 != 0;
                    break;
                case 8:
                    Need(field, 2);
                    break;
                case 9:
                    quality = ReadQuality(Need(field, 2).Bytes) ?? quality;
                    break;
                case 10 or 11 or 14:
                    value = Need(field, 0);
                    break;
                case 12:
                    value = Need(field, 5);
                    break;
                case 13:
                    value = Need(field, 1);
                    break;
                case 15:
                    value = Need(field, 2);
                    Utf8(field.Bytes);
                    break;
                case 16 or 17 or 18 or 19:
                    value = Need(field, 2);
                    break;
            }
        }
        int type = datatype > 34 ? 255 : (int)datatype;
        return $"{name}|{alias}|{timestamp}|{type}|{historical}|{transient}|{isNull}|{quality}|{Value(value, type)}";
    }

    private static string Value(Field? field, int type) => field?.Number switch
    {
        null => "None",
        10 => "int " + Integer((uint)field.Number64, type),
        11 => "int " + Integer(field.Number64, type),
        12 => "float " + ((double)BitConverter.UInt32BitsToSingle((uint)field.Number64)).ToString("R", CultureInfo.InvariantCulture),
        13 => "float " + BitConverter.UInt64BitsToDouble(field.Number64).ToString("R", CultureInfo.InvariantCulture),
        14 => $"bool {field.Number64 != 0}",
        15 => "text " + Encoding.UTF8.GetString(field.Bytes),
        16 => "bytes " + Convert.ToHexStringLower(field.Bytes),
        17 => "DataSet",
        18 => "Template",
        _ => "Extension",
    };

    private static string Integer(ulong bits, int type)
    {
        int width = type switch { 1 or 5 => 8, 2 or 6 => 16, 3 or 7 => 32, _ => 64 };
        var value = (System.Numerics.BigInteger)bits % System.Numerics.BigInteger.Pow(2, width);
        bool isSigned = type is not (0 or 5 or 6 or 7 or 8);
        if (isSigned && value >= System.Numerics.BigInteger.Pow(2, width - 1))
            value -= System.Numerics.BigInteger.Pow(2, width);
        return value.ToString(CultureInfo.InvariantCulture);
    }

    private static string? ReadQuality(byte[] properties)
    {
        var keys = new List<string>();
        var values = new List<byte[]>();
        foreach (var field in Split(properties))
        {
            if (field.Number == 1)
                keys.Add(Encoding.Latin1.GetString(Need(field, 2).Bytes));
            else if (field.Number == 2)
                values.Add(Need(field, 2).Bytes);
        }
        int index = keys.LastIndexOf("Quality");
        if (keys.Count != values.Count || index < 0)
            return null;
        string? quality = null;
        foreach (var field in Split(values[index]))
        {
            if (field.Number is 3 or 4 && field.Wire == 0)
                quality = unchecked((int)field.Number64).ToString(CultureInfo.InvariantCulture);
        }
        return quality;
    }

    private static Field Need(Field field, int wire) => field.Wire == wire ? field : throw new BrokenException();

    private static string Utf8(byte[] bytes)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new BrokenException();
        }
    }

    private static string Text(ulong number) => number.ToString(CultureInfo.InvariantCulture);

    private static List<Field> Split(byte[] message)
    {
        var fields = new List<Field>();
        int at = 0;
        while (at < message.Length)
        {
            var tag = Varint(message, ref at);
            if (tag > uint.MaxValue || tag < 8)
                throw new BrokenException();
            int wire = (int)(tag & 7);
            ulong number = 0;
            byte[] bytes = [];
            switch (wire)
            {
                case 0:
                    number = (ulong)Varint(message, ref at);
                    break;
                case 1 or 5:
                    int width = wire == 1 ? 8 : 4;
                    if (message.Length - at < width)
                        throw new BrokenException();
                    for (int i = width - 1; i >= 0; i--)
                        number = number << 8 | message[at + i];
                    at += width;
                    break;
                case 2:
                    var length = Varint(message, ref at);
                    if (length > message.Length - at)
                        throw new BrokenException();
                    bytes = message[at..(at + (int)length)];
                    at += (int)length;
                    break;
                default:
                    throw new BrokenException();
            }
            fields.Add(new((int)(tag >> 3), wire, number, bytes));
        }
        return fields;
    }

    private static System.Numerics.BigInteger Varint(byte[] message, ref int at)
    {
        var value = System.Numerics.BigInteger.Zero;
        for (int i = 0; ; i++)
        {
            if (i == 10 || at == message.Length)
                throw new BrokenException();
            byte part = message[at++];
            value += (System.Numerics.BigInteger)(part & 0x7F) << (7 * i);
            if (part < 0x80)
                return value <= ulong.MaxValue ? value : throw new BrokenException();
        }
    }
}
