using SensorGrid.Readings;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Snapshots;
using SensorGrid.Rules.Time;

namespace SensorGrid.Rules.Silence;

/// <summary>Watches for silence. "Nothing came since the newest reading" is a condition that every reading ends and begins
/// anew, with the permitted silence as its on-delay; so the onset is the newest reading, and the alarm comes that much later.
/// Any reading is a sign of life, whatever its quality. What was never heard is not silent: nothing has armed the watch.</summary>
internal sealed class DeadmanEvaluator : IEvaluator
{
    private readonly Condition[] conditions;
    private readonly Level level;

    public DeadmanEvaluator(ConditionScope scope, EventClock clock)
    {
        level = ((DeadmanRule)scope.Rule).Level;
        conditions = [new(scope, (byte)(1 << ((int)level - 1)), clock, this)];
    }

    public bool CanBeQuiet => true;

    public ReadOnlySpan<Condition> Conditions => conditions;

    private Condition Only => conditions[0];

    public void OnReading(in Reading reading, ChangeSink sink) => OnLife(reading.ObservedAtTicks, sink);

    public void OnLife(long at, ChangeSink sink)
    {
        Only.Apply(at, Level.None, Level.None, sink);
        Only.Apply(at, level, level, sink);
        Only.Due = Only.NextDelayDue;
    }

    public bool TryNarrow(ref QuietRange range)
    {
        if (Only.Level != Level.None || Only.Due == long.MaxValue)
            return false;
        range.NarrowTo(gap: Only.Due - Only.Clock.LastObserved);
        return true;
    }

    public void CatchUp(double value, long at, ChangeSink sink) => OnLife(at, sink);

    public void OnTimer(Condition condition, long at, ChangeSink sink)
    {
        condition.Elapse(at, sink);
        condition.Due = condition.NextDelayDue;
    }

    public void OnTimerBeforeReading(Condition condition, long at, ChangeSink sink) => OnTimer(condition, at, sink);

    public void RestartFrame(long at, ChangeSink sink)
    {
        Only.RestartFrame();
        Only.Due = long.MaxValue;
    }

    public void Adopt(IEvaluator before)
    {
        if (before is not DeadmanEvaluator same)
            return;
        Only.Adopt(same.Only);
        Rearm();
    }

    public void WriteState(SnapshotWriter writer)
    {
    }

    public void ReadState(ref SnapshotReader reader)
    {
    }

    /// <summary>Starts the watch from the newest reading of a clock that was already running when the rule came into force.</summary>
    public void Rearm()
    {
        if (!Only.Clock.HasStarted || Only.Level != Level.None)
            return;
        Only.Arm(Only.Clock.LastObserved, level);
        Only.Due = Only.NextDelayDue;
    }
}
