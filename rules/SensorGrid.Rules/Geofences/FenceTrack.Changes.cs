namespace SensorGrid.Rules.Geofences;

// What happens to fences while their asset stands still.
internal sealed partial class FenceTrack
{
    /// <summary>Notices that a fence has come into force or ended. What is inside one that comes into force was entered by it.</summary>
    /// <param name="zone">The fence.</param>
    /// <param name="at">Event time.</param>
    /// <param name="fixCounts">False when the newest fix is too old to say where the asset is.</param>
    public void FollowValidity(int zone, long at, bool fixCounts)
    {
        followedTo = Math.Max(followedTo, at);
        bool isInForce = ValidityOf(zone).Contains(followedTo);
        if (!HasFix || isInForce == (places[zone].Place != Place.NoFence))
            return;
        if (isInForce)
            Begin(zone, at, fixCounts);
        else
            End(zone, at);
    }

    /// <summary>When the fence begins or ends next, seen from an event time; that time when it has already and nobody has been told.</summary>
    public long NextChangeOfValidity(int zone, long at)
    {
        // A fix may be older than a timer that has fired already. What was said of the fence then stays said.
        at = Math.Max(at, followedTo);
        var validity = ValidityOf(zone);
        bool isKnown = !HasFix || validity.Contains(at) == (places[zone].Place != Place.NoFence);
        return isKnown ? validity.NextBoundary(at) : at;
    }

    /// <summary>The clock was set: what had lasted begins again.</summary>
    public void RestartFrame(long at)
    {
        (FixAt, followedTo) = (at, at);
        foreach (ref var place in places.AsSpan())
            place.Since = at;
    }

    private void Begin(int zone, long at, bool fixCounts)
    {
        ended.Remove(zone);
        places[zone].MoveTo(Place.Unplaced, crossed: false, at);
        if (fixCounts)
        {
            bool covers = index.Zones[zone].Covers(Fix);
            places[zone].MoveTo(covers ? Place.Inside : Place.Outside, crossed: covers, at);
        }
        switch (places[zone].Place)
        {
            case Place.Inside:
                inside.Add(zone);
                break;
            case Place.Unplaced:
                unplaced.Add(zone);
                break;
        }
        if (closings.Length > 0 && places[zone].Place == Place.Outside)
            MeasureAtRest(zone);
    }

    private void End(int zone, long at)
    {
        bool exits = rule.ExitsWhenFenceEnds && (places[zone].Place == Place.Inside || (places[zone].Place == Place.Outside && places[zone].Crossed));
        inside.Remove(zone);
        unplaced.Remove(zone);
        counting.Remove(zone);
        measured.Remove(zone);
        places[zone].MoveTo(Place.NoFence, exits, at);
        if (exits)
            ended.Add(zone);
        if (closings.Length > 0)
            closings[zone] = Closing.Unknown;
    }

    private void MeasureAtRest(int zone)
    {
        near.Clear();
        index.Near!.AddNear(Fix.X, Fix.Y, near);
        if (near.BinarySearch(zone) < 0)
        {
            closings[zone].TakeFar();
            measured.Remove(zone);
            return;
        }
        if (!double.IsFinite(closings[zone].Turn))
            measured.Add(zone);
        closings[zone].Take(DistanceTo(zone), rule.HysteresisMetres);
    }

    private void ListPlaces()
    {
        foreach (var list in (List<int>[])[inside, unplaced, counting, measured, ended])
            list.Clear();
        for (int zone = 0; zone < places.Length; zone++)
        {
            ref readonly var place = ref places[zone];
            switch (place.Place)
            {
                case Place.Inside:
                    inside.Add(zone);
                    break;
                case Place.Unplaced:
                    unplaced.Add(zone);
                    break;
                case Place.Outside when place.IsCounting:
                    counting.Add(zone);
                    break;
                case Place.NoFence when place.Crossed:
                    ended.Add(zone);
                    break;
            }
            if (closings.Length > 0 && double.IsFinite(closings[zone].Turn))
                measured.Add(zone);
        }
    }
}
