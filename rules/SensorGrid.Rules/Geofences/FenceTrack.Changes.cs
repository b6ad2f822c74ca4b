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

    /// <summary>Puts one fence elsewhere. What the newest fix was inside of and is not any more has left it, as if it had moved itself; what it is inside of now
    /// has been entered. How many fixes in a row a crossing takes is no matter: it is not the fix that is in doubt.</summary>
    /// <param name="moved">The fences with the new one among them.</param>
    /// <param name="zone">Which it is.</param>
    /// <param name="at">Event time.</param>
    /// <param name="fixCounts">False when the newest fix is too old to say where the asset is: then its next fix crosses.</param>
    public void MoveFence(ZoneIndex moved, int zone, long at, bool fixCounts)
    {
        Index = moved;
        FollowValidity(zone, at, fixCounts);
        if (!HasFix || !fixCounts || places[zone].Place is not (Place.Inside or Place.Outside))
            return;
        bool covers = Index.Zones[zone].Covers(Fix);
        counting.Remove(zone);
        places[zone].Stay();
        if (places[zone].Place == Place.Outside && covers)
        {
            places[zone].MoveTo(Place.Inside, crossed: true, at);
            inside.Add(zone);
        }
        else if (places[zone].Place == Place.Inside && !covers && IsBeyondMargin(zone))
        {
            places[zone].MoveTo(Place.Outside, crossed: true, at);
            inside.Remove(zone);
        }
        if (closings.Length == 0)
            return;
        if (places[zone].Place == Place.Outside)
        {
            MeasureAtRest(zone);
            return;
        }
        closings[zone] = Closing.Unknown;
        measured.Remove(zone);
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
            bool covers = Index.Zones[zone].Covers(Fix);
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
        Index.Near!.AddNear(Fix.X, Fix.Y, near);
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
