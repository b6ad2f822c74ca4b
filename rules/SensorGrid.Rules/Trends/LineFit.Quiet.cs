using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Trends;

// What can come without the line reaching a limit.
internal sealed partial class LineFit
{
    // Far more than what is worked out is rounded by.
    private const double Rounding = 1e-9;

    /// <summary>Narrows to readings after which the line, drawn on for a time, still lies short of a limit.</summary>
    /// <remarks>
    /// A line through changed readings lies where the line through those of now does, moved by the sum of w(x) e over what was changed: e is how far a reading lies from the line of now, and
    /// w(x) = 1/n + (t - m)(x - m) / S what one at x moves the line at t by (n readings, m the mean of their times, S the sum of the squares around it). Those that stay have no say, because
    /// what is left of them sums to nothing with every straight line. n and S grow with each that comes, m with each that comes or leaves: their bounds are those of the few that stay at least,
    /// alone or with as many as may come at the last moment.
    /// <code>
    /// held  │ x0 … x(l-1)      │ x(l) … newest │ next ones, before x(l) + window │ … + ahead: the limit must not be reached
    ///       │ leave one by one │ stay          │ no more than may be pending     │
    /// </code>
    /// Those k that come, at D after the mean of those n that stay, move the line all the same way: by k/(n+k) of what they lie from it, and by (t - m) a D / (S + a D²) with a = nk/(n+k) for its
    /// slope, which is at most half the root of a/S.</remarks>
    /// <param name="range">Gets narrower.</param>
    /// <param name="limit">The limit.</param>
    /// <param name="direction">From which side it would be reached.</param>
    /// <param name="aheadTicks">How far the line is drawn on.</param>
    /// <param name="least">For how many readings it must still have enough.</param>
    /// <returns>False when each reading must be seen.</returns>
    public bool TryNarrow(ref QuietRange range, double limit, LimitDirection direction, double aheadTicks, int least)
    {
        least = Math.Max(least, 2);
        if (!HasEnough(least) || ring.Room < PendingReadings.Capacity)
            return false;
        int leaving = FindLeaving(least);
        double sign = direction == LimitDirection.Above ? 1 : -1;
        long newest = ring.LastTime, until = ring[leaving].Time + window;
        var (value, slope) = At(newest);
        (value, slope) = (sign * value, sign * slope);

        // Times count from the origin.
        const int coming = PendingReadings.Capacity;
        int staying = ring.Count - leaving;
        double last = newest - origin, end = until - origin, mean = (double)sumOfTimes / ring.Count;
        var (times, squares) = Staying(leaving);
        double spread = (double)((staying * squares) - (times * times)) / staying;
        if (!(spread > 0))
            return false;
        double latestMean = ((double)times + (coming * end)) / (staying + coming);
        double reach = end + aheadTicks - mean;

        double movedByLeaving = 0, strayed = 0, turned = 0;
        for (int i = 0; i < leaving; i++)
        {
            double x = ring[i].Time - origin, from = (sign * ring[i].Value) - (value + (slope * (x - last)));
            strayed += from;
            turned += (x - mean) * from;
            double turn = Math.Max(Math.Abs(turned), Math.Abs(turned - ((latestMean - mean) * strayed)));
            movedByLeaving = Math.Max(movedByLeaving, (Math.Abs(strayed) / staying) + (reach / spread * turn));
        }
        // Those that come after the mean move the line their way: away from the limit they can be as far as they like.
        bool comeAfterMean = last >= latestMean;
        double pull = comeAfterMean ? Pull(end - mean, spread, (double)coming * ring.Count / (coming + ring.Count)) : coming * (end - mean) / spread;
        double movedByComing = ((double)coming / staying) + (reach * pull);

        double lowest = value + Math.Min(0, slope * (end - last)), highest = value + Math.Max(0, slope * (end - last));
        double drawnOn = value + Math.Max(slope * aheadTicks, slope * (end - last + aheadTicks));
        double margin = Rounding * (Math.Abs(limit) + Math.Abs(value)) * (1 + (reach / window));
        double stray = ((sign * limit) - margin - drawnOn - movedByLeaving) / movedByComing;
        double high = Math.Min(lowest + stray, Math.BitDecrement(sign * limit));
        double low = comeAfterMean ? double.MinValue : highest - stray;
        if (!(stray > 0 && low <= high))
            return false;
        if (sign > 0)
            range.NarrowTo(low, high);
        else
            range.NarrowTo(-high, -low);
        range.EndAt(until);
        return true;
    }

    // The largest of a D / (S + a D²) up to a D.
    private static double Pull(double most, double spread, double share) =>
        most * most * share < spread ? share * most / (spread + (share * most * most)) : Math.Sqrt(share / spread) / 2;

    private (Int128 Times, Int128 Squares) Staying(int leaving)
    {
        var (times, squares) = (sumOfTimes, sumOfSquares);
        for (int i = 0; i < leaving; i++)
        {
            long x = ring[i].Time - origin;
            times -= x;
            squares -= (Int128)x * x;
        }
        return (times, squares);
    }

    // As many as may come, as long as enough are left to say something.
    private int FindLeaving(int least)
    {
        int leaving = 0;
        while (leaving < PendingReadings.Capacity && ring.Count - leaving > least && ring.LastTime - ring[leaving + 1].Time >= window / 2)
            leaving++;
        return leaving;
    }
}
