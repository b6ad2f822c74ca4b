using System.Text;

namespace SensorGrid.FieldProtocols.Hj212;

/// <summary>What both sides look for in packets.</summary>
internal static class Hj212Exchange
{
    /// <summary>Value of a key of the data area, in any case; empty when absent.</summary>
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> area, ReadOnlySpan<byte> key)
    {
        var pairs = new Hj212PairReader(area);
        while (pairs.MoveNext())
        {
            if (Ascii.EqualsIgnoreCase(pairs.Key, key))
                return pairs.Value;
        }
        return default;
    }

    /// <summary>Request number that an answer is about: its own, or in its data area as 2005 has it.</summary>
    public static ReadOnlySpan<byte> RequestNumber(scoped in Hj212Packet packet)
    {
        var inside = Find(packet.Area, "QN"u8);
        return inside.IsEmpty ? packet.Qn : inside;
    }

    /// <summary>A return code; -1 when absent or no number.</summary>
    public static int ReturnCode(ReadOnlySpan<byte> area, ReadOnlySpan<byte> key)
    {
        var value = Find(area, key);
        return Hj212Number.IsDigits(value) && value.Length <= 9 ? Hj212FrameScanner.ReadDigits(value) : -1;
    }

    /// <summary>Whether packets of a command are encrypted (HJ 212-2025, annex A.2).</summary>
    public static bool IsEncrypted(int command) => command is (>= 2000 and < 3000) or 1014 or 3020;
}
