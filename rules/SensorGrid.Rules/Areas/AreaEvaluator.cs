using SensorGrid.Readings.Catalogue;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Snapshots;
using SensorGrid.Rules.Thresholds;
using SensorGrid.Rules.Time;

namespace SensorGrid.Rules.Areas;

/// <summary>Compares what the points of an area make together with limits: levels, margins, delays and hours are those of any threshold rule. The area's time
/// is that of its newest point:
/// <code>
/// a point's value changes at | the area's changes
/// the newest time, or later  | then: several points read at one instant are one instant, however far apart they arrive
/// an earlier time            | now: its clock is behind those of the others, and no delay may be over because of it
/// a time ahead of tolerance  | now
/// </code></summary>
internal sealed class AreaEvaluator : IGroupEvaluator
{
    // Of the engine's snapshot; before it the points were told as they are after a restart.
    private const ushort VersionWithEvidence = 8;

    private readonly ThresholdEvaluator inner;
    private readonly AreaPointEvaluator[] points;
    private readonly AreaTotal total;
    // As they were when the level last changed.
    private readonly double[] valuesThen;
    private readonly long[] timesThen;
    private bool hasThen;
    // False when what the points are was taken over from elsewhere.
    private bool isCounted;
    // Rules or catalogue have changed: the value may be different though no point's is.
    private bool isToJudge;

    /// <param name="scope">The rule and the area.</param>
    /// <param name="limits">The scope's limits.</param>
    /// <param name="schedule">The limits, when they are not the same all the year.</param>
    /// <param name="clock">A clock of the area's own.</param>
    /// <param name="points">The points.</param>
    /// <param name="weights">How much each counts.</param>
    public AreaEvaluator(
        ConditionScope scope, LimitTable limits, LimitSchedule? schedule, GroupClock clock, AreaPointEvaluator[] points, double[] weights)
    {
        var over = ((ThresholdRule)scope.Rule).Over!;
        GroupClock = clock;
        this.points = points;
        total = new(over.Function, weights, over.Coverage);
        inner = new(scope, limits, clock.Clock, new([new(ValueExpression.Last)]), schedule, owner: this);
        (valuesThen, timesThen) = (new double[points.Length], new long[points.Length]);
        for (int number = 0; number < points.Length; number++)
            points[number].Join(this, number);
    }

    public GroupClock GroupClock { get; }

    public ReadOnlySpan<Condition> Conditions => inner.Conditions;

    public LevelLimits? LimitsInForce => inner.LimitsInForce;

    private Condition Area => inner.Conditions[0];

    /// <summary>Takes what a point's value is now; NaN for none.</summary>
    public void Take(int point, double value, long at, bool isAhead, ChangeSink sink)
    {
        if (!isCounted)
            Count();
        var clock = GroupClock.Clock;
        bool isNewest = !clock.HasStarted || (at >= clock.LastObserved && !isAhead);
        long now = isNewest ? at : GroupClock.NowAt(sink.LogTime);
        // What is over before is over first.
        while (Area.Due < now)
            OnTimer(Area, Area.Due, sink);
        if (isNewest)
            GroupClock.MoveOnTo(at, sink.LogTime);
        if (total.Put(point, value))
            Judge(now, sink);
        // An instant that was read long ago may be told only now, and what begins there be over. It is found now, whatever else the record holds.
        while (Area.Due != long.MaxValue && clock.LogTimeOf(Area.Due) < sink.LogTime)
            OnTimer(Area, Area.Due, sink);
        if (Area.Due != long.MaxValue)
            sink.Schedule(Area);
    }

    public void OnTimer(Condition condition, long at, ChangeSink sink)
    {
        var before = Area.Level;
        inner.OnTimer(condition, at, sink);
        KeepEvidence(before);
        if (!isToJudge)
            return;
        isToJudge = false;
        if (!isCounted)
            Count();
        Judge(at, sink);
    }

    public void OnTimerBeforeReading(Condition condition, long at, ChangeSink sink) => OnTimer(condition, at, sink);

    public void Adopt(IEvaluator before)
    {
        if (before is not AreaEvaluator same)
            return;
        inner.Adopt(same.inner);
        GroupClock.Adopt(same.GroupClock);
        // With other points it is told as they are.
        if (!same.hasThen || !points.Select(NameOf).SequenceEqual(same.points.Select(NameOf), StringComparer.Ordinal))
            return;
        same.valuesThen.CopyTo(valuesThen, 0);
        same.timesThen.CopyTo(timesThen, 0);
        hasThen = true;
    }

    public void JudgeAgain()
    {
        isCounted = false;
        if (!GroupClock.Clock.HasStarted)
            return;
        isToJudge = true;
        Area.Due = GroupClock.Clock.Now;
    }

    public void WriteState(SnapshotWriter writer)
    {
        GroupClock.WriteTo(writer);
        writer.Byte(isToJudge ? (byte)1 : (byte)0);
        inner.WriteState(writer);
        writer.Byte(hasThen ? (byte)1 : (byte)0);
        if (hasThen)
            writer.Pairs(timesThen, valuesThen);
    }

    public void ReadState(ref SnapshotReader reader)
    {
        GroupClock.ReadFrom(ref reader);
        isToJudge = reader.Byte() != 0;
        isCounted = false;
        inner.ReadState(ref reader);
        hasThen = reader.Version >= VersionWithEvidence && reader.Byte() != 0;
        for (int number = 0; hasThen && number < points.Length; number++)
            (timesThen[number], valuesThen[number]) = (reader.Int64(), reader.Double());
    }

    // As they were when the level last changed; before that, as they are.
    public IReadOnlyList<GroupPoint> Points() =>
    [
        .. points.Select((point, number) => new GroupPoint(
            NameOf(point), total.Weights[number], hasThen ? valuesThen[number] : point.Value, hasThen ? timesThen[number] : point.LastAt)),
    ];

    private static string NameOf(AreaPointEvaluator point) => GroupPoint.NameOf(point.Conditions[0].Scope);

    private void Judge(long at, ChangeSink sink)
    {
        var before = Area.Level;
        inner.OnValue(total.Value, at, sink);
        KeepEvidence(before);
    }

    private void Count()
    {
        for (int number = 0; number < points.Length; number++)
            total.Put(number, points[number].Value);
        isCounted = true;
    }

    // A change of level is rare, and what it was made of is gone with the next reading.
    private void KeepEvidence(Level before)
    {
        if (Area.Level == before)
            return;
        hasThen = true;
        total.Values.CopyTo(valuesThen);
        for (int number = 0; number < points.Length; number++)
            timesThen[number] = points[number].LastAt;
    }
}
