namespace SensorGrid.FieldProtocols.Frames;

/// <summary>What a scanner found at the beginning of the bytes it was given.</summary>
public enum FrameScanOutcome : byte
{
    /// <summary>No whole frame yet. The bytes before <see cref="FrameScan.Start"/> belong to none and can go.</summary>
    NeedMore,

    /// <summary>A frame from <see cref="FrameScan.Start"/>, <see cref="FrameScan.Length"/> bytes; its checksum is right.</summary>
    Frame,

    /// <summary>What begins at <see cref="FrameScan.Start"/> looks like a frame and is none (<see cref="FrameScan.Fault"/>). The search goes on one byte
    /// after it: a wrong length must not swallow the good frame behind.</summary>
    Fault,
}

/// <summary>Result of one look at a stream's bytes.</summary>
/// <param name="Outcome">What was found.</param>
/// <param name="Start">Bytes before it, which belong to no frame.</param>
/// <param name="Length">Bytes of the frame; 0 when there is none.</param>
/// <param name="Fault">Why it is none.</param>
/// <param name="Filler">How many of the bytes before <paramref name="Start"/> a peer may send between frames (line ends): not noise.</param>
public readonly record struct FrameScan(FrameScanOutcome Outcome, int Start, int Length, FrameFault Fault = default, int Filler = 0)
{
    /// <summary>More bytes are needed; those before <paramref name="start"/> can go.</summary>
    public static FrameScan NeedMore(int start) => new(FrameScanOutcome.NeedMore, start, 0);

    /// <summary>A whole frame.</summary>
    public static FrameScan Frame(int start, int length) => new(FrameScanOutcome.Frame, start, length);

    /// <summary>No frame begins here.</summary>
    public static FrameScan Broken(int start, FrameFault fault) => new(FrameScanOutcome.Fault, start, 0, fault);
}

/// <summary>Why bytes that look like a frame are none.</summary>
/// <param name="Code">Stable word for counters, log and tests, e.g. <c>crc_mismatch</c>.</param>
/// <param name="Offset">Byte from the beginning of the presumed frame at which it shows.</param>
/// <param name="Found">What stood there; meaning by <paramref name="Code"/>.</param>
/// <param name="Expected">What should have.</param>
public readonly record struct FrameFault(string Code, int Offset, long Found = 0, long Expected = 0)
{
    /// <summary>For people.</summary>
    public override string ToString() => $"{Code} at byte {Offset}: found {Found:X}, expected {Expected:X}";
}

/// <summary>Finds where frames begin and end. Pure: looks at bytes, keeps nothing, never waits, never throws for what it is given, and allocates
/// nothing.</summary>
public interface IFrameScanner
{
    /// <summary>Most bytes of one frame: as many are kept while one is not whole.</summary>
    int MaxFrameBytes { get; }

    /// <summary>Looks for the first frame.</summary>
    /// <param name="bytes">What came and was not dealt with.</param>
    /// <param name="isFinal">Nothing more will come for what stands at the beginning (the peer closed, or was idle too long): what is not whole now is a
    /// <c>truncated</c> fault.</param>
    FrameScan Scan(ReadOnlySpan<byte> bytes, bool isFinal);
}
