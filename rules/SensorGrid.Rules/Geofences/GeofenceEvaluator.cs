using SensorGrid.Readings;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Snapshots;
using SensorGrid.Rules.Time;

namespace SensorGrid.Rules.Geofences;

/// <summary>Decides for one moving thing and the fences of one rule. Where the thing is, <see cref="FenceTrack"/> says; when the condition holds:
/// <code>
/// on       | holds while
/// enter    | inside, having crossed
/// exit     | outside, having crossed; with fence-end: exit, after a fence ended around it, until the next fix
/// inside   | inside
/// outside  | outside
/// dwell    | inside since the dwell time or longer
/// approach | outside, coming nearer, and not farther than the distance (once it holds: than distance and hysteresis)
/// </code></summary>
internal sealed class GeofenceEvaluator : IEvaluator
{
    private readonly GeofenceRule rule;
    private readonly FixAccuracy? accuracy;
    private readonly HoursCursor? hours;
    private readonly Condition[] conditions;
    private readonly FenceTrack track;
    private readonly MovingPlace place;

    /// <param name="scopes">One for each zone of the index, in the same order.</param>
    /// <param name="index">The zones of the rule.</param>
    /// <param name="clock">By which time the moving thing goes.</param>
    /// <param name="accuracy">Which fixes are too inexact, or null when all are taken.</param>
    public GeofenceEvaluator(IReadOnlyList<ConditionScope> scopes, ZoneIndex index, EventClock clock, FixAccuracy? accuracy = null)
    {
        rule = (GeofenceRule)scopes[0].Rule;
        this.accuracy = accuracy;
        hours = HoursCursor.Of(rule.Hours);
        track = new(rule, index);
        place = new(track.Fix);
        conditions = [.. scopes.Select(scope => new Condition(scope, (byte)(1 << ((int)rule.Level - 1)), clock, this, place))];
    }

    // Which fixes are too inexact is known only when they come.
    public bool CanBeQuiet => accuracy is null;

    public bool HasDue => place.DueConditions > 0;

    public ReadOnlySpan<Condition> Conditions => conditions;

    public void OnReading(in Reading reading, ChangeSink sink)
    {
        if (!IsFix(reading))
            return;
        if (accuracy is not null && accuracy.Refuses(reading.ObservedAtTicks))
        {
            sink.Counters.InexactFixes++;
            return;
        }
        foreach (int zone in track.Take(reading.Value, reading.Value2, reading.ObservedAtTicks))
            Evaluate(zone, reading.ObservedAtTicks, sink);
    }

    public bool TryNarrow(ref QuietRange range)
    {
        if (!CanBeQuiet || !track.TryNarrow(ref range))
            return false;
        // A fix moves no timer of a fence that it stays on the same side of.
        if (HasDue)
        {
            foreach (var condition in conditions)
                range.EndAtTimer(condition.Due);
        }
        return true;
    }

    public void CatchUp(double value, double value2, long at, ChangeSink sink) => track.CatchUp(value, value2, at);

    public void OnTimer(Condition condition, long at, ChangeSink sink)
    {
        int zone = Array.IndexOf(conditions, condition);
        condition.Elapse(at, sink);
        track.FollowValidity(zone, at, FixCounts(at));
        Evaluate(zone, at, sink);
    }

    public void OnTimerBeforeReading(Condition condition, long at, ChangeSink sink) => OnTimer(condition, at, sink);

    /// <summary>The fences of the rule.</summary>
    public ZoneIndex Fences => track.Index;

    /// <summary>A fence is elsewhere from now on.</summary>
    /// <param name="moved">The fences with the new one among them.</param>
    /// <param name="id">Which it is.</param>
    /// <param name="sink">Gets the change.</param>
    public void MoveFence(ZoneIndex moved, string id, ChangeSink sink)
    {
        int zone = moved.PlaceOf(id);
        long at = track.HasFix ? conditions[zone].Clock.Now : long.MinValue;
        track.MoveFence(moved, zone, at, track.HasFix && FixCounts(at));
        if (track.HasFix)
            Evaluate(zone, at, sink);
    }

