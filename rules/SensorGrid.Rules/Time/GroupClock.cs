using SensorGrid.Rules.Snapshots;

namespace SensorGrid.Rules.Time;

/// <summary>The time of a group: that of a change of one of its members, and from then on as much later as the log's time has moved. After a start it
/// stands still for as long as a gateway may take to find its way back, whoever is heard meanwhile: who is missing may be one of those that are not.</summary>
internal sealed class GroupClock
{
    /// <summary>First version of snapshots that has all of its state.</summary>
    public const ushort StateVersion = 5;

    private readonly GatewayWatch watch;

    public GroupClock(LogClock log)
    {
        watch = new(log);
        Clock = new(log, watch);
    }

    public EventClock Clock { get; }

    /// <summary>A member changed, at this event time, found at this log time, and that is the time now. Not while a delay of the group runs, which would jump.</summary>
    public void MoveTo(long at, long logTime) => Clock.MoveTo(at, logTime);

    /// <summary>A member changed, at this event time, found at this log time. It is the time now unless another one was later.</summary>
    public void MoveOnTo(long at, long logTime)
    {
        if (!Clock.HasStarted || at > Clock.LastObserved)
            Clock.MoveTo(at, logTime);
    }

    /// <summary>The time at a log time that is not before that of the newest change.</summary>
    public long NowAt(long logTime) => Math.Max(Clock.LastObserved, logTime - watch.MissedUntil(logTime) + Clock.Offset);

    /// <summary>The service starts. Call before the log's clock moves.</summary>
    public void OnStart(long time) => watch.OnStart(time);

    /// <summary>The log's time went on by so much although no time passed.</summary>
    public void OnStep(long jump) => watch.OnStep(jump);

    /// <summary>Goes on from the clock of the same group in an earlier rule set; of several that have become one, from the one that shows the latest time.</summary>
    public void Adopt(GroupClock before)
    {
        if (Clock.HasStarted && (!before.Clock.HasStarted || before.Clock.Now <= Clock.Now))
            return;
        var (missed, isAwaited) = before.watch.State;
        watch.Restore(missed, isAwaited);
        Clock.Restore(before.Clock.LastObserved, before.Clock.Offset, before.Clock.MissedBefore, isAhead: false, long.MinValue, steppedBefore: 0);
    }

    public void WriteTo(SnapshotWriter writer)
    {
        writer.Int64(Clock.LastObserved);
        writer.Int64(Clock.Offset);
        var (missed, isAwaited) = watch.State;
        writer.Int64(Clock.MissedBefore);
        writer.Int64(missed);
        writer.Byte(isAwaited ? (byte)1 : (byte)0);
    }

    public void ReadFrom(ref SnapshotReader reader)
    {
        var (observed, offset) = (reader.Int64(), reader.Int64());
        bool hasAll = reader.Version >= StateVersion;
        Clock.Restore(observed, offset, hasAll ? reader.Int64() : 0, isAhead: false, long.MinValue, steppedBefore: 0);
        if (hasAll)
            watch.Restore(reader.Int64(), reader.Byte() != 0);
    }
}
