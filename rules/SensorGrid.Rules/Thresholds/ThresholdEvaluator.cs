using SensorGrid.Readings;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Formulas;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Snapshots;
using SensorGrid.Rules.Time;
using SensorGrid.Rules.Windows;

namespace SensorGrid.Rules.Thresholds;

/// <summary>Compares a value expression of one datastream with its limits. The newest value holds until the next one comes; a
/// missing or bad reading is no value and changes nothing but the time.</summary>
internal sealed class ThresholdEvaluator : IEvaluator
{
    private readonly Condition only;
    private readonly ThresholdRule rule;
    private readonly LimitTable limits;
    private readonly Measure? measure;
    private readonly bool isPlain;
    // What a value may be without bringing any level or delay on its way. Nothing while a delay runs, or hours or a floor have a say.
    private QuietRange rest = QuietRange.Nothing;
    private double last = double.NaN;
    private long lastAt;

    /// <param name="scope">The rule and what it watches.</param>
    /// <param name="limits">The scope's limits.</param>
    /// <param name="clock">By which time it goes.</param>
    /// <param name="formula">What is compared, when it is a formula.</param>
    public ThresholdEvaluator(ConditionScope scope, LimitTable limits, EventClock clock, FormulaProgram? formula = null)
    {
        rule = (ThresholdRule)scope.Rule;
        this.limits = limits;
        measure = Measure.Of(rule, formula);
        isPlain = measure is null && rule.Hours is null && rule.Floor is null;
        only = new(scope, limits.Levels, clock, this);
    }

    public bool CanBeQuiet => isPlain;

    public ReadOnlySpan<Condition> Conditions => new(in only);

    public void OnReading(in Reading reading, ChangeSink sink)
    {
        if (NumberReading.IsValue(reading))
        {
            (last, lastAt) = (reading.Value, reading.ObservedAtTicks);
            if (measure is not null && !measure.Add(reading.ObservedAtTicks, reading.Value))
                sink.Counters.WindowOverflows++;
        }
        Evaluate(reading.ObservedAtTicks, sink);
    }

    public bool TryNarrow(ref QuietRange range)
    {
        if (!isPlain || only.Due != long.MaxValue)
            return false;
        range.NarrowTo(rest.Low, rest.High);
        return true;
    }

    public void CatchUp(double value, long at, ChangeSink sink) => (last, lastAt, only.Value) = (value, at, value);

    public void OnTimer(Condition condition, long at, ChangeSink sink)
    {
        rest = QuietRange.Nothing;
        condition.Elapse(at, sink);
        Evaluate(at, sink);
    }

    // The reading itself lets what is outside the window leave: between the two at the same instant the window would be one short.
    public void OnTimerBeforeReading(Condition condition, long at, ChangeSink sink)
    {
        rest = QuietRange.Nothing;
        condition.Elapse(at, sink);
    }

    public void RestartFrame(long at, ChangeSink sink)
    {
        rest = QuietRange.Nothing;
        measure?.ForgetFrom(at);
        only.RestartFrame();
        only.Due = long.MaxValue;
    }

    public void Adopt(IEvaluator before)
    {
        if (before is not ThresholdEvaluator same)
            return;
        rest = QuietRange.Nothing;
        only.Adopt(same.only);
        (last, lastAt) = (same.last, same.lastAt);
        measure?.Adopt(same.measure);
        only.Due = NextDue(lastAt);
    }

    public void WriteState(SnapshotWriter writer)
    {
        writer.Double(last);
        writer.Int64(lastAt);
        if (measure is null)
            writer.Int32(0);
        else
            measure.WriteTo(writer);
    }

    public void ReadState(ref SnapshotReader reader)
    {
        rest = QuietRange.Nothing;
        last = reader.Double();
        lastAt = reader.Int64();
        if (measure is null)
            reader.Int32();
        else
            measure.ReadFrom(ref reader);
    }

    private void Evaluate(long at, ChangeSink sink)
    {
        measure?.ExpireAt(at);
        double value = measure?.ValueWith(last) ?? last;
        if (double.IsNaN(value))
        {
            // An empty window says neither that the condition holds nor that it does not.
            only.Machine.CancelPending();
        }
        else if (rest.Holds(value))
        {
            only.Value = value;
        }
        else
        {
            only.Value = value;
            bool canHold = CanHold(at);
            only.Apply(at, canHold ? limits.RaisedBy(value) : Level.None, canHold ? limits.KeptBy(value) : Level.None, sink);
            rest = RestNow();
        }
        only.Due = NextDue(at);
    }

    private QuietRange RestNow() =>
        rule.Hours is null && rule.Floor is null && only.Machine.NextDue(0, 0) == long.MaxValue ? limits.RestOf(only.Machine.OnBits) : QuietRange.Nothing;

    private bool CanHold(long at)
    {
        if (rule.Hours is { } hours && !hours.Contains(at))
            return false;
        if (rule.Floor is not { } floor)
            return true;
        return rule.Direction == LimitDirection.Above ? last >= floor : last <= floor;
    }

    private long NextDue(long at)
    {
        long due = Math.Min(only.NextDelayDue, measure?.NextExpiry ?? long.MaxValue);
        if (rule.Hours is { } hours && hours.NextBoundary(at) is var boundary
            && (only.Level != Level.None || boundary - lastAt < LocalHours.HeldValueCounts))
            due = Math.Min(due, boundary);
        return due;
    }
}