    public void RestartFrame(long at, ChangeSink sink)
    {
        track.RestartFrame(at);
        for (int zone = 0; zone < conditions.Length; zone++)
        {
            conditions[zone].RestartFrame();
            track.FollowValidity(zone, at, fixCounts: true);
            Evaluate(zone, at, sink);
        }
    }

    public void Adopt(IEvaluator before)
    {
        if (before is not GeofenceEvaluator same || same.rule.On != rule.On)
            return;
        var pairs = new List<(int, int)>(conditions.Length);
        // Both are in order of their keys: with a city's fences, looking for each among all is a square of them for each asset.
        for (int zone = 0, old = 0; zone < conditions.Length; zone++)
        {
            string key = conditions[zone].Scope.Key;
            while (old < same.conditions.Length && string.CompareOrdinal(same.conditions[old].Scope.Key, key) < 0)
                old++;
            if (old == same.conditions.Length || same.conditions[old].Scope.Key != key)
                continue;
            conditions[zone].Adopt(same.conditions[old]);
            pairs.Add((old, zone));
        }
        track.Adopt(same.track, pairs);
        if (!track.HasFix)
            return;
        for (int zone = 0; zone < conditions.Length; zone++)
            conditions[zone].Due = NextDue(zone, conditions[zone].Clock.Now);
    }

    public void WriteState(SnapshotWriter writer) => track.WriteState(writer);

    public void ReadState(ref SnapshotReader reader) => track.ReadState(ref reader, conditions[0].Clock.LastObserved);

    private static bool IsFix(in Reading reading) =>
        reading.Kind == ReadingKind.Position
        && reading.Quality is Quality.Good or Quality.Estimated or Quality.Suspect
        && Math.Abs(reading.Value) <= 180 && Math.Abs(reading.Value2) <= 90;

    // As for thresholds: a place that is held for too long no longer raises.
    private bool FixCounts(long at) => at - track.FixAt < LocalHours.HeldValueCounts;

    private void Evaluate(int zone, long at, ChangeSink sink)
    {
        var condition = conditions[zone];
        bool isTime = hours?.Contains(at) != false;
        var (raise, keep) = isTime ? Holds(zone, at) : (false, false);
        condition.Apply(at, raise ? rule.Level : Level.None, keep ? rule.Level : Level.None, sink);
        condition.Due = NextDue(zone, at);
    }

    private (bool Raise, bool Keep) Holds(int zone, long at)
    {
        ref readonly var place = ref track[zone];
        if (rule.On == FenceTrigger.Approach)
            return Approaches(zone);
        bool holds = rule.On switch
        {
            FenceTrigger.Enter => place is { Place: Place.Inside, Crossed: true },
            FenceTrigger.Exit => place is { Place: Place.Outside or Place.NoFence, Crossed: true },
            FenceTrigger.Inside => place.Place == Place.Inside,
            FenceTrigger.Outside => place.Place == Place.Outside,
            FenceTrigger.Dwell => place.Place == Place.Inside && at - place.Since >= rule.DwellTicks,
            _ => throw new System.Diagnostics.UnreachableException($"no fence trigger {rule.On}"),
        };
        return (holds, holds);
    }

    private (bool Raise, bool Keep) Approaches(int zone)
    {
        if (track[zone].Place != Place.Outside)
            return (false, false);
        ref readonly var distance = ref track.DistanceOf(zone);
        // Of what is shown, no digit may depend on the machine's library of functions.
        conditions[zone].Value = double.IsFinite(distance.Metres) ? Math.Round(distance.Metres) : double.NaN;
        return (distance.IsClosing && distance.Metres <= rule.DistanceMetres, distance.IsClosing && distance.Metres <= rule.DistanceMetres + rule.HysteresisMetres);
    }

    private long NextDue(int zone, long at)
    {
        var condition = conditions[zone];
        long due = condition.NextDelayDue;
        if (hours is not null)
            due = Math.Min(due, hours.NextLook(at, condition.Level, track.FixAt));
        ref readonly var place = ref track[zone];
        if (rule.On == FenceTrigger.Dwell && place.Place == Place.Inside && place.Since + rule.DwellTicks is var dwelt && dwelt > at)
            due = Math.Min(due, dwelt);
        return Math.Min(due, track.NextChangeOfValidity(zone, at));
    }
}
