using System.Diagnostics.CodeAnalysis;

namespace SensorGrid.FieldProtocols.Hj212;

/// <summary>Encrypted packets of HJ 212-2025 (annex A.2): the data area as a whole, in blocks, its last 1 to 15 bytes plain; the length stays, and the check is over
/// the plain segment.</summary>
internal static class Hj212Encryption
{
    private static ReadOnlySpan<byte> PlainBeginning => "DataTime="u8;

    /// <summary>Opens the segment with the key of its station, if it has one, the area does not read like a plain one, and the check then fits.</summary>
    /// <param name="segment">The data segment as it came.</param>
    /// <param name="crc">The check as it came.</param>
    /// <param name="stations">Where keys are.</param>
    /// <param name="plain">Gets the plain segment; at least as long.</param>
    public static bool TryOpen(ReadOnlySpan<byte> segment, ushort crc, Hj212Stations stations, Span<byte> plain)
    {
        int area = Hj212Packet.AreaOffset(segment);
        if (area < 0 || segment.Length - 2 - area < Sm4.BlockBytes || segment[area..].StartsWith(PlainBeginning) ||
            !TryGetCipher(segment[..area], stations, out var cipher))
            return false;
        segment.CopyTo(plain);
        cipher.Decrypt(segment[area..^2], plain[area..]);
        return Hj212Crc.Compute(plain[..segment.Length]) == crc;
    }

    /// <summary>Key of the station that a header names.</summary>
    public static bool TryGetCipher(ReadOnlySpan<byte> header, Hj212Stations stations, [NotNullWhen(true)] out Sm4? cipher)
    {
        cipher = stations.HasCiphers ? stations.Of(Hj212Packet.FindMn(header)).Cipher : null;
        return cipher is not null;
    }
}
