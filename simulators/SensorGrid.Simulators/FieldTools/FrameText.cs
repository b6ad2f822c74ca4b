using System.Text;

namespace SensorGrid.Simulators.FieldTools;

/// <summary>Frames as people hand them around, one a line: hexadecimal digits, with blanks or without, or the text itself where a protocol is text.</summary>
public static class FrameText
{
    /// <summary>The bytes of a line.</summary>
    public static byte[] ToBytes(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        string digits = string.Concat(line.Where(sign => !char.IsWhiteSpace(sign)));
        // "##0101QN=…" is text, and so is everything else that is not digits.
        return digits.Length > 0 && digits.Length % 2 == 0 && digits.All(char.IsAsciiHexDigit) ? Convert.FromHexString(digits) : Encoding.UTF8.GetBytes(line);
    }

    /// <summary>A line that gives these bytes again: text where they are text without line ends, else hexadecimal digits.</summary>
    public static string ToLine(ReadOnlySpan<byte> bytes)
    {
        if (!System.Text.Unicode.Utf8.IsValid(bytes))
            return Convert.ToHexString(bytes);
        string text = Encoding.UTF8.GetString(bytes);
        // A text that would be taken for digits, or trimmed, is none to be shown as text.
        return text.Length > 0 && !text.Any(char.IsControl) && ToBytes(text).AsSpan().SequenceEqual(bytes) ? text : Convert.ToHexString(bytes);
    }
}
