using System.Text;
using System.Text.Unicode;

namespace SensorGrid.FieldProtocols.Sl651;

/// <summary>Texts of frames in UTF-8. The standard names no encoding: what is valid UTF-8 (ASCII is) is taken so, everything else as GB 18030, by which the
/// devices that send Chinese do it.</summary>
internal sealed class Sl651Texts
{
    /// <summary>GB 18030; what it cannot hold is refused and not replaced by a question mark.</summary>
    public static readonly Encoding ChineseStrict =
        CodePagesEncodingProvider.Instance.GetEncoding("GB18030", EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)!;

    private static readonly Encoding Chinese = CodePagesEncodingProvider.Instance.GetEncoding("GB18030")!;
    private byte[] buffer = new byte[256];

    /// <summary>The text in UTF-8.</summary>
    public static ReadOnlySpan<byte> ToUtf8(ReadOnlySpan<byte> raw) => Utf8.IsValid(raw) ? raw : Encoding.UTF8.GetBytes(Chinese.GetString(raw));

    /// <summary>Upper-case hex digits; valid until the next call.</summary>
    public ReadOnlySpan<byte> ToHex(ReadOnlySpan<byte> raw)
    {
        if (buffer.Length < raw.Length * 2)
            buffer = new byte[raw.Length * 2];
        Convert.TryToHexString(raw, buffer, out int written);
        return buffer.AsSpan(0, written);
    }
}
