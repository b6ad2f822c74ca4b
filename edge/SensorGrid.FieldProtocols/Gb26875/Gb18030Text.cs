using System.Text;

namespace SensorGrid.FieldProtocols.Gb26875;

/// <summary>Texts of types 2, 6, 7 and 26: GB 18030, padded with zeros or blanks (GB/T 26875.3-2011, 8.2.1.2, 8.2.1.6, 8.2.1.7, 8.2.1.11). Tables
/// are made once from the framework's code page, so that reading allocates nothing; the framework's own decoder does.</summary>
internal static class Gb18030Text
{
    private const char Replacement = '\uFFFD';
    private const int TrailsOfLead = 190;
    private const int FourBytesInPlane0 = 39_420;
    private const int FourBytesOfPlane1 = 189_000;

    private static readonly Encoding CodePage =
        CodePagesEncodingProvider.Instance.GetEncoding("GB18030", EncoderFallback.ExceptionFallback, DecoderFallback.ReplacementFallback)!;

    private static readonly Lazy<char[]> TwoByteCharacters = new(MakeTwoByteCharacters);
    private static readonly Lazy<char[]> FourByteCharacters = new(MakeFourByteCharacters);

    /// <summary>Most UTF-8 bytes that a text of so many bytes gives.</summary>
    public static int MaxUtf8Bytes(int bytes) => bytes * 3;

    /// <summary>The text up to its first zero without the blanks around it, in UTF-8. Control signs stay. What is no character becomes
    /// U+FFFD.</summary>
    /// <param name="raw">As it stands in the object.</param>
    /// <param name="utf8">Gets the text; <see cref="MaxUtf8Bytes"/> are enough.</param>
    /// <param name="isClean">False when something was no character.</param>
    /// <returns>Bytes written.</returns>
    public static int ToUtf8(ReadOnlySpan<byte> raw, Span<byte> utf8, out bool isClean)
    {
        isClean = true;
        int zero = raw.IndexOf((byte)0);
        raw = raw[..(zero < 0 ? raw.Length : zero)].Trim((byte)' ');
        int written = 0;
        while (!raw.IsEmpty)
        {
            int ascii = raw.IndexOfAnyInRange((byte)0x80, (byte)0xFF);
            ascii = ascii < 0 ? raw.Length : ascii;
            raw[..ascii].CopyTo(utf8[written..]);
            written += ascii;
            raw = raw[ascii..];
            if (raw.IsEmpty)
                break;
            var rune = ReadRune(raw, out int length);
            isClean &= rune.Value != Replacement;
            written += rune.EncodeToUtf8(utf8[written..]);
            raw = raw[length..];
        }
        return written;
    }

    /// <summary>Bytes of a text to be sent. Refuses what would not come back: zeros, blanks around it, what is no character.</summary>
    /// <exception cref="ArgumentException">It cannot be written.</exception>
    public static byte[] FromString(string text, int maxBytes, string what)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
            throw new ArgumentException($"{what} holds a zero, which ends a text.");
        if (text.StartsWith(' ') || text.EndsWith(' '))
            throw new ArgumentException($"{what} begins or ends with a blank, which readers take for padding.");
        byte[] bytes;
        try
        {
            bytes = CodePage.GetBytes(text);
        }
        catch (EncoderFallbackException e)
        {
            throw new ArgumentException($"{what} holds at {e.Index} what is no character of GB 18030.", e);
        }
        return bytes.Length <= maxBytes
            ? bytes
            : throw new ArgumentException($"{what} takes {bytes.Length} bytes in GB 18030; there is room for {maxBytes}.");
    }

    // Two bytes 81-FE 40-7E|80-FE, or four 81-FE 30-39 81-FE 30-39.
    private static Rune ReadRune(ReadOnlySpan<byte> from, out int length)
    {
        length = 1;
        if (from[0] is 0x80 or 0xFF || from.Length < 2)
            return (Rune)Replacement;
        byte trail = from[1];
        if (trail is >= 0x40 and not (0x7F or 0xFF))
        {
            length = 2;
            char found = TwoByteCharacters.Value[(from[0] - 0x81) * TrailsOfLead + trail - (trail < 0x7F ? 0x40 : 0x41)];
            return Rune.TryCreate(found, out var rune) ? rune : (Rune)Replacement;
        }
        if (from.Length < 4 || trail is < 0x30 or > 0x39 || from[2] is < 0x81 or > 0xFE || from[3] is < 0x30 or > 0x39)
            return (Rune)Replacement;
        length = 4;
        int index = ((from[0] - 0x81) * 10 + trail - 0x30) * 1260 + (from[2] - 0x81) * 10 + from[3] - 0x30;
        int value = index < FourBytesInPlane0 ? FourByteCharacters.Value[index]
            : index >= FourBytesOfPlane1 ? 0x10000 + index - FourBytesOfPlane1
            : -1;
        return Rune.IsValid(value) ? new Rune(value) : (Rune)Replacement;
    }

    private static char[] MakeTwoByteCharacters()
    {
        var characters = new char[126 * TrailsOfLead];
        for (int i = 0; i < characters.Length; i++)
        {
            int trail = i % TrailsOfLead + 0x40;
            characters[i] = CharacterOf([(byte)(i / TrailsOfLead + 0x81), (byte)(trail < 0x7F ? trail : trail + 1)]);
        }
        return characters;
    }

    private static char[] MakeFourByteCharacters()
    {
        var characters = new char[FourBytesInPlane0];
        for (int i = 0; i < characters.Length; i++)
            characters[i] = CharacterOf([(byte)(i / 12600 + 0x81), (byte)(i / 1260 % 10 + 0x30), (byte)(i / 10 % 126 + 0x81), (byte)(i % 10 + 0x30)]);
        return characters;
    }

    private static char CharacterOf(ReadOnlySpan<byte> bytes)
    {
        Span<char> found = stackalloc char[4];
        return CodePage.GetChars(bytes, found) == 1 ? found[0] : Replacement;
    }
}
