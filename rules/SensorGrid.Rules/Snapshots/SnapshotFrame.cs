using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;

namespace SensorGrid.Rules.Snapshots;

/// <summary>The envelope of a snapshot: <c>magic(4) version(2) reserved(2) length(4) crc32(4) body(length)</c>, little-endian.
/// A snapshot is a shortcut, never a source of truth: whatever is wrong with it, it is not used, and the log is read instead.</summary>
public static class SnapshotFrame
{
    private const int HeaderLength = 16;

    /// <summary>Writes the envelope and the body.</summary>
    public static void Write(IBufferWriter<byte> output, uint magic, ushort version, ReadOnlySpan<byte> body)
    {
        WriteHeader(output, magic, version, body.Length, Crc32.HashToUInt32(body));
        output.Write(body);
    }

    /// <summary>Writes the envelope and the body.</summary>
    /// <param name="output">Gets both.</param>
    /// <param name="magic">What kind of snapshot it is.</param>
    /// <param name="version">Of its form.</param>
    /// <param name="body">The body; given up to <paramref name="output"/> when that is one of pieces too.</param>
    public static void Write(IBufferWriter<byte> output, uint magic, ushort version, SnapshotBuffer body)
    {
        ArgumentNullException.ThrowIfNull(body);
        var check = new Crc32();
        foreach (var piece in body.Pieces)
            check.Append(piece.Span);
        WriteHeader(output, magic, version, checked((int)body.Length), check.GetCurrentHashAsUInt32());
        body.GiveTo(output);
    }

    private static void WriteHeader(IBufferWriter<byte> output, uint magic, ushort version, int length, uint check)
    {
        var header = output.GetSpan(HeaderLength)[..HeaderLength];
        BinaryPrimitives.WriteUInt32LittleEndian(header, magic);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], version);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], 0);
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[12..], check);
        output.Advance(HeaderLength);
    }

    /// <summary>The body, if the envelope is of this kind and version and nothing is missing or changed.</summary>
    public static bool TryOpen(ReadOnlySpan<byte> snapshot, uint magic, ushort version, out ReadOnlySpan<byte> body)
    {
        body = default;
        if (snapshot.Length < HeaderLength
            || BinaryPrimitives.ReadUInt32LittleEndian(snapshot) != magic
            || BinaryPrimitives.ReadUInt16LittleEndian(snapshot[4..]) != version
            || BinaryPrimitives.ReadUInt16LittleEndian(snapshot[6..]) != 0
            || BinaryPrimitives.ReadInt32LittleEndian(snapshot[8..]) != snapshot.Length - HeaderLength
            || BinaryPrimitives.ReadUInt32LittleEndian(snapshot[12..]) != Crc32.HashToUInt32(snapshot[HeaderLength..]))
            return false;
        body = snapshot[HeaderLength..];
        return true;
    }
}
