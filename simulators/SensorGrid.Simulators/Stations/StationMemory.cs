namespace SensorGrid.Simulators.Stations;

/// <summary>What a station has measured and keeps in itself, by time: outlives its restarts, answers its centre's questions, and is what a test compares with.</summary>
public sealed class StationMemory
{
    private readonly SortedDictionary<long, double> values = [];
    private readonly Lock gate = new();

    /// <summary>Keeps a value.</summary>
    public void Keep(long observedAtTicks, double value)
    {
        lock (gate)
            values[observedAtTicks] = value;
    }

    /// <summary>The value of a time; null when it measured nothing then.</summary>
    public double? At(long observedAtTicks)
    {
        lock (gate)
            return values.TryGetValue(observedAtTicks, out double value) ? value : null;
    }

    /// <summary>What was measured in a time, the oldest first.</summary>
    /// <param name="fromTicks">From, inclusive.</param>
    /// <param name="untilTicks">Until, inclusive.</param>
    public IReadOnlyList<KeyValuePair<long, double>> Between(long fromTicks, long untilTicks)
    {
        lock (gate)
            return [.. values.Where(value => value.Key >= fromTicks && value.Key <= untilTicks)];
    }
}
