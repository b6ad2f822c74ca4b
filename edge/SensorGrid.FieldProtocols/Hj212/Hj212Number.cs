using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace SensorGrid.FieldProtocols.Hj212;

/// <summary>Values as decimal text (6.3.3, N types): a sign, digits, a point. Scaled to the unit in decimal, so that they are rounded once.</summary>
internal static class Hj212Number
{
    /// <summary>Most digits of a number that is exact as a double.</summary>
    public const int ExactDigits = 15;

    /// <summary>Greatest power of ten, of either sign, that one exact operation takes a number to.</summary>
    public const int ExactPower = 22;

    private const int LongestText = 64;
    private static readonly SearchValues<byte> Signs = SearchValues.Create("+-.0123456789eE"u8);

    /// <summary>The number times 10^shift; false when the text is none.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, int shift, out double value)
    {
        int at = text.Length > 0 && text[0] is (byte)'-' or (byte)'+' ? 1 : 0;
        long digits = 0;
        int count = 0, decimals = 0;
        bool hasPoint = false;
        for (int i = at; i < text.Length; i++)
        {
            uint digit = (uint)text[i] - '0';
            if (digit <= 9)
            {
                digits = digits * 10 + digit;
                // Zeros in front cost nothing.
                count += digits > 0 ? 1 : 0;
                decimals += hasPoint ? 1 : 0;
                if (count > ExactDigits)
                    return TryParseLong(text, shift, out value);
            }
            else if (text[i] == '.' && !hasPoint)
            {
                hasPoint = true;
            }
            else
            {
                return TryParseLong(text, shift, out value);
            }
        }
        value = 0;
        if (text.Length - at - (hasPoint ? 1 : 0) <= 0)
            return false;
        if (decimals - shift is < -ExactPower or > ExactPower)
            return TryParseLong(text, shift, out value);
        value = DecimalNumber.ToDouble(at == 1 && text[0] == '-' ? -digits : digits, decimals - shift);
        return true;
    }

    /// <summary>Whether there are digits and nothing else.</summary>
    public static bool IsDigits(ReadOnlySpan<byte> text) => text.Length > 0 && !text.ContainsAnyExceptInRange((byte)'0', (byte)'9');

    // More digits than a double holds, or an exponent, which some makers send.
    private static bool TryParseLong(ReadOnlySpan<byte> text, int shift, out double value)
    {
        value = 0;
        if (text.Length > LongestText || text.ContainsAnyExcept(Signs))
            return false;
        if (!Utf8Parser.TryParse(text, out value, out int used) || used != text.Length || !double.IsFinite(value))
            return false;
        if (shift == 0)
            return true;
        int exponent = text.IndexOfAny((byte)'e', (byte)'E');
        var mantissa = exponent < 0 ? text : text[..exponent];
        if (exponent >= 0)
        {
            if (!int.TryParse(text[(exponent + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int sent) || Math.Abs(sent) > 1000)
                return false;
            shift += sent;
        }
        Span<char> shifted = stackalloc char[LongestText + 8];
        int length = Encoding.ASCII.GetChars(mantissa, shifted);
        shifted[length++] = 'E';
        shift.TryFormat(shifted[length..], out int written, default, CultureInfo.InvariantCulture);
        return double.TryParse(shifted[..(length + written)], NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
    }
}
