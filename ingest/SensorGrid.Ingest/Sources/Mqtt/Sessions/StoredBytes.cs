using System.Buffers.Binary;
using System.Text;

namespace SensorGrid.Ingest.Sources.Mqtt.Sessions;

/// <summary>Lists in one column of the store. User properties: name and value in turn, each as on the wire, a 16-bit big-endian length and
/// UTF-8. Subscription identifiers: 32 bits big-endian each.</summary>
internal static class StoredBytes
{
    // Strict: a store with other bytes in it is damaged.
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static byte[]? OfProperties(UserProperty[] properties)
    {
        if (properties.Length == 0)
            return null;
        var bytes = new byte[properties.Sum(property => 4 + Utf8.GetByteCount(property.Name) + Utf8.GetByteCount(property.Value))];
        var rest = bytes.AsSpan();
        foreach (var (name, value) in properties)
        {
            Write(name, ref rest);
            Write(value, ref rest);
        }
        return bytes;
    }

    /// <exception cref="InvalidDataException">Not what <see cref="OfProperties"/> wrote.</exception>
    public static UserProperty[] ToProperties(byte[]? bytes)
    {
        var properties = new List<UserProperty>();
        var rest = (ReadOnlySpan<byte>)bytes;
        while (!rest.IsEmpty)
            properties.Add(new(Read(ref rest), Read(ref rest)));
        return [.. properties];
    }

    public static byte[]? OfIdentifiers(int[] identifiers)
    {
        if (identifiers.Length == 0)
            return null;
        var bytes = new byte[identifiers.Length * sizeof(int)];
        for (int i = 0; i < identifiers.Length; i++)
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(i * sizeof(int)), identifiers[i]);
        return bytes;
    }

    /// <exception cref="InvalidDataException">Not what <see cref="OfIdentifiers"/> wrote.</exception>
    public static int[] ToIdentifiers(byte[]? bytes)
    {
        if (bytes is null)
            return [];
        if (bytes.Length % sizeof(int) != 0)
            throw new InvalidDataException($"Subscription identifiers of {bytes.Length} bytes.");
        var identifiers = new int[bytes.Length / sizeof(int)];
        for (int i = 0; i < identifiers.Length; i++)
            identifiers[i] = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(i * sizeof(int)));
        return identifiers;
    }

    private static void Write(string text, ref Span<byte> rest)
    {
        int length = Utf8.GetBytes(text, rest[2..]);
        BinaryPrimitives.WriteUInt16BigEndian(rest, checked((ushort)length));
        rest = rest[(2 + length)..];
    }

    private static string Read(ref ReadOnlySpan<byte> rest)
    {
        if (!BinaryPrimitives.TryReadUInt16BigEndian(rest, out ushort length) || rest.Length < 2 + length)
            throw new InvalidDataException("User properties end in the middle of one.");
        string text;
        try
        {
            text = Utf8.GetString(rest.Slice(2, length));
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidDataException("A user property is not UTF-8.", e);
        }
        rest = rest[(2 + length)..];
        return text;
    }
}
