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
    private double low;
    private double high;
    private long gap;
    private long until;
    // Most that a stamp may be ahead of its arrival: a timer that is set would be due earlier by the clock of one that is more.
    private long mostAhead;
    private bool hasNewer;
    // Null for a datastream whose quiet readings are numbers.
    private QuietPlace? place;
    // Null when the newest reading is all that the evaluators must be told.
    private PendingReadings? pending;

    /// <summary>Stamp of the newest reading.</summary>
    public long ObservedAt { get; private set; }

    /// <summary>Log time at which it came.</summary>
    public long LogTime { get; private set; }

    /// <summary>Its value, or longitude.</summary>
    public double Value { get; private set; }

    /// <summary>Its latitude, or 0.</summary>
    public readonly double Value2 => place?.Latitude ?? 0;

    /// <summary>The gateway, when rules want to know that it is alive.</summary>
    public WatchedGateway? Gateway { get; private set; }

    /// <summary>True while readings are taken; for tests.</summary>
    public readonly bool IsOpen => low <= high;

    /// <summary>Takes readings that change nothing from here on.</summary>
    /// <param name="quiet">Which.</param>
    /// <param name="newest">The newest one, which was evaluated.</param>
    /// <param name="logTime">The log's time now.</param>
    /// <param name="gateway">Whose they are.</param>
    /// <param name="keepEach">True when evaluators must be given each, later.</param>
    public void Open(in QuietRange quiet, in Reading newest, long logTime, WatchedGateway gateway, bool keepEach)
    {
        bool isPosition = newest.Kind == ReadingKind.Position;
        if (!(isPosition ? quiet.HoldsPositions : quiet.HoldsNumbers))
            return;
        if (keepEach)
            pending ??= new();
        else
            pending = null;
        pending?.Clear();
        if (isPosition)
            (place ??= new()).Open(quiet);
        else
            place = null;
        (low, high, gap, until, ObservedAt, hasNewer) = (quiet.Low, quiet.High, quiet.Gap, quiet.Until, newest.ObservedAtTicks, false);
        mostAhead = quiet.HasTimer ? newest.ObservedAtTicks - logTime : long.MaxValue;
        Gateway = gateway.Evaluators.Length > 0 ? gateway : null;
    }

    /// <summary>Takes no reading: each must be evaluated.</summary>
    public void Close() => (low, high, hasNewer) = (double.NaN, double.NaN, false);

    /// <summary>A timer that is set was looked at: it stands by a clock that is so much ahead of the log.</summary>
    public void NarrowTo(long ahead)
    {
        if (mostAhead != long.MaxValue)
            mostAhead = Math.Min(mostAhead, ahead);
    }

    /// <summary>Takes a reading that changes nothing.</summary>
    /// <returns>False when it must be evaluated; nothing is changed then.</returns>
    public bool TryTake(in Reading reading, long logTime)
    {
        // An element that never was opened has a gap of 0.
        long since = reading.ObservedAtTicks - ObservedAt;
        if (since <= 0 || since >= gap || reading.ObservedAtTicks >= until || !(reading.Value >= low && reading.Value <= high)
            || reading.ObservedAtTicks - logTime > mostAhead || (reading.Flags & ReadingFlags.FutureStamp) != 0 || pending is { IsFull: true })
            return false;
        if (place is null)
        {
            if (reading.Value2 != 0 || !NumberReading.IsValue(reading))
                return false;
        }
        else if (!place.TryTake(reading))
        {
            return false;
        }
        pending?.Add(reading.ObservedAtTicks, reading.Value);
        (ObservedAt, LogTime, Value, hasNewer) = (reading.ObservedAtTicks, logTime, reading.Value, true);
        return true;
    }

    /// <summary>The readings to be told, when each is.</summary>
    public readonly PendingReadings? Pending => pending;

    /// <summary>True, once, when the objects do not know the newest reading.</summary>
    public bool TakeNewer()
    {
        bool had = hasNewer;
        hasNewer = false;
        return had;
    }
}

/// <summary>What a <see cref="QuietDatastream"/> of positions needs beside it.</summary>
internal sealed class QuietPlace
{
    private double south;
    private double north;

    /// <summary>Latitude of the newest quiet position.</summary>
    public double Latitude { get; private set; }

    public void Open(in QuietRange quiet) => (south, north) = (quiet.South, quiet.North);

    /// <summary>Takes a position whose longitude is quiet.</summary>
    /// <returns>False when it is not one, or its latitude is not quiet.</returns>
    public bool TryTake(in Reading reading)
    {
        if (reading.Kind != ReadingKind.Position || reading.Quality is not (Quality.Good or Quality.Estimated or Quality.Suspect)
            || !(reading.Value2 >= south && reading.Value2 <= north))
            return false;
        Latitude = reading.Value2;
        return true;
    }
}
