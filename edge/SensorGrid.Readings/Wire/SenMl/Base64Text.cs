using System.Buffers;

namespace SensorGrid.Readings.Wire.SenMl;

/// <summary>Base64url as SenML sends it (RFC 4648 §5): written without padding; padding and the plain alphabet are accepted.</summary>
internal static class Base64Text
{
    private static readonly SearchValues<byte> Signs =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/"u8);

    /// <summary>Whether a text is base64.</summary>
    /// <param name="text">As sent.</param>
    /// <param name="length">Its length without padding.</param>
    public static SenMlError Check(ReadOnlySpan<byte> text, out int length)
    {
        length = text.Length;
        while (length > 0 && text[length - 1] == '=')
            length--;
        int padding = text.Length - length;
        bool padded = padding == 0 || (padding <= 2 && text.Length % 4 == 0);
        if (!padded || length % 4 == 1 || text[..length].ContainsAnyExcept(Signs))
            return SenMlError.Base64;
        return length / 4 * 3 + length % 4 * 3 / 4 > SenMlLimits.Data ? SenMlError.DataTooLong : SenMlError.None;
    }

    /// <summary>Replaces the plain alphabet's two signs.</summary>
    public static void ToUrlAlphabet(Span<byte> text)
    {
        text.Replace((byte)'+', (byte)'-');
        text.Replace((byte)'/', (byte)'_');
    }
}
