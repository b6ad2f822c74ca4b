using System.Globalization;
using System.Text;

namespace SensorGrid.Readings.Wire.SenMl;

/// <summary>Takes the escapes out of a JSON string whose form the scanner has checked.</summary>
internal static class JsonText
{
    /// <summary>Unescapes.</summary>
    /// <param name="raw">The string without its quotes.</param>
    /// <param name="into">Room for at least as many bytes as <paramref name="raw"/> has; no escape is shorter than what it stands for.</param>
    /// <returns>Bytes written, or -1 when a surrogate stands alone, which UTF-8 cannot say.</returns>
    public static int Unescape(ReadOnlySpan<byte> raw, Span<byte> into)
    {
        int written = 0;
        for (int at = 0; at < raw.Length;)
        {
            if (raw[at] != '\\')
            {
                into[written++] = raw[at++];
                continue;
            }
            byte kind = raw[at + 1];
            if (kind != 'u')
            {
                into[written++] = kind switch
                {
                    (byte)'b' => 8,
                    (byte)'f' => 12,
                    (byte)'n' => 10,
                    (byte)'r' => 13,
                    (byte)'t' => 9,
                    _ => kind,
                };
                at += 2;
                continue;
            }
            int unit = ReadUnit(raw, at);
            at += 6;
            Rune rune;
            if (char.IsHighSurrogate((char)unit))
            {
                if (at + 6 > raw.Length || raw[at] != '\\' || raw[at + 1] != 'u' || !Rune.TryCreate((char)unit, (char)ReadUnit(raw, at), out rune))
                    return -1;
                at += 6;
            }
            else if (!Rune.TryCreate(unit, out rune))
            {
                return -1;
            }
            written += rune.EncodeToUtf8(into[written..]);
        }
        return written;
    }

    private static int ReadUnit(ReadOnlySpan<byte> raw, int at) =>
        int.Parse(raw.Slice(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
