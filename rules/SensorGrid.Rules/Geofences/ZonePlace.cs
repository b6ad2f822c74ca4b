namespace SensorGrid.Rules.Geofences;

/// <summary>How a moving thing lies to a fence.</summary>
internal enum Place : byte
{
    /// <summary>No fix has said it yet.</summary>
    Unplaced = 0,
    Inside = 1,
    Outside = 2,

    /// <summary>The fence is not in force.</summary>
    NoFence = 3,
}

/// <summary>Where one moving thing is, seen from one fence, and how it came there. Inside includes the boundary. Once inside, it is outside only
/// when farther away than the hysteresis; once outside, it is inside as soon as the fence covers it. Another side counts after so many fixes
/// there in a row, with none on this side between them.
/// <code>
/// is       | fix                         | after enough in a row
/// unplaced | covered / not covered       | inside / outside; nothing was crossed
/// inside   | covered, or within margin   | – (the row ends)
/// inside   | not covered, beyond margin  | outside, crossed
/// outside  | covered                     | inside, crossed
/// outside  | not covered                 | – (the row ends)
/// no fence | any                         | –
/// </code></summary>
internal struct ZonePlace
{
    public Place Place;

    /// <summary>True when it came here by crossing the boundary, of itself or because the fence moved.</summary>
    public bool Crossed;

    /// <summary>Fixes in a row that would put it elsewhere; of an unplaced thing, negative for outside.</summary>
    public short Row;

    /// <summary>Event time since which it is here.</summary>
    public long Since;

    /// <summary>True when fixes in a row are being counted, which the next fix may end.</summary>
    public readonly bool IsCounting => Row != 0;

    /// <summary>Takes a fix of an unplaced thing.</summary>
    /// <returns>True when it has a place now.</returns>
    public bool Settle(bool covered, int fixes, long at)
    {
        Row = covered ? (short)Math.Max(Row + 1, 1) : (short)Math.Min(Row - 1, -1);
        if (Math.Abs(Row) < fixes)
            return false;
        MoveTo(covered ? Place.Inside : Place.Outside, crossed: false, at);
        return true;
    }

    /// <summary>Takes a fix on the other side.</summary>
    /// <returns>True when it has crossed.</returns>
    public bool Cross(int fixes, long at)
    {
        if (++Row < fixes)
            return false;
        MoveTo(Place == Place.Inside ? Place.Outside : Place.Inside, crossed: true, at);
        return true;
    }

    /// <summary>Takes a fix on this side.</summary>
    public void Stay() => Row = 0;

    public void MoveTo(Place place, bool crossed, long at) => (Place, Crossed, Row, Since) = (place, crossed, 0, at);
}
