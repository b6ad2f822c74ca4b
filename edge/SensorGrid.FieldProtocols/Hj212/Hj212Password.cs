using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace SensorGrid.FieldProtocols.Hj212;

/// <summary>Password of a station (PW, 访问密码). It says itself nowhere but in packets.</summary>
public sealed class Hj212Password
{
    /// <summary>Most signs: six in the standard, as many as 24 in the field.</summary>
    public const int LongestText = 24;

    private readonly byte[] bytes;

    private Hj212Password(byte[] bytes) => this.bytes = bytes;

    internal ReadOnlySpan<byte> Bytes => bytes;

    /// <summary>Takes 1 to <see cref="LongestText"/> visible ASCII signs without those that delimit fields (<c>; , = &amp; #</c>).</summary>
    public static bool TryCreate(string text, [NotNullWhen(true)] out Hj212Password? password)
    {
        ArgumentNullException.ThrowIfNull(text);
        bool isGood = text.Length is >= 1 and <= LongestText && text.All(sign => sign is > ' ' and < '\x7F' and not (';' or ',' or '=' or '&' or '#'));
        password = isGood ? new(Encoding.ASCII.GetBytes(text)) : null;
        return isGood;
    }
}
