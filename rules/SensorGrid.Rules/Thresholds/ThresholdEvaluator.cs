using SensorGrid.Readings;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Snapshots;
using SensorGrid.Rules.Time;
using SensorGrid.Rules.Windows;

namespace SensorGrid.Rules.Thresholds;

/// <summary>Compares a value expression of one datastream with its limits. The newest value holds until the next one comes; a
/// missing or bad reading is no value and changes nothing but the time.</summary>
internal sealed class ThresholdEvaluator : IReferringEvaluator
{
    private readonly Condition only;
    private readonly ThresholdRule rule;
    private readonly LimitTable limits;
    // Null while the limits stay as they are.
    private readonly LimitsInForce? changing;
    private readonly HoursCursor? hours;
    private readonly Measure? measure;
    private readonly bool isPlain;
    private readonly bool isQuietWindow;
    private QuietWindow quietWindow;
    // What a value may be without bringing any level or delay on its way. Nothing while a delay runs, or hours or a floor have a say.
    private QuietRange rest = QuietRange.Nothing;
    private double last = double.NaN;
    private long lastAt;

    /// <param name="scope">The rule and what it watches.</param>
    /// <param name="limits">The scope's limits.</param>
    /// <param name="clock">By which time it goes.</param>
    /// <param name="plan">What is worked out.</param>
    /// <param name="schedule">The limits, when they are not the same all the year.</param>
    /// <param name="owner">Who decides by means of it; null for itself.</param>
    public ThresholdEvaluator(
        ConditionScope scope, LimitTable limits, EventClock clock, MeasurePlan plan, LimitSchedule? schedule = null, IEvaluator? owner = null)
    {
        rule = (ThresholdRule)scope.Rule;
        this.limits = limits;
        hours = HoursCursor.Of(rule.Hours);
        measure = Measure.Of(plan);
        if (schedule is not null || plan.Limits is not null)
            changing = new(rule, schedule ?? new(scope.Limits, []), measure);
        isPlain = measure is null && changing is null && hours is null && rule.Floor is null;
        if (measure?.OnlyCall is { } call && QuietWindow.CanBe(call) && changing is null && hours is null && rule.Floor is null)
            (isQuietWindow, quietWindow) = (true, new(call));
        only = new(scope, changing?.Levels ?? limits.Levels, clock, owner ?? this);
    }

    /// <inheritdoc/>
    public LevelLimits? LimitsInForce => changing?.Say();

    public bool CanBeQuiet => isPlain || isQuietWindow;

    /// <summary>The other datastreams that it looks at.</summary>
    public IEnumerable<DatastreamKey> Others => measure?.Others ?? [];

    public bool KnowsOthers => measure is { LooksAtOthers: true };

    public bool NeedsEachReading => isQuietWindow;

    public ReadOnlySpan<Condition> Conditions => new(in only);

    public void OnReading(in Reading reading, ChangeSink sink)
    {
        if (NumberReading.IsValue(reading))
        {
            (last, lastAt) = (reading.Value, reading.ObservedAtTicks);
            quietWindow.Take(lastAt, last);
            if (measure is not null && !measure.Add(reading.ObservedAtTicks, reading.Value))
                sink.Counters.WindowOverflows++;
        }
        Evaluate(reading.ObservedAtTicks, sink);
    }

    /// <summary>Takes a value that is no reading: NaN when there is none now. Delays due at its time elapse before it.</summary>
    public void OnValue(double value, long at, ChangeSink sink)
    {
        Elapse(at, sink);
        (last, lastAt) = (value, at);
        Evaluate(at, sink);
    }

    /// <summary>Takes a reading of another datastream that its value or limits are made of, as the inputs given. What is due before it comes first.</summary>
    public void OnOther(in Reading reading, ReadOnlySpan<int> inputs, ChangeSink sink)
    {
        if (!NumberReading.IsValue(reading))
            return;
        // The two clocks may not show the same time. Where they are far apart that reading has no place on this one's.
        bool isNear = only.Clock.HasStarted && Math.Abs(reading.ObservedAtTicks - only.Clock.Now) <= measure!.WithinOf(inputs[0]);
        long at = Math.Max(reading.ObservedAtTicks, lastAt);
        while (isNear && only.Due < at)
            OnTimer(only, only.Due, sink);
        if (!measure!.AddOther(inputs, reading.ObservedAtTicks, reading.Value))
            sink.Counters.WindowOverflows++;
        rest = QuietRange.Nothing;
        if (!isNear)
            return;
        Elapse(at, sink);
        Evaluate(at, sink);
    }

