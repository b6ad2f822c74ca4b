using SensorGrid.Readings;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Snapshots;
using SensorGrid.Rules.Thresholds;
using SensorGrid.Rules.Time;

namespace SensorGrid.Rules.Trends;

/// <summary>Compares the time that is left until the line through the last readings reaches a limit with the horizons of the levels. Only a reading moves it; while none
/// comes, what was found holds. A line too short or of too few readings says neither yes nor no.</summary>
internal sealed class TimeToLimitEvaluator : IEvaluator
{
    private readonly Condition only;
    private readonly TimeToLimitRule rule;
    private readonly LimitTable horizons;
    private readonly double limit;
    // Up to here ahead a level comes, and a little further.
    private readonly double horizonTicks;
    private readonly LineFit line;
    private readonly HoursCursor? hours;

    /// <param name="scope">The rule and what it watches; its limits are the horizons, in hours.</param>
    /// <param name="limit">The limit that will be reached.</param>
    /// <param name="clock">By which time it goes.</param>
    public TimeToLimitEvaluator(ConditionScope scope, double limit, EventClock clock)
    {
        rule = (TimeToLimitRule)scope.Rule;
        this.limit = limit;
        horizons = new(scope.Limits, LimitDirection.Below, rule.ClearMarginHours);
        horizonTicks = (horizons.RestOf(0).Low * TimeSpan.TicksPerHour) + TimeSpan.TicksPerMillisecond;
        line = new(rule.WindowTicks);
        hours = HoursCursor.Of(rule.Hours);
        only = new(scope, horizons.Levels, clock, this);
    }

    public bool CanJudgeThePast => true;

    public bool CanBeQuiet => hours is null;

    public bool NeedsEachReading => true;

    public ReadOnlySpan<Condition> Conditions => new(in only);

    public void OnReading(in Reading reading, ChangeSink sink)
    {
        if (!NumberReading.IsValue(reading))
            return;
        long at = reading.ObservedAtTicks;
        if (!line.Add(at, reading.Value))
            sink.Counters.WindowOverflows++;
        Judge(at, sink);
    }

    public bool TryNarrow(ref QuietRange range) =>
        CanBeQuiet && only.Machine.OnBits == 0 && only.NextDelayDue == long.MaxValue && line.TryNarrow(ref range, limit, rule.Direction, horizonTicks, rule.Readings);

    public void CatchUp(ReadOnlySpan<PendingReading> readings, ChangeSink sink)
    {
        foreach (var (time, value) in readings)
            line.Add(time, value);
        Find();
    }

    public void OnTimer(Condition condition, long at, ChangeSink sink)
    {
        condition.Elapse(at, sink);
        Judge(at, sink);
    }

    public void OnTimerBeforeReading(Condition condition, long at, ChangeSink sink) => OnTimer(condition, at, sink);

    public void RestartFrame(long at, ChangeSink sink)
    {
        // A line across a clock that was set has no meaning.
        line.Clear();
        only.RestartFrame();
        only.Due = NextDue(at);
    }

    public void Adopt(IEvaluator before)
    {
        if (before is not TimeToLimitEvaluator same)
            return;
        only.Adopt(same.only);
        if (same.rule.WindowTicks == rule.WindowTicks)
            line.CopyFrom(same.line);
        only.Due = Math.Min(only.NextDelayDue, hours?.FirstLook(only.Clock, only.Level, line.NewestTime) ?? long.MaxValue);
    }

    public IEvaluator Twin(EventClock clock) => new TimeToLimitEvaluator(only.Scope, limit, clock);

    public void WriteState(SnapshotWriter writer) => line.WriteTo(writer);

    public void ReadState(ref SnapshotReader reader) => line.ReadFrom(ref reader);

    // By what the newest reading said, also when hours begin or end later.
    private void Judge(long at, ChangeSink sink)
    {
        double left = Find();
        if (hours?.Contains(at) == false)
            only.Apply(at, Level.None, Level.None, sink);
        else if (double.IsNaN(left))
            only.Machine.CancelPending();
        else
            only.Apply(at, horizons.RaisedBy(left), horizons.KeptBy(left), sink);
        only.Due = NextDue(at);
    }

    // What is not known leaves the value of before.
    private double Find()
    {
        double left = HoursLeft(line.NewestTime, line.NewestValue);
        if (!double.IsNaN(left))
            only.Value = double.IsFinite(left) ? left : double.NaN;
        return left;
    }

    private long NextDue(long at) => hours is null ? only.NextDelayDue : Math.Min(only.NextDelayDue, hours.NextLook(at, only.Level, line.NewestTime));

    // 0 when it is there already, infinite when it goes the other way, NaN when there is no line to go by.
    private double HoursLeft(long at, double last)
    {
        if (rule.Direction == LimitDirection.Above ? last >= limit : last <= limit)
            return 0;
        if (!line.HasEnough(rule.Readings))
            return double.NaN;
        var (value, slope) = line.At(at);
        double towards = rule.Direction == LimitDirection.Above ? slope : -slope;
        if (!(towards > 0))
            return double.PositiveInfinity;
        double left = rule.Direction == LimitDirection.Above ? limit - value : value - limit;
        // To the millisecond, so that the last digits of a slope do not decide whether a horizon is reached.
        return Math.Max(0, Math.Round(left / towards / TimeSpan.TicksPerMillisecond) * TimeSpan.TicksPerMillisecond / TimeSpan.TicksPerHour);
    }
}
