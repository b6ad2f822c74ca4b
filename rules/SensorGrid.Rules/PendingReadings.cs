namespace SensorGrid.Rules;

/// <summary>Quiet readings of one datastream that its windows have not been given yet. A few at once cost the windows' memory to be fetched once, and the sums of
/// a window can only grow by so much until it is looked at again.</summary>
internal sealed class PendingReadings
{
    /// <summary>Most readings between two looks at the windows.</summary>
    public const int Capacity = 16;

    private readonly long[] times = new long[Capacity];
    private readonly double[] values = new double[Capacity];
    private int taken;
    private int given;

    public bool IsFull => taken == Capacity;

    /// <summary>Begins anew: the windows have been looked at.</summary>
    public void Clear() => taken = given = 0;

    public void Add(long time, double value)
    {
        times[taken] = time;
        values[taken++] = value;
    }

    /// <summary>Those that have not been given, once. What was given still counts until <see cref="Clear"/>.</summary>
    public void Give(out ReadOnlySpan<long> ofTimes, out ReadOnlySpan<double> ofValues)
    {
        ofTimes = times.AsSpan(given, taken - given);
        ofValues = values.AsSpan(given, taken - given);
        given = taken;
    }
}
