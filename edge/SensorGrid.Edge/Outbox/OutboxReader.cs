using Microsoft.Extensions.Logging;
using SensorGrid.Edge.Uplink;
using SensorGrid.ReadingLog;

namespace SensorGrid.Edge.Outbox;

/// <summary>Reads one stretch of the outbox into packs, leaving out what is acknowledged. One reader serves one lane.</summary>
internal sealed class OutboxReader(EdgeOutbox outbox, ReadingLogWriter log, long from, long before, ILogger logger) : IDisposable
{
    private readonly ReadingLogRecordBuffer buffer = new(records: 256, bytes: 128 * 1024);
    private ReadingLogFollower? follower;
    private int at;
    private long next = from;

    /// <summary>Fills a pack with what is there, waiting only while there is nothing at all.</summary>
    /// <returns>What the pack stands for; null at the end of the stretch or of the log.</returns>
    public async ValueTask<OutboxRange?> ReadAsync(PackBuilder pack, CancellationToken cancellationToken)
    {
        long first = next;
        while (true)
        {
            bool full = TakeBuffered(pack);
            if (!pack.IsEmpty && (full || at == buffer.Count))
                return new(first, next - 1);
            if (outbox.NextUnacknowledged(next) >= before || !await FillBufferAsync(cancellationToken))
                return null;
        }
    }

    public void Dispose() => follower?.Dispose();

    /// <summary>Moves buffered records into the pack; true when the pack takes no more or the stretch has ended.</summary>
    private bool TakeBuffered(PackBuilder pack)
    {
        for (; at < buffer.Count; at++)
        {
            ref readonly var record = ref buffer[at];
            if (record.Sequence >= before)
                return true;
            if (record.Sequence < next || outbox.IsAcknowledged(record.Sequence))
            {
                next = Math.Max(next, record.Sequence + 1);
                continue;
            }
            if (!OutboxRecord.TryRead(record.Payload, out int readings, out bool secondaryUnits, out var objects))
            {
                Log.OutboxRecordSkipped(logger, outbox.Folder, record.Sequence);
                outbox.Acknowledge(new(record.Sequence, record.Sequence));
                next = record.Sequence + 1;
                continue;
            }
            if (!pack.TryAdd(objects.Span, readings, secondaryUnits))
                return true;
            next = record.Sequence + 1;
        }
        return false;
    }

    private async ValueTask<bool> FillBufferAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            long wanted = outbox.NextUnacknowledged(next);
            // A long acknowledged or dropped stretch is jumped over, not read.
            if (follower is not null && wanted > follower.NextSequence + 1000)
            {
                follower.Dispose();
                follower = null;
            }
            follower ??= log.CreateFollower(Math.Min(wanted, log.NextSequence));
            try
            {
                at = 0;
                return await follower.ReadAsync(buffer, cancellationToken) > 0;
            }
            catch (ReadingLogException exception) when (exception.Fault == ReadingLogFault.Trimmed)
            {
                // The outbox dropped its oldest records while this lane was behind: go on with the oldest kept.
                follower.Dispose();
                follower = null;
                next = Math.Max(next, log.FirstSequence);
            }
        }
    }
}
