using SensorGrid.Readings;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Snapshots;
using SensorGrid.Rules.Thresholds;
using SensorGrid.Rules.Time;

namespace SensorGrid.Rules.FireWeather;

/// <summary>Works out an index once a day, by the watched datastream's clock, and compares it with limits:
/// <code>
/// hour + 10 min │ all of the weather known at the hour?  ─► the day is worked out
/// hour + 1 h    │ known with the mean of the hour after? ─► the day is worked out; else it is missing and the index carried over
/// 4th missing   │ the index begins anew, and waits for the next reading
/// </code>
/// Readings of the next day that come before this one is worked out are kept apart. Levels change only with a day that was worked out, or when the rule's hours
/// begin or end.</summary>
internal sealed class FireWeatherEvaluator : IReferringEvaluator
{
    // What is stamped with the hour may come in some minutes later.
    private const long Patience = 10 * TimeSpan.TicksPerMinute;
    private const int MostMissedDays = 3;
    private const long NoDay = long.MinValue;

    private readonly Condition only;
    private readonly FireWeatherRule rule;
    private readonly LimitTable limits;
    private readonly WeatherPlan plan;
    private readonly IDailyIndex index;
    private readonly HoursCursor? hours;
    private WeatherDay pending;
    private WeatherDay next;
    // The day that was counted last: a clock that was put right does not count it again.
    private long counted = NoDay;
    private bool hasDay;
    private bool isWaiting = true;
    private bool hasWaited;
    private int missed;
    private int missedBefore;
    private int days;

    /// <param name="scope">The rule and what it watches.</param>
    /// <param name="clock">By which time it goes.</param>
    /// <param name="plan">Where the weather comes from.</param>
    public FireWeatherEvaluator(ConditionScope scope, EventClock clock, WeatherPlan plan)
    {
        rule = (FireWeatherRule)scope.Rule;
        this.plan = plan;
        hours = HoursCursor.Of(rule.Hours);
        limits = new(scope.Limits, rule.Direction, rule.ClearMargin);
        index = rule.Index switch
        {
            DailyIndex.AntecedentRain => new DailyAntecedentRain(rule.Share),
            DailyIndex.ChineseGrade => new DailyChineseGrade(plan.WindFactor),
            _ => new DailyCanadianIndex(rule, plan.Latitude, plan.WindFactor),
        };
        (pending, next) = (new(rule.Observed), new(rule.Observed));
        only = new(scope, limits.Levels, clock, this);
    }

    public bool KnowsOthers => hasDay;

    // A reading of another datastream may find that the day is due, by what came until then.
    public bool CanBeQuiet => plan.Others.Count == 0;

    public bool NeedsEachReading => true;

    public IReadOnlyList<EvidenceValue> Evidence => [.. index.Evidence, new("days", days), new("missed-days", missedBefore)];

    public ReadOnlySpan<Condition> Conditions => new(in only);

    public void OnReading(in Reading reading, ChangeSink sink)
    {
        long at = reading.ObservedAtTicks;
        if (IsWeather(plan.Watched, reading, sink))
        {
            if (isWaiting)
                Start(at);
            Take(plan.Watched, at, reading.Value);
        }
        while (only.Due <= at)
            OnTimer(only, only.Due, sink);
    }

    // Until the day is due, weather is only collected.
    public bool TryNarrow(ref QuietRange range)
    {
        if (isWaiting)
            return false;
        range.NarrowTo(
            plan.Watched == WeatherElement.Temperature ? double.MinValue : 0, plan.Watched == WeatherElement.Humidity ? 100 : double.MaxValue);
        range.EndAtTimer(only.Due);
        return true;
    }

    public void CatchUp(ReadOnlySpan<PendingReading> readings, ChangeSink sink)
    {
        foreach (var (time, value) in readings)
            Take(plan.Watched, time, value);
    }

    public void OnOther(in Reading reading, ReadOnlySpan<int> inputs, ChangeSink sink)
    {
        foreach (int input in inputs)
        {
            var element = (WeatherElement)input;
            if (!IsWeather(element, reading, sink))
                continue;
            // While no day is under way the others' readings say which one it will be.
            if (isWaiting && rule.Observed.DayOf(reading.ObservedAtTicks) is var day && (!hasDay || day > pending.Day))
                MoveTo(day);
            Take(element, reading.ObservedAtTicks, reading.Value);
        }
    }

    public void OnOtherFrame(long at, ReadOnlySpan<int> inputs)
    {
        foreach (int input in inputs)
            Forget((WeatherElement)input);
    }

    public void OnTimer(Condition condition, long at, ChangeSink sink)
    {
        if (at >= DayDue)
            EndDay(at, sink);
        else
            Judge(at, sink);
        Arm(at);
    }

    // The reading of this very instant may be what is waited for: it looks whether the day is due itself.
    public void OnTimerBeforeReading(Condition condition, long at, ChangeSink sink)
    {
    }

