using SensorGrid.Readings;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Snapshots;
using SensorGrid.Rules.Time;

namespace SensorGrid.Rules.Changes;

/// <summary>Watches for a value that stands still. Only a reading can say so: while none comes, the sensor is silent, which is not the same.
/// Outside of the rule's hours it may stand still: only the time since they began counts.</summary>
internal sealed class StuckAtEvaluator : IEvaluator
{
    private readonly Condition only;
    private readonly StuckAtRule rule;
    private readonly StillRun run;
    private readonly HoursCursor? hours;

    public StuckAtEvaluator(ConditionScope scope, EventClock clock)
    {
        rule = (StuckAtRule)scope.Rule;
        run = new(rule.Band, rule.StillTicks);
        hours = HoursCursor.Of(rule.Hours);
        only = new(scope, (byte)(1 << ((int)rule.Level - 1)), clock, this);
    }

    public bool CanJudgeThePast => true;

    public ReadOnlySpan<Condition> Conditions => new(in only);

    public void OnReading(in Reading reading, ChangeSink sink)
    {
        if (!NumberReading.IsValue(reading))
            return;
        long at = reading.ObservedAtTicks;
        if (!run.Add(at, reading.Value))
            sink.Counters.WindowOverflows++;
        only.Value = reading.Value;
        bool isTime = hours?.Contains(at) != false;
        long since = hours is null ? run.Since : Math.Max(run.Since, hours.BeginOf(at));
        bool isStill = isTime && run.Count >= rule.Readings && since <= at - rule.StillTicks && !(reading.Value < rule.Floor);
        // The onset is when it came to stand still, so the condition is armed then and published now.
        if (isStill)
            only.Arm(since, rule.Level);
        only.Apply(at, isStill ? rule.Level : Level.None, isStill ? rule.Level : Level.None, sink);
        only.Due = NextDue(at);
    }

    public void OnTimer(Condition condition, long at, ChangeSink sink)
    {
        if (hours?.Contains(at) == false)
            condition.Apply(at, Level.None, Level.None, sink);
        condition.Due = NextDue(at);
    }

    public void OnTimerBeforeReading(Condition condition, long at, ChangeSink sink) => OnTimer(condition, at, sink);

    public void RestartFrame(long at, ChangeSink sink)
    {
        // As with delays: what runs starts again, what stands goes on.
        if (only.Level == Level.None)
            run.Clear();
        else
            run.ShiftTo(at);
        only.RestartFrame();
        only.Due = NextDue(at);
    }

    public void Adopt(IEvaluator before)
    {
        if (before is not StuckAtEvaluator same)
            return;
        only.Adopt(same.only);
        if (same.rule.Band == rule.Band)
            run.CopyFrom(same.run);
        // Its hours can end it; that they begin raises nothing.
        only.Due = hours is null || only.Level == Level.None ? long.MaxValue : hours.FirstLook(only.Clock, only.Level, 0);
    }

    public IEvaluator Twin(EventClock clock) => new StuckAtEvaluator(only.Scope, clock);

    public void WriteState(SnapshotWriter writer) => run.WriteTo(writer);

    public void ReadState(ref SnapshotReader reader) => run.ReadFrom(ref reader);

    private long NextDue(long at) => hours is null || only.Level == Level.None ? long.MaxValue : hours.NextBoundary(at);
}
