using SensorGrid.Alarms.Replays;
using SensorGrid.ReadingLog;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Storage.State;

namespace SensorGrid.Ingest.Service.Definitions;

/// <summary>The running service's own log, to play parts of again beside everything else.</summary>
internal sealed class ServiceLog(ReadingLogWriter log, StateDatabase state) : IReplayedLog
{
    public long FirstSequence => log.FirstSequence;

    /// <summary>Number of the last record that is on disk.</summary>
    public long LastSequence => log.LastDurableSequence;

    /// <inheritdoc/>
    /// <exception cref="ReadingLogException">The log cannot be read, or was trimmed meanwhile.</exception>
    public void Play(long notBeforeTicks, long fromSequence, long upToSequence, TakeLogRecord take)
    {
        using var follower = log.CreateFollower(Math.Max(fromSequence, SegmentAt(notBeforeTicks)));
        var buffer = new ReadingLogRecordBuffer();
        while (follower.TryRead(buffer) > 0)
        {
            foreach (ref readonly var record in buffer.Records)
            {
                if (record.Sequence > upToSequence)
                    return;
                if (record.ReceivedAtTicks >= notBeforeTicks
                    && !take((byte)record.Kind, record.Sequence, record.ReceivedAtTicks, record.Topic, record.Principal, record.Payload.Span))
                {
                    return;
                }
            }
        }
    }

    public ReplayedDefinitions DefinitionsBefore(long sequence)
    {
        var rules = state.ReadVersion(VersionKind.Rules, sequence - 1);
        return new(FilesOf(state.ReadVersion(VersionKind.Catalogue, sequence - 1)), FilesOf(rules), rules?.Origin.Principal, rules?.Origin.ReceivedAtTicks ?? 0);
    }

    private static SourceBundle FilesOf(StoredVersion? version) => version is null ? SourceBundle.Empty : SourceBundle.FromBytes(version.Bundle);

    // The segment in which the first record of that time stands, at the latest.
    private long SegmentAt(long ticks)
    {
        long first = log.FirstSequence;
        foreach (var segment in log.Segments)
        {
            if (segment.NotBeforeTicks <= ticks)
                first = Math.Max(first, segment.FirstSequence);
        }
        return first;
    }
}
