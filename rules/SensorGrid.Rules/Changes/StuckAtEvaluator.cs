using SensorGrid.Readings;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Snapshots;
using SensorGrid.Rules.Time;

namespace SensorGrid.Rules.Changes;

/// <summary>Watches for a value that stands still. Only a reading can say so: while none comes, the sensor is silent, which is not the same.</summary>
internal sealed class StuckAtEvaluator : IEvaluator
{
    private readonly Condition only;
    private readonly StuckAtRule rule;
    private readonly StillRun run;

    public StuckAtEvaluator(ConditionScope scope, EventClock clock)
    {
        rule = (StuckAtRule)scope.Rule;
        run = new(rule.Band, rule.StillTicks);
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
        bool isStill = run.Count >= rule.Readings && run.Since <= at - rule.StillTicks && !(reading.Value < rule.Floor);
        // The onset is when it came to stand still, so the condition is armed then and published now.
        if (isStill)
            only.Arm(run.Since, rule.Level);
        only.Apply(at, isStill ? rule.Level : Level.None, isStill ? rule.Level : Level.None, sink);
    }

    public void OnTimer(Condition condition, long at, ChangeSink sink) => condition.Due = long.MaxValue;

    public void OnTimerBeforeReading(Condition condition, long at, ChangeSink sink) => OnTimer(condition, at, sink);

    public void RestartFrame(long at, ChangeSink sink)
    {
        // As with delays: what runs starts again, what stands goes on.
        if (only.Level == Level.None)
            run.Clear();
        else
            run.ShiftTo(at);
        only.RestartFrame();
    }

    public void Adopt(IEvaluator before)
    {
        if (before is not StuckAtEvaluator same)
            return;
        only.Adopt(same.only);
        if (same.rule.Band == rule.Band)
            run.CopyFrom(same.run);
    }

    public IEvaluator Twin(EventClock clock) => new StuckAtEvaluator(only.Scope, clock);

    public void WriteState(SnapshotWriter writer) => run.WriteTo(writer);

    public void ReadState(ref SnapshotReader reader) => run.ReadFrom(ref reader);
}
