using SensorGrid.Readings;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Snapshots;
using SensorGrid.Rules.Time;

namespace SensorGrid.Rules.Silence;

/// <summary>Watches for silence. "Nothing came since the newest reading" is a condition that every reading ends and begins
/// anew, with the permitted silence as its on-delay; so the onset is the newest reading, and the alarm comes that much later.
/// Any reading is a sign of life, whatever its quality. What was never heard is not silent: nothing has armed the watch.
/// <code>
/// hours begin │ awaited from their begin on
/// hours end   │ not awaited any more; a silence that was found ends
/// </code></summary>
internal sealed class DeadmanEvaluator : IEvaluator
{
    // Before that, hours meant nothing to a silence that had a vote.
    private const ushort VersionWithHours = 9;

    private readonly Condition only;
    private readonly Level level;
    private readonly HoursCursor? hours;

    public DeadmanEvaluator(ConditionScope scope, EventClock clock)
    {
        level = ((DeadmanRule)scope.Rule).Level;
        hours = HoursCursor.Of(scope.Rule.Hours);
        only = new(scope, (byte)(1 << ((int)level - 1)), clock, this);
    }

    public bool CanBeQuiet => true;

    public ReadOnlySpan<Condition> Conditions => new(in only);

    public void OnReading(in Reading reading, ChangeSink sink) => OnLife(reading.ObservedAtTicks, sink);

    public void OnLife(long at, ChangeSink sink)
    {
        bool isAwaited = only.Due != long.MaxValue || only.Level != Level.None;
        only.Apply(at, Level.None, Level.None, sink);
        Await(at);
        if (!isAwaited)
            only.Listener?.OnAwake(only, at, sink);
    }

    public bool TryNarrow(ref QuietRange range)
    {
        // After a reading silence is always awaited, in its hours: each reading puts that off, and none the end of the hours.
        range.NarrowTo(gap: only.NextDelayDue - only.Clock.LastObserved);
        range.EndAtTimer(NextBoundary(only.Clock.LastObserved));
        return true;
    }

    public void CatchUp(double value, long at, ChangeSink sink) => OnLife(at, sink);

    public void OnTimer(Condition condition, long at, ChangeSink sink)
    {
        condition.Elapse(at, sink);
        if (hours?.Contains(at) == false)
            condition.Apply(at, Level.None, Level.None, sink);
        Await(at);
    }

    public void OnTimerBeforeReading(Condition condition, long at, ChangeSink sink) => OnTimer(condition, at, sink);

    public void RestartFrame(long at, ChangeSink sink)
    {
        only.RestartFrame();
        only.Due = long.MaxValue;
    }

    public void Adopt(IEvaluator before)
    {
        if (before is DeadmanEvaluator same)
            only.Adopt(same.only);
        else if (before is RollUpEvaluator group)
            group.HandOver(this);
    }

    /// <summary>Goes on from a silence of the same thing under another rule or another name: one that was found stands, one that is awaited is awaited from
    /// the same sign of life. One that was found and not told, because the group's alarm stood for it, is awaited too: it is told with the next record.</summary>
    /// <param name="found">The silence as it was found.</param>
    /// <param name="told">What was told of it.</param>
    public void AdoptSilence(Condition found, Condition told)
    {
        only.AdoptLevel(told);
        only.Due = long.MaxValue;
        if (only.Level == Level.None && found.Level != Level.None)
            only.Arm(found.Onset, level);
        else if (only.Level == Level.None && found.NextDelayDue != long.MaxValue)
            only.Arm(found.NextDelayDue - found.Scope.Rule.OnDelayTicks, level);
        Rearm();
    }

    /// <summary>Goes on from a silence that was told by itself.</summary>
    public void AdoptSilence(DeadmanEvaluator before) => AdoptSilence(before.only, before.only);

    public void WriteState(SnapshotWriter writer)
    {
    }

    public void ReadState(ref SnapshotReader reader)
    {
        if (hours is null || reader.Version >= VersionWithHours)
            return;
        only.Machine.CancelPending();
        Rearm();
    }

    /// <summary>Starts the watch from the newest reading of a clock that was already running when the rule came into force; what it has taken over goes on.</summary>
    public void Rearm()
    {
        if (!only.Clock.HasStarted)
            return;
        var (since, now) = (only.Clock.LastObserved, only.Clock.Now);
        if (hours?.Contains(now) == false)
        {
            only.Machine.CancelPending();
            // Silence that was found under other hours ends with the next record.
            only.Due = only.Level == Level.None ? hours.NextBoundary(now) : now;
            return;
        }
        Arm(hours is null ? since : Math.Max(since, hours.BeginOf(now)));
        only.Due = NextDue(now);
    }

    private void Await(long at)
    {
        if (hours?.Contains(at) != false)
            Arm(at);
        only.Due = NextDue(at);
    }

    // One that was found stays as it is, though it may be of another level now.
    private void Arm(long since)
    {
        if (only.Level == Level.None)
            only.Arm(since, level);
    }

    private long NextDue(long at) => Math.Min(only.NextDelayDue, NextBoundary(at));

    private long NextBoundary(long at) => hours?.NextBoundary(at) ?? long.MaxValue;
}
