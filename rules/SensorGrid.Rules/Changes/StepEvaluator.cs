using SensorGrid.Readings;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Snapshots;
using SensorGrid.Rules.Thresholds;
using SensorGrid.Rules.Time;

namespace SensorGrid.Rules.Changes;

/// <summary>Watches for a value that goes to another one at once and stays: its distance from where it was is compared with the limits, until
/// it is back or the step has lasted.</summary>
internal sealed class StepEvaluator : IEvaluator
{
    private readonly Condition only;
    private readonly StepRule rule;
    private readonly LimitTable limits;
    private readonly HoursCursor? hours;
    private JumpWatch jump;

    public StepEvaluator(ConditionScope scope, EventClock clock)
    {
        rule = (StepRule)scope.Rule;
        limits = new(rule.Limits, LimitDirection.Above, rule.ClearMargin);
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
        // The way back is no step of its own.
        if (jump.IsOut && limits.KeptBy(jump.DistanceOf(value)) == Level.None)
            jump.Settle();
        else
            jump.Look(at, value, limits);
        jump.Remember(at, value);
        only.Value = jump.DistanceOf(value);
        Judge(at, sink);
    }

    public void OnTimer(Condition condition, long at, ChangeSink sink)
    {
        condition.Elapse(at, sink);
        if (jump.IsOut && at >= jump.OutAt + rule.LastsTicks)
            jump.Settle();
        Judge(at, sink);
    }

    public void OnTimerBeforeReading(Condition condition, long at, ChangeSink sink) => OnTimer(condition, at, sink);

    public void RestartFrame(long at, ChangeSink sink)
    {
        jump.RestartFrame(at);
        only.RestartFrame();
        // The reading that restarts it may be no value: what is out ends by itself all the same.
        only.Due = NextDue(at);
    }

    public void Adopt(IEvaluator before)
    {
        if (before is not StepEvaluator same)
            return;
        only.Adopt(same.only);
        jump.Adopt(same.jump);
        only.Due = NextEnd;
        if (hours is not null && jump.IsOut)
            only.Due = Math.Min(only.Due, hours.FirstLook(only.Clock, only.Level, jump.HeldAt));
    }

    public IEvaluator Twin(EventClock clock) => new StepEvaluator(only.Scope, clock);

    public void WriteState(SnapshotWriter writer) => jump.WriteTo(writer);

    public void ReadState(ref SnapshotReader reader) => jump.ReadFrom(ref reader);

    private void Judge(long at, ChangeSink sink)
    {
        bool canHold = jump.IsOut && hours?.Contains(at) != false;
        only.Apply(at, canHold ? limits.RaisedBy(only.Value) : Level.None, canHold ? limits.KeptBy(only.Value) : Level.None, sink);
        only.Due = NextDue(at);
    }

    private long NextEnd => Math.Min(only.NextDelayDue, jump.IsOut ? jump.OutAt + rule.LastsTicks : long.MaxValue);

    private long NextDue(long at) => hours is null || !jump.IsOut ? NextEnd : Math.Min(NextEnd, hours.NextLook(at, only.Level, jump.HeldAt));
}
