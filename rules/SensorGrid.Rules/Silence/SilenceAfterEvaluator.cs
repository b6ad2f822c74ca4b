using SensorGrid.Readings;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Snapshots;
using SensorGrid.Rules.Thresholds;
using SensorGrid.Rules.Time;

namespace SensorGrid.Rules.Silence;

/// <summary>Watches for silence after a value that had reached a limit, at the level of that value. A missing or bad reading says nothing about the value and so is
/// silence too: a drowned sensor may well go on sending those. The next value ends it, whatever it is, and so does the end of the rule's hours; when they begin it is awaited
/// from then on.</summary>
internal sealed class SilenceAfterEvaluator : IEvaluator
{
    private readonly Condition only;
    private readonly LimitTable limits;
    private readonly HoursCursor? hours;
    private double last = double.NaN;
    private long lastAt;

    public SilenceAfterEvaluator(ConditionScope scope, EventClock clock)
    {
        limits = new(scope.Limits, scope.Direction, clearMargin: 0);
        hours = HoursCursor.Of(scope.Rule.Hours);
        only = new(scope, limits.Levels, clock, this);
    }

    public bool CanBeQuiet => true;

    public ReadOnlySpan<Condition> Conditions => new(in only);

    public void OnReading(in Reading reading, ChangeSink sink)
    {
        if (!NumberReading.IsValue(reading))
            return;
        only.Apply(reading.ObservedAtTicks, Level.None, Level.None, sink);
        (last, lastAt, only.Value) = (reading.Value, reading.ObservedAtTicks, reading.Value);
        Arm(lastAt);
    }

    // While a silence would be an alarm, each reading moves its beginning.
    public bool TryNarrow(ref QuietRange range)
    {
        if (only.Level != Level.None || only.Due != long.MaxValue)
            return false;
        var rest = limits.RestOf(0);
        range.NarrowTo(rest.Low, rest.High);
        return true;
    }

    public void CatchUp(double value, long at, ChangeSink sink) => (last, lastAt, only.Value) = (value, at, value);

    public void OnTimer(Condition condition, long at, ChangeSink sink)
    {
        condition.Elapse(at, sink);
        if (hours?.Contains(at) == false)
            condition.Apply(at, Level.None, Level.None, sink);
        Arm(at);
    }

    public void OnTimerBeforeReading(Condition condition, long at, ChangeSink sink) => OnTimer(condition, at, sink);

    public void RestartFrame(long at, ChangeSink sink)
    {
        only.RestartFrame();
        lastAt = at;
        Arm(at);
    }

    public void Adopt(IEvaluator before)
    {
        if (before is not SilenceAfterEvaluator same)
            return;
        only.Adopt(same.only);
        (last, lastAt) = (same.last, same.lastAt);
        if (!only.Clock.HasStarted)
            return;
        Arm(only.Clock.Now);
        if (hours is not null && only.Level != Level.None)
            only.Due = hours.FirstLook(only.Clock, only.Level, lastAt);
    }

    public void WriteState(SnapshotWriter writer)
    {
        writer.Double(last);
        writer.Int64(lastAt);
    }

    public void ReadState(ref SnapshotReader reader) => (last, lastAt) = (reader.Double(), reader.Int64());

    // The silence began with the newest value, or with the hours.
    private void Arm(long at)
    {
        var level = limits.RaisedBy(last);
        if (only.Level == Level.None && level != Level.None && hours?.Contains(at) != false)
            only.Arm(hours is null ? lastAt : Math.Max(lastAt, hours.BeginOf(at)), level);
        only.Due = only.NextDelayDue;
        if (hours is not null && (only.Level != Level.None || level != Level.None))
            only.Due = Math.Min(only.Due, hours.NextBoundary(at));
    }
}
