using System.Numerics;
using SensorGrid.Readings;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Snapshots;
using SensorGrid.Rules.Thresholds;
using SensorGrid.Rules.Time;

namespace SensorGrid.Rules.Votes;

/// <summary>Counts how many of a datastream's last values are beyond a limit. Missing and bad readings are not counted at all.</summary>
internal sealed class RepeatEvaluator : IEvaluator
{
    /// <summary>Most readings it looks at: one bit each.</summary>
    public const int MostReadings = 64;

    private const ushort VersionWithTime = 9;

    private readonly Condition only;
    private readonly LimitTable limit;
    private readonly LimitTable counts;
    private readonly HoursCursor? hours;
    private readonly ulong window;
    // Newest reading lowest; set when it was beyond the limit.
    private ulong beyond;
    private long lastAt;

    public RepeatEvaluator(ConditionScope scope, EventClock clock)
    {
        var rule = (RepeatRule)scope.Rule;
        limit = new(new LevelLimits(rule.Limit, null, null, null), rule.Direction, clearMargin: 0);
        counts = new(rule.Counts, LimitDirection.Above, clearMargin: 0);
        hours = HoursCursor.Of(rule.Hours);
        window = ulong.MaxValue >> (MostReadings - rule.OfLast);
        only = new(scope, counts.Levels, clock, this);
    }

    public bool CanBeQuiet => true;

    public bool CanJudgeThePast => true;

    public ReadOnlySpan<Condition> Conditions => new(in only);

    public void OnReading(in Reading reading, ChangeSink sink)
    {
        if (!NumberReading.IsValue(reading))
            return;
        beyond = ((beyond << 1) | (limit.RaisedBy(reading.Value) == Level.None ? 0UL : 1)) & window;
        (only.Value, lastAt) = (BitOperations.PopCount(beyond), reading.ObservedAtTicks);
        Judge(lastAt, sink);
    }

    public bool TryNarrow(ref QuietRange range)
    {
        // With none beyond, no level is on: there are no delays.
        if (beyond != 0)
            return false;
        var rest = limit.RestOf(0);
        range.NarrowTo(rest.Low, rest.High);
        return true;
    }

    public void CatchUp(double value, long at, ChangeSink sink) => (only.Value, lastAt) = (0, at);

    // Hours begin or end.
    public void OnTimer(Condition condition, long at, ChangeSink sink) => Judge(at, sink);

    public void OnTimerBeforeReading(Condition condition, long at, ChangeSink sink) => OnTimer(condition, at, sink);

    public void RestartFrame(long at, ChangeSink sink)
    {
        only.RestartFrame();
        lastAt = at;
        only.Due = NextDue(at);
    }

    public void Adopt(IEvaluator before)
    {
        if (before is not RepeatEvaluator same)
            return;
        only.Adopt(same.only);
        (beyond, lastAt) = (same.beyond & window, same.lastAt);
        only.Due = hours is null || IsAtRest ? long.MaxValue : hours.FirstLook(only.Clock, only.Level, lastAt);
    }

    public IEvaluator Twin(EventClock clock) => new RepeatEvaluator(only.Scope, clock);

    public void WriteState(SnapshotWriter writer)
    {
        writer.Int64((long)beyond);
        writer.Int64(lastAt);
    }

    public void ReadState(ref SnapshotReader reader)
    {
        beyond = (ulong)reader.Int64() & window;
        // Only hours ask for it, and there were none.
        lastAt = reader.Version >= VersionWithTime ? reader.Int64() : 0;
    }

    private void Judge(long at, ChangeSink sink)
    {
        var level = hours?.Contains(at) == false ? Level.None : counts.RaisedBy(BitOperations.PopCount(beyond));
        only.Apply(at, level, level, sink);
        only.Due = NextDue(at);
    }

    // Then hours change nothing.
    private bool IsAtRest => beyond == 0 && only.Level == Level.None;

    private long NextDue(long at) => hours is null || IsAtRest ? long.MaxValue : hours.NextLook(at, only.Level, lastAt);
}
