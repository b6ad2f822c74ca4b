using System.Security.Cryptography;

namespace SensorGrid.FieldProtocols.Hj212;

/// <summary>Uploads that are safe, by a digest of all their bytes: a resend is the same to the byte (6.2). Request numbers alone would not do, since broken clocks repeat
/// them; and packets that say no time of their own are never repeats, as the same values may be true again. Holds the last so many.</summary>
internal sealed class Hj212Repeats(int capacity)
{
    private readonly Queue<UInt128> order = new();
    private readonly HashSet<UInt128> known = [];

    public static UInt128? DigestOf(scoped in Hj212Packet packet)
    {
        if (!Hj212Time.TryParse(Hj212Exchange.Find(packet.Area, "DataTime"u8), out _))
            return null;
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(packet.Segment, digest);
        return new(BitConverter.ToUInt64(digest), BitConverter.ToUInt64(digest[8..]));
    }

    public bool Contains(UInt128? digest) => digest is { } value && known.Contains(value);

    public void Add(UInt128? digest)
    {
        if (digest is not { } value || !known.Add(value))
            return;
        order.Enqueue(value);
        if (order.Count > capacity)
            known.Remove(order.Dequeue());
    }
}
