using SensorGrid.Rules.Model;
using SensorGrid.Rules.Snapshots;

namespace SensorGrid.Rules.Windows;

/// <summary>The share of the window that has data, 0 to 1. Each reading in the window vouches for the time since the one before it, at most for one
/// expected interval: a burst after a gap does not fill the gap, and readings twice as often as expected are not twice the data.</summary>
internal sealed class CoverageWindow : IWindow
{
    private readonly WindowSpan span;
    private readonly bool isAligned;
    private readonly long interval;
    // With each time, for how many ticks its reading vouches: whole numbers, so their doubles are exact.
    private readonly ReadingRing ring;
    private long vouched;

    public CoverageWindow(ValueExpression expression, int maxReadings = SlidingWindow.MaxReadings)
    {
        span = new(expression);
        isAligned = expression.Window != WindowKind.Sliding;
        interval = Math.Min(expression.PerTicks, expression.WindowTicks);
        ring = new(maxReadings);
    }

    public double Value => Math.Min(1, (double)vouched / span.Length);

    public long NextExpiry => ring.Count == 0 ? long.MaxValue : span.LeavesAt(ring.FirstTime);

    public bool Add(long time, double value)
    {
        ExpireAt(time);
        // Without a reading in the window the one before is further back than an interval, or there is none.
        long share = ring.Count == 0 ? interval : Math.Min(interval, time - ring.LastTime);
        if (isAligned)
            share = Math.Min(share, time - span.StartAt(time));
        bool room = !ring.IsFull;
        if (!room)
            RemoveFirst();
        ring.AddLast(time, share);
        vouched += share;
        return room;
    }

    public bool AddLate(long time, double value, long now)
    {
        if (ring.IsFull || time <= span.StartAt(now) || !ring.TryFindPlace(time, out int place))
            return false;
        ring.Insert(place, time, 0);
        Vouch(place);
        if (place + 1 < ring.Count)
            Vouch(place + 1);
        return true;
    }

    public void ExpireAt(long time)
    {
        long start = span.StartAt(time);
        while (ring.Count > 0 && ring.FirstTime <= start)
            RemoveFirst();
    }

    public void ForgetFrom(long time)
    {
        while (ring.Count > 0 && ring.LastTime >= time)
        {
            vouched -= (long)ring.LastValue;
            ring.RemoveLast();
        }
    }

    public void WriteTo(SnapshotWriter writer) => ring.WriteTo(writer);

    public void ReadFrom(ref SnapshotReader reader)
    {
        ring.ReadFrom(ref reader);
        vouched = 0;
        for (int i = 0; i < ring.Count; i++)
            vouched += (long)ring[i].Value;
    }

    // Says anew for how long the reading at a place vouches.
    private void Vouch(int place)
    {
        var (time, before) = ring[place];
        long share = place == 0 ? interval : Math.Min(interval, time - ring[place - 1].Time);
        if (isAligned)
            share = Math.Min(share, time - span.StartAt(time));
        vouched += share - (long)before;
        ring.SetValue(place, share);
    }

    private void RemoveFirst()
    {
        vouched -= (long)ring.FirstValue;
        ring.RemoveFirst();
    }
}
