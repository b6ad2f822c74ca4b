namespace SensorGrid.Rules.Conditions;

/// <summary>Which next readings change nothing about conditions: those with a value in [<see cref="Low"/>, <see cref="High"/>] (positions: within the box of
/// longitudes and latitudes) that are stamped before <see cref="Until"/> and come less than <see cref="Gap"/> after the one before. Most readings of a city
/// are such, and then a few compares are all that its rules cost.</summary>
internal struct QuietRange
{
    /// <summary>Holds every finite value, and every position, after any gap.</summary>
    public static QuietRange Everything => new()
    {
        Low = double.MinValue, High = double.MaxValue, South = double.MinValue, North = double.MaxValue, Gap = long.MaxValue, Until = long.MaxValue,
        HoldsNumbers = true, HoldsPositions = true,
    };

    /// <summary>Smallest value, or longitude, that changes nothing.</summary>
    public double Low { get; private set; }

    /// <summary>Largest value, or longitude, that changes nothing.</summary>
    public double High { get; private set; }

    /// <summary>Smallest latitude that changes nothing.</summary>
    public double South { get; private set; }

    /// <summary>Largest latitude that changes nothing.</summary>
    public double North { get; private set; }

    /// <summary>Event time after which the lack of a reading changes something.</summary>
    public long Gap { get; private set; }

    /// <summary>Event time from which on each reading must be seen.</summary>
    public long Until { get; private set; }

    /// <summary>True when a timer is set for an event time that quiet readings do not move: no reading may bring the clock nearer to it unseen.</summary>
    public bool HasTimer { get; private set; }

    /// <summary>True when numbers can be quiet.</summary>
    public bool HoldsNumbers { get; private set; }

    /// <summary>True when positions can be quiet.</summary>
    public bool HoldsPositions { get; private set; }

    /// <summary>Only numbers between these.</summary>
    public void NarrowTo(double low, double high)
    {
        HoldsPositions = false;
        Low = Math.Max(Low, low);
        High = Math.Min(High, high);
    }

    /// <summary>Only positions between these.</summary>
    public void NarrowTo(double west, double east, double south, double north)
    {
        HoldsNumbers = false;
        (Low, High) = (Math.Max(Low, west), Math.Min(High, east));
        (South, North) = (Math.Max(South, south), Math.Min(North, north));
    }

    public void NarrowTo(long gap) => Gap = Math.Min(Gap, gap);

    /// <summary>Only before an event time.</summary>
    public void EndAt(long time) => Until = Math.Min(Until, time);

    /// <summary>Only before the event time of a timer that is set.</summary>
    public void EndAtTimer(long due)
    {
        if (due == long.MaxValue)
            return;
        EndAt(due);
        HasTimer = true;
    }
}
