using SensorGrid.Readings;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Snapshots;
using SensorGrid.Rules.Thresholds;
using SensorGrid.Rules.Time;

namespace SensorGrid.Rules.Changes;

/// <summary>Watches for a value that goes away at once and comes back. It is known when it is back, and counts for a while from then on. It is
/// news of that moment: outside of the rule's hours nothing is told of it, nor when they begin.</summary>
internal sealed class SpikeEvaluator : IEvaluator
{
    private readonly Condition only;
    private readonly SpikeRule rule;
    private readonly LimitTable limits;
    private readonly HoursCursor? hours;
    private JumpWatch jump;
    private double peak;
    private long endsAt;

    public SpikeEvaluator(ConditionScope scope, EventClock clock)
    {
        rule = (SpikeRule)scope.Rule;
        limits = new(rule.Limits, LimitDirection.Above, clearMargin: 0);
        hours = HoursCursor.Of(rule.Hours);
        jump = new(rule);
        only = new(scope, limits.Levels, clock, this);
    }

    public bool CanJudgeThePast => true;

    public ReadOnlySpan<Condition> Conditions => new(in only);

    public void OnReading(in Reading reading, ChangeSink sink)
    {
        if (!NumberReading.IsValue(reading))
            return;
        var (at, value) = (reading.ObservedAtTicks, reading.Value);
        bool wasOut = jump.IsOut;
        bool isBack = wasOut && limits.RaisedBy(jump.DistanceOf(value)) == Level.None;
        bool isInTime = at - jump.OutAt <= rule.ReturnsWithinTicks;
        if (isBack && isInTime && hours?.Contains(at) != false)
            Raise(at, sink);
        if (isBack || !isInTime)
            jump.Settle();
        // The way back is no spike of its own.
        if (!isBack)
            jump.Look(at, value, limits);
        if (jump.IsOut)
            peak = wasOut && isInTime ? Math.Max(peak, jump.DistanceOf(value)) : jump.DistanceOf(value);
        jump.Remember(at, value);
    }

    public void OnTimer(Condition condition, long at, ChangeSink sink)
    {
        condition.Apply(at, Level.None, Level.None, sink);
        condition.Due = long.MaxValue;
    }

    public void OnTimerBeforeReading(Condition condition, long at, ChangeSink sink) => OnTimer(condition, at, sink);

    public void RestartFrame(long at, ChangeSink sink)
    {
        jump.RestartFrame(at);
        jump.Settle();
        only.RestartFrame();
        // One that counts, counts for its whole time from here on: how much of it is over cannot be told.
        endsAt = at + rule.LastsTicks;
        only.Due = NextDue(at);
    }

    public void Adopt(IEvaluator before)
    {
        if (before is not SpikeEvaluator same)
            return;
        only.Adopt(same.only);
        jump.Adopt(same.jump);
        (peak, endsAt) = (same.peak, same.endsAt);
        only.Due = only.Level == Level.None ? long.MaxValue : Math.Min(endsAt, hours?.FirstLook(only.Clock, only.Level, 0) ?? long.MaxValue);
    }

    public IEvaluator Twin(EventClock clock) => new SpikeEvaluator(only.Scope, clock);

    public void WriteState(SnapshotWriter writer)
    {
        jump.WriteTo(writer);
        writer.Double(peak);
        writer.Int64(endsAt);
    }

    public void ReadState(ref SnapshotReader reader)
    {
        jump.ReadFrom(ref reader);
        peak = reader.Double();
        endsAt = reader.Int64();
    }

    // A smaller spike does not bring the level of a larger one down before its time.
    private void Raise(long at, ChangeSink sink)
    {
        var level = limits.RaisedBy(peak);
        if (level >= only.Level)
            only.Value = peak;
        else
            level = only.Level;
        only.Arm(hours is null ? jump.OutAt : Math.Max(jump.OutAt, hours.BeginOf(at)), level);
        only.Apply(at, level, level, sink);
        endsAt = at + rule.LastsTicks;
        only.Due = NextDue(at);
    }

    private long NextDue(long at) => only.Level == Level.None ? long.MaxValue : Math.Min(endsAt, hours?.NextBoundary(at) ?? long.MaxValue);
}
