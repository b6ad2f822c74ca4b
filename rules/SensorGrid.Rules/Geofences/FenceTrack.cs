using NetTopologySuite.Geometries;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Geofences;

/// <summary>Where one moving thing is, seen from the fences of one rule: fixes in, the fences for which something is different out. Only
/// fences near the fix, those it is in and those with fixes in a row are looked at: it was and is outside all others.</summary>
internal sealed partial class FenceTrack
{
    private readonly GeofenceRule rule;
    private readonly ZonePlace[] places;
    // Empty unless the rule asks for distances.
    private readonly Closing[] closings;
    private readonly List<int> inside = [];
    private readonly List<int> unplaced = [];
    // Outside, with fixes inside in a row.
    private readonly List<int> counting = [];
    // The distance to these is known.
    private readonly List<int> measured = [];
    // Ended while it was inside, with no fix since.
    private readonly List<int> ended = [];
    private readonly List<int> moved = [];
    private readonly List<int> covering = [];
    private readonly List<int> near = [];
    // Up to when fences were seen to begin and end.
    private long followedTo = long.MinValue;

    public FenceTrack(GeofenceRule rule, ZoneIndex index)
    {
        (this.rule, Index) = (rule, index);
        places = new ZonePlace[Index.Zones.Length];
        closings = new Closing[rule.On == FenceTrigger.Approach ? places.Length : 0];
        Array.Fill(closings, Closing.Unknown);
        ListPlaces();
    }

    /// <summary>The newest fix; not a number before the first.</summary>
    public Coordinate Fix { get; } = new(double.NaN, double.NaN);

    /// <summary>Event time of the newest fix.</summary>
    public long FixAt { get; private set; }

    public bool HasFix => !double.IsNaN(Fix.X);

    public ZoneIndex Index { get; private set; }

    public ref readonly ZonePlace this[int zone] => ref places[zone];

    public ref readonly Closing DistanceOf(int zone) => ref closings[zone];

    public FenceValidity ValidityOf(int zone) => Index.Zones[zone].Validity;

    /// <summary>Takes a fix that is newer than all before.</summary>
    /// <returns>The fences for which something is different, in rising order.</returns>
    public List<int> Take(double x, double y, long at)
    {
        bool isFirst = !HasFix;
        (Fix.X, Fix.Y, FixAt) = (x, y, at);
        moved.Clear();
        if (isFirst)
            LeaveOutFencesNotInForce(at);
        moved.AddRange(ended);
        foreach (int zone in ended)
            places[zone].Crossed = false;
        ended.Clear();
        covering.Clear();
        Index.AddCovering(x, y, covering);
        // Each of these lists is done before the next, so a fence that has just changed lists is not looked at twice.
        int settled = unplaced.Count;
        StayOrLeave(at);
        KeepCounting();
        Enter(at);
        SettleUnplaced(settled, at);
        if (closings.Length > 0)
            Measure();
        // The order of what is said must not depend on the order in which fences were entered.
        moved.Sort();
        return moved;
    }

    private void LeaveOutFencesNotInForce(long at)
    {
        for (int i = unplaced.Count - 1; i >= 0; i--)
        {
            int zone = unplaced[i];
            if (ValidityOf(zone).IsAlways)
                continue;
            // It will begin or end some time, which somebody has to wait for.
            moved.Add(zone);
            if (ValidityOf(zone).Contains(at))
                continue;
            places[zone].MoveTo(Place.NoFence, crossed: false, at);
            unplaced.RemoveAt(i);
        }
    }

    private void StayOrLeave(long at)
    {
        for (int i = inside.Count - 1; i >= 0; i--)
        {
            int zone = inside[i];
            if (IsCovering(zone) || !IsBeyondMargin(zone))
            {
                places[zone].Stay();
            }
            else if (places[zone].Cross(rule.MinimumFixes, at))
            {
                inside.RemoveAt(i);
                moved.Add(zone);
                if (closings.Length > 0)
                    closings[zone] = Closing.Unknown;
            }
        }
    }

    private void KeepCounting()
    {
        for (int i = counting.Count - 1; i >= 0; i--)
        {
            if (IsCovering(counting[i]))
                continue;
            places[counting[i]].Stay();
            counting.RemoveAt(i);
        }
    }

    private void Enter(long at)
    {
        foreach (int zone in covering)
        {
            if (places[zone].Place != Place.Outside)
                continue;
            if (!places[zone].IsCounting)
                counting.Add(zone);
            if (!places[zone].Cross(rule.MinimumFixes, at))
                continue;
            counting.Remove(zone);
            inside.Add(zone);
            moved.Add(zone);
        }
    }

    private void SettleUnplaced(int count, long at)
    {
        for (int i = count - 1; i >= 0; i--)
        {
            int zone = unplaced[i];
            if (!places[zone].Settle(IsCovering(zone), rule.MinimumFixes, at))
                continue;
            unplaced.RemoveAt(i);
            moved.Add(zone);
            if (places[zone].Place == Place.Inside)
                inside.Add(zone);
        }
    }

    private void Measure()
    {
        near.Clear();
        Index.Near!.AddNear(Fix.X, Fix.Y, near);
        for (int i = measured.Count - 1; i >= 0; i--)
        {
            if (near.BinarySearch(measured[i]) >= 0)
                continue;
            TakeDistance(measured[i], double.PositiveInfinity);
            measured.RemoveAt(i);
        }
        foreach (int zone in near)
            Measure(zone);
        // What has just been placed, and is not near, is known to be far.
        foreach (int zone in moved)
        {
            if (places[zone].Place == Place.Outside && double.IsNaN(closings[zone].Turn))
                closings[zone].TakeFar();
        }
    }

    private void Measure(int zone)
    {
        if (places[zone].Place != Place.Outside)
        {
            closings[zone] = Closing.Unknown;
            measured.Remove(zone);
            return;
        }
        if (!double.IsFinite(closings[zone].Turn))
            measured.Add(zone);
        TakeDistance(zone, DistanceTo(zone));
    }

    private void TakeDistance(int zone, double metres)
    {
        if (double.IsPositiveInfinity(metres))
            closings[zone].TakeFar();
        else
            closings[zone].Take(metres, rule.HysteresisMetres);
        if (!moved.Contains(zone))
            moved.Add(zone);
    }

    private double DistanceTo(int zone) => Index.Zones[zone].DistanceMetres(Fix);

    private bool IsCovering(int zone) => covering.BinarySearch(zone) >= 0;

    private bool IsBeyondMargin(int zone) =>
        rule.HysteresisMetres == 0 || Index.Zones[zone].IsFartherThan(rule.HysteresisMetres, Fix);
}
