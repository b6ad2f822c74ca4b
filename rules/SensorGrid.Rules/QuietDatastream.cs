using SensorGrid.Readings;
using SensorGrid.Rules.Conditions;

namespace SensorGrid.Rules;

/// <summary>
/// Which readings of one datastream change nothing but the time, and the newest of them: one element of a dense array, so that such a reading
/// touches neither the datastream's clock nor its evaluators, which lie spread over the heap.
/// <code>
/// closed ─(a reading was evaluated, and all conditions rest)─► open ─(quiet reading)─► open, with a newest reading that the objects do not know
/// open   ─(anybody looks at the objects)─► settled: they are told of the newest reading
/// open   ─(so many that windows must be looked at, another reading, a timer that fires, start, clock step, other rules)─► settled, closed
/// </code>
/// While it is open the clock is in step with the log (not ahead, in no doubt, nothing missed since), so the newest reading is all there is to tell.
/// </summary>
internal struct QuietDatastream
{
    private QuietRange range;
    private bool hasNewer;
    // Null when the newest reading is all that the evaluators must be told.
    private PendingReadings? pending;

    /// <summary>Stamp of the newest reading.</summary>
    public long ObservedAt { get; private set; }

    /// <summary>Log time at which it came.</summary>
    public long LogTime { get; private set; }

    /// <summary>Its value.</summary>
    public double Value { get; private set; }

    /// <summary>The gateway, when rules want to know that it is alive.</summary>
    public WatchedGateway? Gateway { get; private set; }

    /// <summary>True while readings are taken; for tests.</summary>
    public readonly bool IsOpen => range.Low <= range.High;

    /// <summary>Takes readings that change nothing from here on.</summary>
    public void Open(QuietRange quiet, long newestObservedAt, WatchedGateway gateway, bool keepEach)
    {
        if (keepEach)
            pending ??= new();
        else
            pending = null;
        pending?.Clear();
        (range, ObservedAt, hasNewer) = (quiet, newestObservedAt, false);
        Gateway = gateway.Evaluators.Length > 0 ? gateway : null;
    }

    /// <summary>Takes no reading: each must be evaluated.</summary>
    public void Close() => (range, hasNewer) = (QuietRange.Nothing, false);

    /// <summary>Takes a reading that changes nothing.</summary>
    /// <returns>False when it must be evaluated; nothing is changed then.</returns>
    public bool TryTake(in Reading reading, long logTime)
    {
        // An element that never was opened has a gap of 0.
        long gap = reading.ObservedAtTicks - ObservedAt;
        if (gap <= 0 || gap >= range.Gap || !range.Holds(reading.Value)
            || (reading.Flags & ReadingFlags.FutureStamp) != 0 || reading.Value2 != 0 || !NumberReading.IsValue(reading))
            return false;
        if (pending is not null)
        {
            if (pending.IsFull)
                return false;
            pending.Add(reading.ObservedAtTicks, reading.Value);
        }
        (ObservedAt, LogTime, Value, hasNewer) = (reading.ObservedAtTicks, logTime, reading.Value, true);
        return true;
    }

    /// <summary>The readings to be told, when each is.</summary>
    public PendingReadings? Pending => pending;

    /// <summary>True, once, when the objects do not know the newest reading.</summary>
    public bool TakeNewer()
    {
        bool had = hasNewer;
        hasNewer = false;
        return had;
    }
}
