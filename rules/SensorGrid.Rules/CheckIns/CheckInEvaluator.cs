using SensorGrid.Readings;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Geofences;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Snapshots;
using SensorGrid.Rules.Thresholds;
using SensorGrid.Rules.Time;

namespace SensorGrid.Rules.CheckIns;

/// <summary>
/// Waits for one check-in in each slot of the plan, and counts those missed in a row.
/// <code>
/// event                          | action
/// first reading, no check-in     | waits for the first slot that begins from there on: what was before nobody watched
/// check-in inside of the slot    | the count ends; waits for the slot after it
/// check-in before the slot       | the count ends
/// the slot is over               | one more is missed; waits for the next, unless no level is higher than what is counted
/// </code>
/// One check-in is for one slot, the oldest that is open. The onset is the begin of the first slot that was missed enough; the value how many were.
/// </summary>
internal sealed class CheckInEvaluator : IEvaluator
{
    private readonly Condition only;
    private readonly CheckInPlan plan;
    private readonly LimitTable counts;
    private readonly double? limit;
    private readonly int most;
    private CheckInSlot slot = CheckInSlot.None;
    private int missed;

    /// <param name="scope">The rule and what it watches.</param>
    /// <param name="clock">By which time it goes.</param>
    /// <param name="place">Where fixes are check-ins, or null when readings are.</param>
    public CheckInEvaluator(ConditionScope scope, EventClock clock, PreparedZone? place = null)
    {
        var rule = (CheckInRule)scope.Rule;
        plan = new(rule);
        counts = new(rule.Missed, LimitDirection.Above, clearMargin: 0);
        (limit, most, Place) = (rule.Limit, (int)rule.Missed.InOrder().Max(level => level.Limit), place);
        only = new(scope, counts.Levels, clock, this);
    }

    /// <summary>Where fixes are check-ins, or null when readings are.</summary>
    public PreparedZone? Place { get; set; }

    public ReadOnlySpan<Condition> Conditions => new(in only);

    public void OnReading(in Reading reading, ChangeSink sink)
    {
        long at = reading.ObservedAtTicks;
        if (!IsCheckIn(reading))
        {
            if (slot.IsNone && missed < most)
                WaitFor(plan.NextFrom(at));
            return;
        }
        (missed, only.Value) = (0, 0);
        only.Apply(at, Level.None, Level.None, sink);
        if (slot.IsNone)
            slot = plan.NotOverAt(at);
        WaitFor(slot.Contains(at) ? plan.After(slot) : slot);
    }

    public void OnTimer(Condition condition, long at, ChangeSink sink)
    {
        only.Value = ++missed;
        var level = counts.RaisedBy(missed);
        if (level != Level.None)
            only.Arm(slot.Begin, level);
        only.Elapse(at, sink);
        WaitFor(missed < most ? plan.After(slot) : CheckInSlot.None);
    }

    public void OnTimerBeforeReading(Condition condition, long at, ChangeSink sink) => OnTimer(condition, at, sink);

    // The slots between the two times never were.
    public void RestartFrame(long at, ChangeSink sink)
    {
        only.RestartFrame();
        WaitFor(CheckInSlot.None);
    }

    public void Adopt(IEvaluator before)
    {
        if (before is not CheckInEvaluator same)
            return;
        only.Adopt(same.only);
        missed = Math.Min(same.missed, most);
        if (only.Scope.Rule.Hash == same.only.Scope.Rule.Hash)
            WaitFor(same.slot);
    }

    /// <summary>Waits for the first slot from here on, when its clock was running already as the rule came into force.</summary>
    public void Rearm()
    {
        if (slot.IsNone && missed < most && only.Clock.HasStarted)
            WaitFor(plan.NextFrom(only.Clock.Now));
    }

    public void WriteState(SnapshotWriter writer)
    {
        writer.Int64(slot.Begin);
        writer.Int64(slot.From);
        writer.Int64(slot.Until);
        writer.Int32(missed);
    }

    public void ReadState(ref SnapshotReader reader)
    {
        slot = new(reader.Int64(), reader.Int64(), reader.Int64());
        missed = reader.Int32();
    }

    private void WaitFor(CheckInSlot next) => (slot, only.Due) = (next, next.Until);

    private bool IsCheckIn(in Reading reading)
    {
        if (reading.Quality is not (Quality.Good or Quality.Estimated or Quality.Suspect))
            return false;
        if (Place is { } place)
            return reading.Kind == ReadingKind.Position && place.Validity.Contains(reading.ObservedAtTicks) && place.Covers(reading.Value, reading.Value2);
        return limit is not { } least || (NumberReading.IsValue(reading) && reading.Value >= least);
    }
}
