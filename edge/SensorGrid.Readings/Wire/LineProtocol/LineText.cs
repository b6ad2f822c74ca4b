using System.Buffers;

namespace SensorGrid.Readings.Wire.LineProtocol;

/// <summary>Names and texts without their backslashes.</summary>
internal static class LineText
{
    /// <summary>What the parts of a name are made of, which a slash and a colon part.</summary>
    public static readonly SearchValues<byte> PlainSigns = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._"u8);

    /// <summary>Whether a backslash before this sign means something in a text.</summary>
    public static bool IsEscape(byte sign) => sign is (byte)'"' or (byte)'\\' or (byte)'n' or (byte)'r' or (byte)'t';

    /// <summary>Copies a name without its backslashes.</summary>
    /// <param name="raw">As it stands in the line.</param>
    /// <param name="isMeasurement">In a measurement <c>=</c> needs none.</param>
    /// <param name="into">At least as long.</param>
    /// <returns>Bytes written.</returns>
    public static int UnescapeName(ReadOnlySpan<byte> raw, bool isMeasurement, Span<byte> into)
    {
        int length = 0;
        for (int i = 0; i < raw.Length; i++)
        {
            if (raw[i] == '\\' && i + 1 < raw.Length && (raw[i + 1] is (byte)',' or (byte)' ' || (raw[i + 1] == '=' && !isMeasurement)))
                i++;
            into[length++] = raw[i];
        }
        return length;
    }

    /// <summary>Copies a text without its backslashes; <c>\n</c>, <c>\r</c> and <c>\t</c> become what they stand for.</summary>
    /// <returns>Bytes written.</returns>
    public static int UnescapeText(ReadOnlySpan<byte> raw, Span<byte> into)
    {
        int length = 0;
        for (int i = 0; i < raw.Length; i++)
        {
            byte sign = raw[i];
            if (sign == '\\' && i + 1 < raw.Length && IsEscape(raw[i + 1]))
                sign = raw[++i] switch { (byte)'n' => (byte)'\n', (byte)'r' => (byte)'\r', (byte)'t' => (byte)'\t', var other => other };
            into[length++] = sign;
        }
        return length;
    }
}
