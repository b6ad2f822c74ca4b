using System.Buffers;

namespace SensorGrid.Edge.Sensors;

/// <summary>What a look at a buffer of bytes found.</summary>
internal enum LineScan
{
    /// <summary>No line end yet: more bytes are needed.</summary>
    Incomplete,

    /// <summary>One whole line.</summary>
    Line,

    /// <summary>More bytes than a line may have, without an end: the rest of the line must be skipped.</summary>
    TooLong,
}

/// <summary>Finds where a line ends: LF, with a CR before it taken off. Pure; never waits.</summary>
internal static class LineScanner
{
    public static LineScan Scan(in ReadOnlySequence<byte> bytes, int mostBytes, out ReadOnlySequence<byte> line, out SequencePosition consumed)
    {
        line = default;
        consumed = bytes.Start;
        if (bytes.PositionOf((byte)'\n') is not { } end)
            return bytes.Length > mostBytes ? LineScan.TooLong : LineScan.Incomplete;
        line = bytes.Slice(0, end);
        consumed = bytes.GetPosition(1, end);
        if (line.Length > mostBytes)
            return LineScan.TooLong;
        if (line.Length > 0 && line.Slice(line.Length - 1).FirstSpan[0] == (byte)'\r')
            line = line.Slice(0, line.Length - 1);
        return LineScan.Line;
    }
}
