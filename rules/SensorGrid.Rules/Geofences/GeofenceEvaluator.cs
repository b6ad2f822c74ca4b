using NetTopologySuite.Geometries;
using SensorGrid.Readings;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Snapshots;
using SensorGrid.Rules.Time;

namespace SensorGrid.Rules.Geofences;

/// <summary>Where one moving thing is, seen from the zones of one rule. Inside includes the boundary. Once inside, it is outside
/// only when farther away than the hysteresis; once outside, it is inside as soon as the zone covers it.
/// <code>
/// was          | fix                        | is           | on: exit            | on: enter
/// never inside | covered                    | inside       | –                   | condition holds
/// never inside | not covered                | never inside | – (left nothing)    | –
/// inside       | covered                    | inside       | –                   | holds on
/// inside       | not covered, within margin | inside       | –                   | holds on
/// inside       | not covered, beyond margin | outside      | condition holds     | condition ends
/// outside      | covered                    | inside       | condition ends      | condition holds
/// outside      | not covered                | outside      | holds on            | –
/// </code></summary>
internal sealed class GeofenceEvaluator : IEvaluator
{
    private enum Place : byte
    {
        NeverInside = 0,
        Inside = 1,
        Outside = 2,
    }

    private readonly GeofenceRule rule;
    private readonly ZoneIndex index;
    private readonly Condition[] conditions;
    private readonly Place[] places;
    private readonly List<int> inside = [];
    private readonly List<int> moved = [];
    private readonly List<int> covering = [];
    private readonly Coordinate fix = new(double.NaN, double.NaN);

    /// <param name="scopes">One for each zone of the index, in the same order.</param>
    /// <param name="index">The zones of the rule.</param>
    /// <param name="clock">By which time the moving thing goes.</param>
    public GeofenceEvaluator(IReadOnlyList<ConditionScope> scopes, ZoneIndex index, EventClock clock)
    {
        rule = (GeofenceRule)scopes[0].Rule;
        this.index = index;
        conditions = [.. scopes.Select(scope => new Condition(scope, (byte)(1 << ((int)rule.Level - 1)), clock, this, fix))];
        places = new Place[conditions.Length];
    }

    public ReadOnlySpan<Condition> Conditions => conditions;

    public void OnReading(in Reading reading, ChangeSink sink)
    {
        if (!IsFix(reading))
            return;
        (fix.X, fix.Y) = (reading.Value, reading.Value2);
        Locate();
        foreach (int zone in moved)
            Evaluate(zone, reading.ObservedAtTicks, sink);
    }

    public void OnTimer(Condition condition, long at, ChangeSink sink)
    {
        condition.Elapse(at, sink);
        Evaluate(Array.IndexOf(conditions, condition), at, sink);
    }

    public void OnTimerBeforeReading(Condition condition, long at, ChangeSink sink) => OnTimer(condition, at, sink);

    public void RestartFrame(long at, ChangeSink sink)
    {
        for (int zone = 0; zone < conditions.Length; zone++)
        {
            conditions[zone].RestartFrame();
            Evaluate(zone, at, sink);
        }
    }

    public void Adopt(IEvaluator before)
    {
        if (before is not GeofenceEvaluator same || same.rule.OnExit != rule.OnExit)
            return;
        (fix.X, fix.Y) = (same.fix.X, same.fix.Y);
        for (int zone = 0; zone < conditions.Length; zone++)
        {
            int old = Array.FindIndex(same.conditions, condition => condition.Scope.Key == conditions[zone].Scope.Key);
            if (old < 0)
                continue;
            conditions[zone].Adopt(same.conditions[old]);
            conditions[zone].Due = conditions[zone].NextDelayDue;
            places[zone] = same.places[old];
        }
        ListInside();
    }

    public void WriteState(SnapshotWriter writer)
    {
        writer.Double(fix.X);
        writer.Double(fix.Y);
        foreach (var place in places)
            writer.Byte((byte)place);
    }

    public void ReadState(ref SnapshotReader reader)
    {
        fix.X = reader.Double();
        fix.Y = reader.Double();
        for (int zone = 0; zone < places.Length; zone++)
            places[zone] = (Place)Math.Min(reader.Byte(), (byte)Place.Outside);
        ListInside();
    }

    private static bool IsFix(in Reading reading) =>
        reading.Kind == ReadingKind.Position
        && reading.Quality is Quality.Good or Quality.Estimated or Quality.Suspect
        && Math.Abs(reading.Value) <= 180 && Math.Abs(reading.Value2) <= 90;

    // Only zones near the fix and zones it was in are looked at: it was and is outside all others.
    private void Locate()
    {
        moved.Clear();
        for (int i = inside.Count - 1; i >= 0; i--)
        {
            int zone = inside[i];
            if (index.Zones[zone].Covers(fix) || !HasLeft(zone))
                continue;
            places[zone] = Place.Outside;
            inside.RemoveAt(i);
            moved.Add(zone);
        }
        covering.Clear();
        index.AddCovering(fix.X, fix.Y, covering);
        foreach (int zone in covering)
        {
            if (places[zone] == Place.Inside)
                continue;
            places[zone] = Place.Inside;
            inside.Add(zone);
            moved.Add(zone);
        }
        // The order of what is said must not depend on the order in which zones were entered.
        moved.Sort();
    }

    private bool HasLeft(int zone) =>
        rule.HysteresisMetres == 0 || index.Zones[zone].IsFartherThan(rule.HysteresisMetres, fix);

    private void ListInside()
    {
        inside.Clear();
        for (int zone = 0; zone < places.Length; zone++)
        {
            if (places[zone] == Place.Inside)
                inside.Add(zone);
        }
    }

    private void Evaluate(int zone, long at, ChangeSink sink)
    {
        var condition = conditions[zone];
        bool holds = places[zone] == (rule.OnExit ? Place.Outside : Place.Inside)
            && (rule.Hours is not { } hours || hours.Contains(at));
        var level = holds ? rule.Level : Level.None;
        condition.Apply(at, level, level, sink);
        condition.Due = NextDue(condition, at);
    }

    private long NextDue(Condition condition, long at)
    {
        long due = condition.NextDelayDue;
        // As for thresholds: a place that is held for too long no longer raises when the hours begin.
        if (rule.Hours is { } hours && hours.NextBoundary(at) is var boundary
            && (condition.Level != Level.None || boundary - condition.Clock.LastObserved < LocalHours.HeldValueCounts))
            due = Math.Min(due, boundary);
        return due;
    }
}