    public void RestartFrame(long at, ChangeSink sink)
    {
        only.RestartFrame();
        if (hasDay)
        {
            MoveTo(NotCounted(rule.Observed.DayOf(at)));
            Forget(plan.Watched);
        }
        Arm(at);
    }

    public void Adopt(IEvaluator before)
    {
        if (before is not FireWeatherEvaluator same)
            return;
        only.Adopt(same.only);
        if (same.rule.HasSameIndex(rule))
        {
            index.CopyFrom(same.index);
            pending.CopyFrom(same.pending);
            next.CopyFrom(same.next);
            (counted, hasDay, isWaiting, hasWaited, missed, missedBefore, days) =
                (same.counted, same.hasDay, same.isWaiting, same.hasWaited, same.missed, same.missedBefore, same.days);
        }
        only.Due = DayDue;
        if (hours is not null && (HasIndex || only.Level != Level.None))
            only.Due = Math.Min(only.Due, hours.FirstLook(only.Clock, only.Level, WorkedOutAt));
    }

    public void WriteState(SnapshotWriter writer)
    {
        writer.Byte((byte)((hasDay ? 1 : 0) | (isWaiting ? 2 : 0) | (hasWaited ? 4 : 0)));
        writer.Int64(counted);
        writer.Int32(missed);
        writer.Int32(missedBefore);
        writer.Int32(days);
        pending.WriteTo(writer);
        next.WriteTo(writer);
        index.WriteTo(writer);
    }

    public void ReadState(ref SnapshotReader reader)
    {
        byte flags = reader.Byte();
        (hasDay, isWaiting, hasWaited) = ((flags & 1) != 0, (flags & 2) != 0, (flags & 4) != 0);
        (counted, missed, missedBefore, days) = (reader.Int64(), reader.Int32(), reader.Int32(), reader.Int32());
        pending.ReadFrom(ref reader);
        next.ReadFrom(ref reader);
        index.ReadFrom(ref reader);
    }

    private static bool IsWeather(WeatherElement element, in Reading reading, ChangeSink sink)
    {
        if (!NumberReading.IsValue(reading))
            return false;
        bool canBe = element switch
        {
            WeatherElement.Temperature => true,
            WeatherElement.Humidity => reading.Value is >= 0 and <= 100,
            _ => reading.Value >= 0,
        };
        if (!canBe)
            sink.Counters.ImpossibleWeather++;
        return canBe;
    }

    private void Start(long at)
    {
        isWaiting = false;
        MoveTo(NotCounted(rule.Observed.DayOf(at)));
        Arm(at);
    }

    private void EndDay(long at, ChangeSink sink)
    {
        double value = index.Next(pending, hasWaited);
        if (double.IsNaN(value) && !hasWaited)
        {
            hasWaited = true;
            return;
        }
        counted = pending.Day;
        if (double.IsNaN(value))
        {
            Miss(sink);
        }
        else
        {
            (missedBefore, missed) = (missed, 0);
            days++;
            only.Value = value;
            Judge(at, sink);
        }
        MoveTo(pending.Day + 1);
    }

    private void Judge(long at, ChangeSink sink)
    {
        if (hours?.Contains(at) == false)
            only.Apply(at, Level.None, Level.None, sink);
        else if (HasIndex)
            only.Apply(at, limits.RaisedBy(only.Value), limits.KeptBy(only.Value), sink);
    }

    private long NotCounted(long day) => day == counted ? day + 1 : day;

    private void MoveTo(long day)
    {
        if (hasDay && day == pending.Day)
            return;
        hasWaited = false;
        if (hasDay && day == next.Day)
            (pending, next) = (next, pending);
        else
            pending.Begin(day);
        next.Begin(day + 1);
        hasDay = true;
    }

    private void Miss(ChangeSink sink)
    {
        sink.Counters.MissedWeatherDays++;
        index.Miss();
        if (++missed <= MostMissedDays)
            return;
        sink.Counters.WeatherRestarts++;
        index.Restart();
        (isWaiting, missed, missedBefore, days) = (true, 0, 0, 0);
    }

    private void Take(WeatherElement element, long at, double value)
    {
        pending.Take(element, at, value);
        next.Take(element, at, value);
    }

    private void Forget(WeatherElement element)
    {
        pending.Forget(element);
        next.Forget(element);
    }

    private bool HasIndex => days > 0 && days >= rule.LeastDays;

    // The hour of the newest day that was worked out.
    private long WorkedOutAt => rule.Observed.InstantOf(counted - missed);

    private long DayDue => isWaiting ? long.MaxValue : pending.Hour + (hasWaited ? WeatherTrace.Near : Patience);

    private void Arm(long at)
    {
        only.Due = DayDue;
        if (hours is not null && (HasIndex || only.Level != Level.None))
            only.Due = Math.Min(only.Due, hours.NextLook(at, only.Level, WorkedOutAt));
    }
}