    /// <summary>The clock of another datastream was put right.</summary>
    public void OnOtherFrame(long at, ReadOnlySpan<int> inputs) => measure!.ForgetOtherFrom(inputs, at);

    public bool TryNarrow(ref QuietRange range)
    {
        if (!CanBeQuiet || only.Due != long.MaxValue)
            return false;
        if (isQuietWindow)
            return quietWindow.IsIndifferentToTime(rest, only.Clock.LastObserved) && quietWindow.TryNarrow(ref range, rest, only.Value);
        range.NarrowTo(rest.Low, rest.High);
        return true;
    }

    public void CatchUp(double value, long at, ChangeSink sink) => (last, lastAt, only.Value) = (value, at, value);

    public void CatchUp(ReadOnlySpan<long> times, ReadOnlySpan<double> values, ChangeSink sink)
    {
        for (int i = 0; i < times.Length && measure is not null; i++)
        {
            if (!measure.Add(times[i], values[i]))
                sink.Counters.WindowOverflows++;
        }
        (last, lastAt) = (values[^1], times[^1]);
        only.Value = measure?.ValueAt(lastAt, last) ?? last;
    }

    public void OnTimer(Condition condition, long at, ChangeSink sink)
    {
        rest = QuietRange.Nothing;
        Elapse(at, sink);
        Evaluate(at, sink);
    }

    // The reading itself lets what is outside the window leave: between the two at the same instant the window would be one short.
    public void OnTimerBeforeReading(Condition condition, long at, ChangeSink sink)
    {
        rest = QuietRange.Nothing;
        Elapse(at, sink);
    }

    public void RestartFrame(long at, ChangeSink sink)
    {
        rest = QuietRange.Nothing;
        quietWindow.Forget(at);
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
        if (changing is not null && (same.changing is null || !changing.SaysSameAs(same.changing)))
            only.Machine.CancelPending();
        (last, lastAt) = (same.last, same.lastAt);
        measure?.Adopt(same.measure);
        quietWindow.Forget(lastAt);
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
        if (isQuietWindow)
            quietWindow.WriteTo(writer);
    }

    public void ReadState(ref SnapshotReader reader)
    {
        rest = QuietRange.Nothing;
        last = reader.Double();
        lastAt = reader.Int64();
        quietWindow.Forget(lastAt);
        if (measure is null)
            reader.Int32();
        else
            measure.ReadFrom(ref reader);
        if (isQuietWindow && reader.Version >= QuietWindow.StateVersion)
            quietWindow.ReadFrom(ref reader);
    }

    private void Evaluate(long at, ChangeSink sink)
    {
        measure?.ExpireAt(at);
        double value = measure?.ValueAt(at, last) ?? last;
        if (double.IsNaN(value) || changing?.MoveTo(at) == false)
        {
            // An empty window says neither that the condition holds nor that it does not, and so does a limit that is not known.
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
            var table = changing?.Table ?? limits;
            only.Apply(at, canHold ? table.RaisedBy(value) : Level.None, canHold ? table.KeptBy(value) : Level.None, sink);
            rest = RestNow();
            quietWindow.RestIn(rest, lastAt);
        }
        only.Due = NextDue(at);
    }

    // The change that a delay completes shows the limits of that moment.
    private void Elapse(long at, ChangeSink sink)
    {
        if (changing is not null)
        {
            measure?.ValueAt(at, last);
            changing.MoveTo(at);
        }
        only.Elapse(at, sink);
    }

    private QuietRange RestNow() =>
        hours is null && rule.Floor is null && changing is null && only.Machine.NextDue(0, 0) == long.MaxValue ? limits.RestOf(only.Machine.OnBits) : QuietRange.Nothing;

    private bool CanHold(long at)
    {
        if (hours?.Contains(at) == false)
            return false;
        if (rule.Floor is not { } floor)
            return true;
        return rule.Direction == LimitDirection.Above ? last >= floor : last <= floor;
    }

    private long NextDue(long at)
    {
        // Most of the time no reading that leaves a window matters, and then the heap has nothing to do.
        bool needsTime = measure is not null && !(isQuietWindow && quietWindow.IsIndifferentToTime(rest, at));
        long due = needsTime ? Math.Min(only.NextDelayDue, measure!.NextChange(at)) : only.NextDelayDue;
        if (changing is not null)
            due = Math.Min(due, changing.NextChange(at));
        if (hours?.NextBoundary(at) is { } boundary
            && (only.Level != Level.None || boundary - lastAt < LocalHours.HeldValueCounts))
            due = Math.Min(due, boundary);
        return due;
    }
}
