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
    private static readonly MeasurePlan Newest = new([new(ValueExpression.Last)]);

    private readonly Condition only;
    private readonly ThresholdRule rule;
    private readonly LimitTable limits;
    // Null while the limits stay as they are.
    private readonly LimitsInForce? changing;
    private readonly HoursCursor? hours;
    private readonly Measure? measure;
    private readonly QuietKind quietKind;
    private QuietWindow quietWindow;
    // What a value may be without bringing any level or delay on its way. Nothing while a delay runs, or a level is on that hours or a floor can end.
    private RestRange rest = RestRange.Nothing;
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
        quietKind = KindOf(measure, changing, hours is not null || rule.Floor is not null);
        if (quietKind == QuietKind.Window)
            quietWindow = new(measure!.OnlyCall!.Value);
        only = new(scope, changing?.Levels ?? limits.Levels, clock, owner ?? this);
    }

    /// <inheritdoc/>
    public LevelLimits? LimitsInForce => changing?.Say();

    // How it is known what need not be seen.
    private enum QuietKind : byte
    {
        // Every reading is seen.
        None,
        // The newest value is all.
        Newest,
        // What is in the window has a say: QuietWindow.
        Window,
        // Until a reading leaves a window: Measure.TryNarrow.
        Measure,
    }

    public bool CanBeQuiet => quietKind != QuietKind.None;

    /// <summary>The other datastreams that it looks at.</summary>
    public IEnumerable<DatastreamKey> Others => measure?.Others ?? [];

    public bool KnowsOthers => measure is { LooksAtOthers: true };

    // What it knows of others is of now.
    public bool CanJudgeThePast => measure is not { LooksAtOthers: true };

    public bool NeedsEachReading => quietKind is QuietKind.Window or QuietKind.Measure;

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
        rest = RestRange.Nothing;
        if (!isNear)
            return;
        Elapse(at, sink);
        Evaluate(at, sink);
    }

    /// <summary>The clock of another datastream was put right.</summary>
    public void OnOtherFrame(long at, ReadOnlySpan<int> inputs) => measure!.ForgetOtherFrom(inputs, at);

    public bool TakeLate(in Reading reading)
    {
        if (measure is null || !NumberReading.IsValue(reading) || !measure.AddLate(reading.ObservedAtTicks, reading.Value, Math.Max(only.Clock.Now, only.Clock.LastObserved)))
            return false;
        OnCorrection();
        return true;
    }

    /// <summary>Takes a late reading of another datastream that its value or limits are made of.</summary>
    /// <returns>True when it corrected a window.</returns>
    public bool TakeLateOther(in Reading reading, ReadOnlySpan<int> inputs)
    {
        if (!NumberReading.IsValue(reading) || !measure!.AddLateOther(inputs, reading.ObservedAtTicks, reading.Value))
            return false;
        OnCorrection();
        return true;
    }

    public bool TryNarrow(ref QuietRange range)
    {
        if (!CanBeQuiet || only.NextDelayDue != long.MaxValue || (quietKind == QuietKind.Measure && !measure!.HasTimers))
            return false;
        // By NextDue, which quiet readings do not ask.
        if (hours is not null && only.Due == long.MaxValue)
            range.EndAt(hours.NextBoundary(only.Clock.LastObserved) - LocalHours.HeldValueCounts + 1);
        range.EndAtTimer(only.Due);
        return IsOutOfReach(ref range) || TryNarrowToRest(ref range);
    }

    public void CatchUp(double value, long at, ChangeSink sink)
    {
        (last, lastAt, only.Value) = (value, at, value);
        if (hours is not null)
            only.Due = NextDue(at);
    }

    public void CatchUp(ReadOnlySpan<PendingReading> readings, ChangeSink sink)
    {
        for (int i = 0; i < readings.Length && measure is not null; i++)
        {
            var (time, value) = readings[i];
            if (!measure.Add(time, value))
                sink.Counters.WindowOverflows++;
            // What is not known leaves the value of before.
            if ((measure.IsFormula || i == readings.Length - 1) && measure.ValueAt(time, value) is var known && !double.IsNaN(known))
                only.Value = known;
        }
        (lastAt, last) = readings[^1];
        if (measure is null)
            only.Value = last;
        if (quietKind == QuietKind.Measure || hours is not null)
            only.Due = NextDue(lastAt);
    }

    public void OnTimer(Condition condition, long at, ChangeSink sink)
    {
        rest = RestRange.Nothing;
        Elapse(at, sink);
        Evaluate(at, sink);
    }

    // The reading itself lets what is outside the window leave: between the two at the same instant the window would be one short.
    public void OnTimerBeforeReading(Condition condition, long at, ChangeSink sink)
    {
        rest = RestRange.Nothing;
        Elapse(at, sink);
    }

    public void RestartFrame(long at, ChangeSink sink)
    {
        rest = RestRange.Nothing;
        quietWindow.Forget(at);
        measure?.ForgetFrom(at);
        only.RestartFrame();
        only.Due = long.MaxValue;
    }

    public void Adopt(IEvaluator before)
    {
        if (before is not ThresholdEvaluator same)
            return;
        rest = RestRange.Nothing;
        only.Adopt(same.only);
        if (changing is not null && (same.changing is null || !changing.SaysSameAs(same.changing)))
            only.Machine.CancelPending();
        (last, lastAt) = (same.last, same.lastAt);
        measure?.Adopt(same.measure);
        quietWindow.Forget(lastAt);
        only.Due = NextChange(lastAt);
        if (hours is not null)
            only.Due = Math.Min(only.Due, hours.FirstLook(only.Clock, only.Level, lastAt));
    }

    public IEvaluator Twin(EventClock clock) => new ThresholdEvaluator(only.Scope, limits, clock, measure?.Plan ?? Newest, changing?.Schedule);

    public void WriteState(SnapshotWriter writer)
    {
        writer.Double(last);
        writer.Int64(lastAt);
        if (measure is null)
            writer.Int32(0);
        else
            measure.WriteTo(writer);
        if (quietKind == QuietKind.Window)
            quietWindow.WriteTo(writer);
    }

    public void ReadState(ref SnapshotReader reader)
    {
        rest = RestRange.Nothing;
        last = reader.Double();
        lastAt = reader.Int64();
        quietWindow.Forget(lastAt);
        if (measure is null)
            reader.Int32();
        else
            measure.ReadFrom(ref reader);
        if (quietKind == QuietKind.Window && reader.Version >= QuietWindow.StateVersion)
            quietWindow.ReadFrom(ref reader);
    }

    // What it means for the condition is seen with the next reading, or when one leaves: a backlog is not to be counted out level by level.
    private void OnCorrection()
    {
        rest = RestRange.Nothing;
        quietWindow.Forget(lastAt);
        only.Due = Math.Min(only.Due, measure!.NextChange(lastAt));
    }

    private void Evaluate(long at, ChangeSink sink)
    {
        measure?.ExpireAt(at);
        double value = measure?.ValueAt(at, last) ?? last;
        if (double.IsNaN(value) || changing?.MoveTo(at) == false)
        {
            // An empty window says neither that the condition holds nor that it does not, and so does a limit that is not known. Hours that are over say it.
            if (hours?.Contains(at) == false)
                only.Apply(at, Level.None, Level.None, sink);
            else
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

    // While no level is on, hours and floor can only keep one from coming.
    private RestRange RestNow() =>
        changing is null && only.Machine.NextDue(0, 0) == long.MaxValue && (only.Machine.OnBits == 0 || (hours is null && rule.Floor is null))
            ? limits.RestOf(only.Machine.OnBits)
            : RestRange.Nothing;

    private static QuietKind KindOf(Measure? measure, LimitsInForce? changing, bool hasHoursOrFloor)
    {
        if (changing is not null)
            return QuietKind.None;
        if (measure is null)
            return QuietKind.Newest;
        if (measure.OnlyCall is { } call && QuietWindow.CanBe(call) && !hasHoursOrFloor)
            return QuietKind.Window;
        return measure.CanBeQuiet ? QuietKind.Measure : QuietKind.None;
    }

    // Outside of the hours, or on the harmless side of the floor, nothing comes while no level is on.
    private bool IsOutOfReach(ref QuietRange range)
    {
        if (quietKind == QuietKind.Window || only.Machine.OnBits != 0 || double.IsNaN(last))
            return false;
        if (hours?.Contains(only.Clock.LastObserved) == false)
        {
            range.NarrowTo(double.MinValue, double.MaxValue);
            return true;
        }
        if (rule.Floor is not { } floor || CanHold(only.Clock.LastObserved))
            return false;
        if (rule.Direction == LimitDirection.Above)
            range.NarrowTo(double.MinValue, Math.BitDecrement(floor));
        else
            range.NarrowTo(Math.BitIncrement(floor), double.MaxValue);
        return true;
    }

    private bool TryNarrowToRest(ref QuietRange range)
    {
        switch (quietKind)
        {
            case QuietKind.Window:
                return only.Due == long.MaxValue && quietWindow.IsIndifferentToTime(rest, only.Clock.LastObserved) && quietWindow.TryNarrow(ref range, rest, only.Value);
            case QuietKind.Measure:
                return measure!.TryNarrow(ref range, rest, last);
            default:
                range.NarrowTo(rest.Low, rest.High);
                return !double.IsNaN(rest.Low);
        }
    }

    private bool CanHold(long at)
    {
        if (hours?.Contains(at) == false)
            return false;
        if (rule.Floor is not { } floor)
            return true;
        return rule.Direction == LimitDirection.Above ? last >= floor : last <= floor;
    }

    private long NextDue(long at) => hours is null ? NextChange(at) : Math.Min(NextChange(at), hours.NextLook(at, only.Level, lastAt));

    private long NextChange(long at)
    {
        // Most of the time no reading that leaves a window matters, and then the heap has nothing to do.
        bool needsTime = measure is not null && !(quietKind == QuietKind.Window && quietWindow.IsIndifferentToTime(rest, at));
        long due = needsTime ? Math.Min(only.NextDelayDue, measure!.NextChange(at)) : only.NextDelayDue;
        if (changing is not null)
            due = Math.Min(due, changing.NextChange(at));
        return due;
    }
}
