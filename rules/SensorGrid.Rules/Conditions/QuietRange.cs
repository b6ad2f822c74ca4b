namespace SensorGrid.Rules.Conditions;

/// <summary>Which next readings change nothing about conditions: those with a value in [<see cref="Low"/>, <see cref="High"/>] that come less
/// than <see cref="Gap"/> after the one before. Most readings of a city are such, and then a few compares are all that its rules cost.</summary>
internal struct QuietRange
{
    /// <summary>Holds every finite value after any gap.</summary>
    public static QuietRange Everything => new() { Low = double.MinValue, High = double.MaxValue, Gap = long.MaxValue };

    /// <summary>Holds nothing.</summary>
    public static QuietRange Nothing => new() { Low = double.NaN, High = double.NaN };

    /// <summary>Smallest value that changes nothing.</summary>
    public double Low { get; private set; }

    /// <summary>Largest value that changes nothing.</summary>
    public double High { get; private set; }

    /// <summary>Event time after which the lack of a reading changes something.</summary>
    public long Gap { get; private set; }

    public readonly bool Holds(double value) => value >= Low && value <= High;

    public void NarrowTo(double low, double high)
    {
        Low = Math.Max(Low, low);
        High = Math.Min(High, high);
    }

    public void NarrowTo(long gap) => Gap = Math.Min(Gap, gap);
}
