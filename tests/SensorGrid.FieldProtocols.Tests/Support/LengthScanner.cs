using SensorGrid.FieldProtocols.Frames;

namespace SensorGrid.FieldProtocols.Tests.Support;

/// <summary>The smallest protocol there is: '#', a length, as many bytes, their sum.</summary>
internal sealed class LengthScanner : IFrameScanner
{
    public int MaxFrameBytes => 3 + 255;

    public static byte[] Frame(params byte[] body) => [(byte)'#', (byte)body.Length, .. body, (byte)body.Sum(value => value)];

    public FrameScan Scan(ReadOnlySpan<byte> bytes, bool isFinal)
    {
        int start = bytes.IndexOf((byte)'#');
        if (start < 0)
            return FrameScan.NeedMore(bytes.Length);
        var rest = bytes[start..];
        int length = rest.Length < 2 ? 2 : rest[1] + 3;
        if (rest.Length < length)
            return isFinal ? FrameScan.Broken(start, new("truncated", rest.Length, rest.Length, length)) : FrameScan.NeedMore(start);
        byte sum = 0;
        foreach (byte value in rest[2..(length - 1)])
            sum += value;
        return sum == rest[length - 1] ? FrameScan.Frame(start, length) : FrameScan.Broken(start, new("bad_sum", length - 1, rest[length - 1], sum));
    }
}
