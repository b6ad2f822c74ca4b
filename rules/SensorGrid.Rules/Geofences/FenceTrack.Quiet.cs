using SensorGrid.Rules.Conditions;

namespace SensorGrid.Rules.Geofences;

// Where the thing can be next without anything being different.
internal sealed partial class FenceTrack
{
    // A box that a fence's side crosses is halved so often.
    private const int MostHalvings = 6;

    /// <summary>Narrows to a box around the newest fix in which it is inside of the same fences, all of them covering it.</summary>
    /// <returns>False when the next fix must be seen, wherever it is.</returns>
    public bool TryNarrow(ref QuietRange range)
    {
        if (!HasFix || unplaced.Count + counting.Count + ended.Count > 0 || closings.Length > 0 || !Index.TryFindBox(Fix.X, Fix.Y, out var whole, out var near))
            return false;
        foreach (int zone in inside)
        {
            if (places[zone].IsCounting)
                return false;
        }
        var (width, height) = (whole.East - whole.West, whole.North - whole.South);
        var box = whole;
        for (int halved = 0; halved <= MostHalvings; halved++)
        {
            if (IsSameIn(box, near, out int covered))
            {
                // Within the margin of a fence that does not cover it, only the distance says that it is still inside.
                if (covered != inside.Count)
                    return false;
                range.NarrowTo(box.West, box.East, box.South, box.North);
                return true;
            }
            (width, height) = (width / 2, height / 2);
            box = whole.Around(Fix.X, Fix.Y, width, height);
        }
        return false;
    }

    /// <summary>Takes the newest of the fixes that were not seen.</summary>
    public void CatchUp(double x, double y, long at) => (Fix.X, Fix.Y, FixAt) = (x, y, at);

    private bool IsSameIn(in MapBox box, ReadOnlySpan<int> near, out int covered)
    {
        covered = 0;
        foreach (int entry in near)
        {
            var place = places[entry >> 1].Place;
            if (place == Place.NoFence)
                continue;
            var part = (entry & 1) != 0 ? FencePart.Inside : Index.Zones[entry >> 1].Classify(box);
            if (part != (place == Place.Inside ? FencePart.Inside : FencePart.Outside))
                return false;
            covered += part == FencePart.Inside ? 1 : 0;
        }
        return true;
    }
}
