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

    private readonly Condition only;
    private readonly LimitTable limit;
    private readonly LimitTable counts;
    private readonly ulong window;
    // Newest reading lowest; set when it was beyond the limit.
    private ulong beyond;

    public RepeatEvaluator(ConditionScope scope, EventClock clock)
    {
        var rule = (RepeatRule)scope.Rule;
        limit = new(new LevelLimits(rule.Limit, null, null, null), rule.Direction, clearMargin: 0);
        counts = new(rule.Counts, LimitDirection.Above, clearMargin: 0);
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
        only.Value = BitOperations.PopCount(beyond);
        var level = counts.RaisedBy(only.Value);
        only.Apply(reading.ObservedAtTicks, level, level, sink);
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

    public void CatchUp(double value, long at, ChangeSink sink) => only.Value = 0;

    public void OnTimer(Condition condition, long at, ChangeSink sink) => condition.Due = long.MaxValue;

    public void OnTimerBeforeReading(Condition condition, long at, ChangeSink sink) => OnTimer(condition, at, sink);

    public void RestartFrame(long at, ChangeSink sink) => only.RestartFrame();

    public void Adopt(IEvaluator before)
    {
        if (before is not RepeatEvaluator same)
            return;
        only.Adopt(same.only);
        beyond = same.beyond & window;
    }

    public IEvaluator Twin(EventClock clock) => new RepeatEvaluator(only.Scope, clock);

    public void WriteState(SnapshotWriter writer) => writer.Int64((long)beyond);

    public void ReadState(ref SnapshotReader reader) => beyond = (ulong)reader.Int64() & window;
}
