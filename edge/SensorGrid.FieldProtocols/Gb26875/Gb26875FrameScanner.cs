using SensorGrid.FieldProtocols.Frames;

namespace SensorGrid.FieldProtocols.Gb26875;

/// <summary>Finds packets of GB/T 26875.3-2011 (6.6): begins at 40 40, ends where the length says, and is one only when end mark and sum are right
/// too. Faults:
/// <c>length_over_limit</c>, <c>bad_end</c>, <c>bad_checksum</c>, and <c>incomplete</c> when nothing more will come.</summary>
public sealed class Gb26875FrameScanner : IFrameScanner
{
    /// <inheritdoc/>
    public int MaxFrameBytes => Gb26875Frame.MaxBytes;

    /// <inheritdoc/>
    public FrameScan Scan(ReadOnlySpan<byte> bytes, bool isFinal)
    {
        int start = bytes.IndexOf(Gb26875Frame.StartMark);
        if (start < 0)
        {
            // The last byte may be the first half of a start mark; alone it is noise.
            return FrameScan.NeedMore(!isFinal && bytes.EndsWith("@"u8) ? bytes.Length - 1 : bytes.Length);
        }
        var fault = Gb26875Frame.Check(bytes[start..], out int length);
        if (fault.Code is null)
            return FrameScan.Frame(start, length);
        return fault.Code == Gb26875Frame.Incomplete && !isFinal ? FrameScan.NeedMore(start) : FrameScan.Broken(start, fault);
    }
}
