using System.Buffers;
using System.IO.Pipelines;
using MQTTnet.Exceptions;

namespace SensorGrid.Ingest.Sources.Mqtt.Embedded;

/// <summary>Looks at the fixed header of each MQTT packet before the broker library sees it and ends the connection when the packet announces
/// more than the limit (MQTT 3.1.1 and 5, 2.2.3 / 2.1.4: remaining length, one to four bytes, 7 bits each, low first). The library has no
/// such limit: it would collect up to 256 MiB for anybody, before CONNECT too.</summary>
/// <remarks>The reader above consumes whole packets only, so every buffer starts with a header.</remarks>
internal sealed class PacketLimitPipeReader(PipeReader inner, int maxRemainingLength) : PipeReader
{
    private const int LongestHeader = 5;

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) => Checked(await inner.ReadAsync(cancellationToken));

    public override bool TryRead(out ReadResult result)
    {
        if (!inner.TryRead(out result))
            return false;
        Checked(result);
        return true;
    }

    public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.AdvanceTo(consumed, examined);

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

    /// <summary>Remaining length that the packet at the start announces; -1 while its header is incomplete.</summary>
    internal static long RemainingLength(in ReadOnlySequence<byte> buffer)
    {
        Span<byte> header = stackalloc byte[LongestHeader];
        int length = (int)Math.Min(buffer.Length, LongestHeader);
        buffer.Slice(0, length).CopyTo(header);
        long value = 0;
        for (int i = 1; i < length; i++)
        {
            value |= (long)(header[i] & 0x7F) << (7 * (i - 1));
            if ((header[i] & 0x80) == 0)
                return value;
        }
        // Four continuation bits are malformed; a number no limit allows says so.
        return length == LongestHeader ? long.MaxValue : -1;
    }

    private ReadResult Checked(ReadResult result)
    {
        if (RemainingLength(result.Buffer) <= maxRemainingLength)
            return result;
        inner.AdvanceTo(result.Buffer.Start);
        throw new MqttCommunicationException($"A packet announces more than {maxRemainingLength} bytes, or a malformed length.");
    }
}
