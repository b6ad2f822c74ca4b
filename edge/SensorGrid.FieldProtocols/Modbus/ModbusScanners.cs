using System.Buffers.Binary;
using SensorGrid.FieldProtocols.Frames;

namespace SensorGrid.FieldProtocols.Modbus;

/// <summary>Finds answers in a TCP stream: a header whose protocol is 0 and whose length fits a PDU. There is no checksum; TCP has one.</summary>
public sealed class ModbusTcpScanner : IFrameScanner
{
    // Unit, function and at least one byte more.
    private const int ShortestLength = 3;
    private const int LongestLength = 254;

    /// <inheritdoc/>
    public int MaxFrameBytes => ModbusFrames.MaxTcpBytes;

    /// <inheritdoc/>
    public FrameScan Scan(ReadOnlySpan<byte> bytes, bool isFinal)
    {
        if (bytes.Length < 6)
            return isFinal && bytes.Length > 0 ? FrameScan.Broken(0, new("truncated", bytes.Length, bytes.Length, 6)) : FrameScan.NeedMore(0);
        int protocol = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        if (protocol != 0)
            return FrameScan.Broken(0, new("bad_protocol", 2, protocol, 0));
        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]);
        if (length is < ShortestLength or > LongestLength)
            return FrameScan.Broken(0, new("bad_length", 4, length, LongestLength));
        if (bytes.Length < 6 + length)
            return isFinal ? FrameScan.Broken(0, new("truncated", bytes.Length, bytes.Length, 6 + length)) : FrameScan.NeedMore(0);
        return FrameScan.Frame(0, 6 + length);
    }
}

/// <summary>Finds answers on a serial line: the length is in the answer itself, since a stream behind a serial server keeps no silences. Knows the functions that
/// read, and exceptions.</summary>
public sealed class ModbusRtuScanner : IFrameScanner
{
    private const int ExceptionBytes = 5;

    /// <inheritdoc/>
    public int MaxFrameBytes => ModbusFrames.MaxRtuBytes;

    /// <inheritdoc/>
    public FrameScan Scan(ReadOnlySpan<byte> bytes, bool isFinal)
    {
        // Something that cannot be an answer is noise: an echo of the request, a spike on the line.
        int start = 0;
        while (start + 1 < bytes.Length && !IsFunction(bytes[start + 1]))
            start++;
        var rest = bytes[start..];
        int length = rest.Length < 3 ? ExceptionBytes : (rest[1] & 0x80) != 0 ? ExceptionBytes : rest[2] + ExceptionBytes;
        if (length > MaxFrameBytes)
            return FrameScan.Broken(start, new("bad_length", 2, length, MaxFrameBytes));
        if (rest.Length < length)
            return isFinal && rest.Length > 0 ? FrameScan.Broken(start, new("truncated", rest.Length, rest.Length, length)) : FrameScan.NeedMore(start);
        ushort sent = BinaryPrimitives.ReadUInt16LittleEndian(rest[(length - 2)..]);
        ushort computed = ModbusFrames.Crc(rest[..(length - 2)]);
        return sent == computed ? FrameScan.Frame(start, length) : FrameScan.Broken(start, new("crc_mismatch", length - 2, sent, computed));
    }

    private static bool IsFunction(byte function) => (function & 0x7F) is >= 1 and <= 4;
}
