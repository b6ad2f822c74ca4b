namespace SensorGrid.FieldProtocols.Gb26875;

/// <summary>What was made once, by key, up to a number. At the limit, what was not asked for since half of it came is forgotten and made again when
/// it is asked for: memory is bounded, answers do not change. Not thread-safe.</summary>
internal sealed class BoundedMemory<TKey, TValue>(int limit)
    where TKey : struct, IEquatable<TKey>
    where TValue : class
{
    // Two generations: what is asked for moves to the young one; when that is half the limit, it becomes the old one.
    private Dictionary<TKey, TValue> young = [];
    private Dictionary<TKey, TValue> old = [];

    /// <summary>Number of values held.</summary>
    public int Count => young.Count + old.Count;

    /// <summary>The value of a key when it is remembered.</summary>
    public TValue? Find(TKey key)
    {
        if (young.TryGetValue(key, out var value))
            return value;
        if (old.Remove(key, out value))
            Add(key, value);
        return value;
    }

    /// <summary>Remembers a value.</summary>
    public void Add(TKey key, TValue value)
    {
        if (young.Count >= Math.Max(1, limit / 2))
        {
            (young, old) = (old, young);
            young.Clear();
        }
        young.Add(key, value);
    }
}
