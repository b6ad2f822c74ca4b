using SensorGrid.Readings;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Snapshots;
using SensorGrid.Rules.Time;
using SensorGrid.Rules.Windows;

namespace SensorGrid.Rules.Areas;

/// <summary>Works out the value of one point of an area, by its own clock, and tells the area whenever it is another. A point without a fresh value has none.</summary>
internal sealed class AreaPointEvaluator : IEvaluator
{
    private const long Never = long.MinValue;

    // Has no level. Its value is that of the point, its timer when that changes by itself.
    private readonly Condition only;
    private readonly Measure? measure;
    private readonly long freshTicks;
    private readonly AreaLimit? limit;
    private AreaEvaluator? area;
    private int number;
    private double last = double.NaN;
    private long lastAt = Never;

    /// <param name="scope">The rule and the datastream.</param>
    /// <param name="clock">The datastream's clock.</param>
    /// <param name="plan">What is worked out.</param>
    /// <param name="freshTicks">How old the newest value may be.</param>
    /// <param name="limit">Which values count, for a count.</param>
    public AreaPointEvaluator(ConditionScope scope, EventClock clock, MeasurePlan plan, long freshTicks, AreaLimit? limit)
    {
        measure = Measure.Of(plan);
        (this.freshTicks, this.limit) = (freshTicks, limit);
        only = new(scope, levels: 0, clock, this);
    }

    public ReadOnlySpan<Condition> Conditions => new(in only);

    /// <summary>Its value: NaN when it has none.</summary>
    public double Value => only.Value;

    /// <summary>Stamp of its newest value, or <see cref="long.MinValue"/>.</summary>
    public long LastAt => lastAt;

    /// <summary>Tells an area from now on.</summary>
    public void Join(AreaEvaluator of, int asNumber) => (area, number) = (of, asNumber);

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

    public void OnTimer(Condition condition, long at, ChangeSink sink) => Evaluate(at, sink);

    // The reading itself lets what is outside the window leave, and is a fresh value.
    public void OnTimerBeforeReading(Condition condition, long at, ChangeSink sink)
    {
    }

    public void RestartFrame(long at, ChangeSink sink)
    {
        measure?.ForgetFrom(at);
        if (lastAt != Never)
            lastAt = at;
        only.Due = long.MaxValue;
    }

    public void Adopt(IEvaluator before)
    {
        if (before is not AreaPointEvaluator same)
            return;
        only.Adopt(same.only);
        (last, lastAt) = (same.last, same.lastAt);
        bool hasSeenTheSame = measure?.Adopt(same.measure) ?? same.measure is null;
        // What another expression has not seen yet it does not know.
        only.Value = hasSeenTheSame && !double.IsNaN(only.Value) ? Judged(lastAt) : double.NaN;
        only.Due = NextDue(lastAt);
    }

    public void WriteState(SnapshotWriter writer)
    {
        writer.Double(last);
        writer.Int64(lastAt);
        measure?.WriteTo(writer);
    }

    public void ReadState(ref SnapshotReader reader)
    {
        (last, lastAt) = (reader.Double(), reader.Int64());
        measure?.ReadFrom(ref reader);
    }

    private void Evaluate(long at, ChangeSink sink)
    {
        measure?.ExpireAt(at);
        double value = lastAt == Never || at - lastAt >= freshTicks ? double.NaN : Judged(at);
        // The area may have to count all its points, and this one with what it was.
        area!.Take(number, value, at, only.Clock.IsAhead, sink);
        only.Value = value;
        only.Due = NextDue(at);
    }

    private double Judged(long at)
    {
        double value = measure?.ValueAt(at, last) ?? last;
        return limit is null || double.IsNaN(value) ? value : limit.Judge(value, at);
    }

    private long NextDue(long at)
    {
        if (double.IsNaN(only.Value) && (lastAt == Never || at - lastAt >= freshTicks))
            return long.MaxValue;
        long due = Math.Min(lastAt + freshTicks, measure?.NextChange(at) ?? long.MaxValue);
        return Math.Min(due, limit?.NextChange(at) ?? long.MaxValue);
    }
}
