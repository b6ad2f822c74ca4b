using System.Formats.Cbor;
using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace SensorGrid.Readings.Tests.Wire.SenMl;

/// <summary>A pack in JSON said again in CBOR, by somebody else's writer and an obvious translation: labels to numbers, data to bytes, numbers to integers,
/// decimal fractions or doubles, lengths stated or not.</summary>
internal static class CborPack
{
    private static readonly Dictionary<string, int> Labels = new(StringComparer.Ordinal)
    {
        ["bver"] = -1, ["bn"] = -2, ["bt"] = -3, ["bu"] = -4, ["bv"] = -5, ["bs"] = -6,
        ["n"] = 0, ["u"] = 1, ["v"] = 2, ["vs"] = 3, ["vb"] = 4, ["s"] = 5, ["t"] = 6, ["ut"] = 7, ["vd"] = 8,
    };

    /// <summary>Null when CBOR has no way to say the same: a number of too many digits for a time, data that is not base64.</summary>
    public static byte[]? Of(string json, Random random)
    {
        using var document = JsonDocument.Parse(json);
        var writer = new CborWriter(CborConformanceMode.Lax);
        try
        {
            Array(writer, random, [.. document.RootElement.EnumerateArray()], record => Record(writer, random, record));
            return writer.Encode();
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException)
        {
            // Not base64, or a lone surrogate.
            return null;
        }
    }

    private static void Record(CborWriter writer, Random random, JsonElement record)
    {
        var fields = record.EnumerateObject().ToList();
        writer.WriteStartMap(random.Next(4) == 0 ? null : fields.Count);
        foreach (var field in fields)
        {
            if (!Labels.TryGetValue(field.Name, out int label))
            {
                writer.WriteTextString(field.Name);
                Any(writer, random, field.Value);
                continue;
            }
            writer.WriteInt32(label);
            if (field.Name == "vd" && field.Value.ValueKind == JsonValueKind.String)
                Data(writer, random, field.Value.GetString()!);
            else if (field.Value.ValueKind == JsonValueKind.Number)
                Number(writer, random, field.Value, exact: field.Name is "t" or "bt" or "bver");
            else
                Any(writer, random, field.Value);
        }
        writer.WriteEndMap();
    }

    private static void Any(CborWriter writer, Random random, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                var fields = value.EnumerateObject().ToList();
                writer.WriteStartMap(random.Next(2) == 0 ? null : fields.Count);
                foreach (var field in fields)
                {
                    writer.WriteTextString(field.Name);
                    Any(writer, random, field.Value);
                }
                writer.WriteEndMap();
                break;
            case JsonValueKind.Array:
                Array(writer, random, [.. value.EnumerateArray()], item => Any(writer, random, item));
                break;
            case JsonValueKind.String:
                Text(writer, random, value.GetString()!);
                break;
            case JsonValueKind.Number:
                Number(writer, random, value, exact: false);
                break;
            case JsonValueKind.Null:
                writer.WriteNull();
                break;
            default:
                writer.WriteBoolean(value.GetBoolean());
                break;
        }
    }

    private static void Array(CborWriter writer, Random random, List<JsonElement> items, Action<JsonElement> write)
    {
        writer.WriteStartArray(random.Next(4) == 0 ? null : items.Count);
        items.ForEach(write);
        writer.WriteEndArray();
    }

    private static void Text(CborWriter writer, Random random, string text)
    {
        if (random.Next(4) != 0)
        {
            writer.WriteTextString(text);
            return;
        }
        writer.WriteStartIndefiniteLengthTextString();
        // A chunk holds whole characters.
        int half = text.Length / 2;
        if (half > 0 && char.IsHighSurrogate(text[half - 1]))
            half--;
        writer.WriteTextString(text[..half]);
        writer.WriteTextString(text[half..]);
        writer.WriteEndIndefiniteLengthTextString();
    }

    private static void Data(CborWriter writer, Random random, string text)
    {
        string plain = text.TrimEnd('=').Replace('-', '+').Replace('_', '/');
        byte[] data = Convert.FromBase64String(plain.PadRight((plain.Length + 3) / 4 * 4, '='));
        // Bits that base64 drops make another text of the same bytes.
        if (Convert.ToBase64String(data).TrimEnd('=') != plain)
            throw new FormatException();
        if (random.Next(4) != 0)
        {
            writer.WriteByteString(data);
            return;
        }
        writer.WriteStartIndefiniteLengthByteString();
        writer.WriteByteString(data.AsSpan(0, data.Length / 2));
        writer.WriteByteString(data.AsSpan(data.Length / 2));
        writer.WriteEndIndefiniteLengthByteString();
    }

    private static void Number(CborWriter writer, Random random, JsonElement value, bool exact)
    {
        string text = value.GetRawText();
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole) && text != "-0")
        {
            writer.WriteInt64(whole);
            return;
        }
        if (!exact && random.Next(2) == 0)
        {
            writer.WriteDouble(double.Parse(text, CultureInfo.InvariantCulture));
            return;
        }
        var (mantissa, exponent) = Decimal(text);
        if (BigInteger.Abs(mantissa) > long.MaxValue || Math.Abs(exponent) > 400)
            throw new InvalidOperationException();
        writer.WriteTag((CborTag)4);
        writer.WriteStartArray(2);
        writer.WriteInt32(exponent);
        writer.WriteInt64((long)mantissa);
        writer.WriteEndArray();
    }

    private static (BigInteger Mantissa, int Exponent) Decimal(string text)
    {
        string[] parts = text.Split('e', 'E');
        int exponent = parts.Length == 1 ? 0 : int.Parse(parts[1], CultureInfo.InvariantCulture);
        string[] digits = parts[0].Split('.');
        return digits.Length == 1
            ? (BigInteger.Parse(digits[0], CultureInfo.InvariantCulture), exponent)
            : (BigInteger.Parse(digits[0] + digits[1], CultureInfo.InvariantCulture), exponent - digits[1].Length);
    }
}
