using System.Buffers;
using System.Text;

namespace SensorGrid.Readings.Wire.SenMl;

/// <summary>What names may hold (RFC 8428 §4.5.1).</summary>
internal static class SenMlNames
{
    public static readonly SearchValues<byte> Signs =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-:./_"u8);

    /// <summary>Whether a text may be a resolved name.</summary>
    public static bool IsValid(string name) => name.Length <= SenMlLimits.Name && IsValid(Encoding.UTF8.GetBytes(name));

    /// <summary>Whether a text may be a resolved name.</summary>
    public static bool IsValid(ReadOnlySpan<byte> name) =>
        name.Length is > 0 and <= SenMlLimits.Name && char.IsAsciiLetterOrDigit((char)name[0]) && !name.ContainsAnyExcept(Signs);
}
