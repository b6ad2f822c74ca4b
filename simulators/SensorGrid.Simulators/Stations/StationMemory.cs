namespace SensorGrid.Simulators.Stations;

/// <summary>What a station has measured and keeps in itself, by time: outlives its restarts, answers its centre's questions, and is what a test compares with.</summary>
public sealed class StationMemory
{
    private readonly SortedDictionary<long, double> values = [];
    private readonly SortedSet<long> pending = [];
    private readonly Lock gate = new();
    private int numbers;

    /// <summary>Keeps a value.</summary>
    public void Keep(long observedAtTicks, double value)
    {
        lock (gate)
            values[observedAtTicks] = value;
    }

    /// <summary>Number for the next exchange; counts on over a restart.</summary>
    public int TakeNumber() => Interlocked.Increment(ref numbers);

    /// <summary>Values whose report was not acknowledged, of a station that keeps its reports over a restart.</summary>
    public int PendingCount
    {
        get
        {
            lock (gate)
                return pending.Count;
        }
    }

    /// <summary>A value is to be reported.</summary>
    public void Pend(long observedAtTicks)
    {
        lock (gate)
            pending.Add(observedAtTicks);
    }

    /// <summary>The oldest value that is to be reported.</summary>
    public bool TryPeekPending(out long observedAtTicks)
    {
        lock (gate)
        {
            observedAtTicks = pending.Min;
            return pending.Count > 0;
        }
    }

    /// <summary>Its report was acknowledged.</summary>
    public void Acknowledged(long observedAtTicks)
    {
        lock (gate)
            pending.Remove(observedAtTicks);
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
