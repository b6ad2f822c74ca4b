using System.Buffers;
using System.Text;

namespace SensorGrid.Ingest.Admission;

/// <summary>What strangers sent, made fit for a log line, a page and a table cell: names are data.</summary>
internal static class SafeText
{
    /// <summary>The text with every sign outside printable ASCII as <c>\uXXXX</c>, cut at a length.</summary>
    public static string Of(string? text, int maxLength = 160)
    {
        if (text is null)
            return "";
        if (text.Length <= maxLength && !NeedsEscape(text))
            return text;
        var safe = new StringBuilder(Math.Min(text.Length, maxLength) + 8);
        foreach (char sign in text)
        {
            if (safe.Length >= maxLength)
                return safe.Append('…').ToString();
            if (IsPlain(sign))
                safe.Append(sign);
            else
                safe.Append("\\u").Append(((int)sign).ToString("X4", System.Globalization.CultureInfo.InvariantCulture));
        }
        return safe.ToString();
    }

    /// <summary>The first bytes of a payload: as text when they are printable ASCII, else as <c>0x…</c>.</summary>
    public static string OfStart(in ReadOnlySequence<byte> payload, int maxBytes)
    {
        int length = (int)Math.Min(payload.Length, maxBytes);
        Span<byte> start = length <= 256 ? stackalloc byte[length] : new byte[length];
        payload.Slice(0, length).CopyTo(start);
        string end = payload.Length > length ? "…" : "";
        foreach (byte sign in start)
        {
            if (!IsPlain((char)sign))
                return "0x" + Convert.ToHexStringLower(start) + end;
        }
        return Encoding.ASCII.GetString(start) + end;
    }

    private static bool NeedsEscape(string text)
    {
        foreach (char sign in text)
        {
            if (!IsPlain(sign))
                return true;
        }
        return false;
    }

    private static bool IsPlain(char sign) => sign is >= ' ' and <= '~';
}
