using System.Diagnostics.CodeAnalysis;

namespace SensorGrid.Ingest.Sources.Mqtt.Sessions;

/// <summary>Things that become due, each under a number. Not thread-safe: belongs to a lock of its owner.</summary>
internal sealed class Deadlines<T>
    where T : class
{
    private readonly SortedSet<(long DueTicks, long Id)> order = [];
    private readonly Dictionary<long, (long DueTicks, T Item)> items = [];

    public int Count => items.Count;

    /// <summary>When the next one is due; <see cref="long.MaxValue"/> when there is none.</summary>
    public long NextDueTicks => order.Count == 0 ? long.MaxValue : order.Min.DueTicks;

    /// <summary>Sets or moves one.</summary>
    public void Set(long id, long dueTicks, T item)
    {
        Cancel(id);
        order.Add((dueTicks, id));
        items.Add(id, (dueTicks, item));
    }

    /// <summary>When one is due; 0 when there is none with this number.</summary>
    public long DueTicksOf(long id) => items.TryGetValue(id, out var entry) ? entry.DueTicks : 0;

    /// <returns>False when there is none with this number, or it was taken.</returns>
    public bool Cancel(long id)
    {
        if (!items.Remove(id, out var entry))
            return false;
        order.Remove((entry.DueTicks, id));
        return true;
    }

    /// <summary>Takes the one that is due longest.</summary>
    public bool TryTakeDue(long nowTicks, [NotNullWhen(true)] out T? item)
    {
        item = null;
        if (NextDueTicks > nowTicks)
            return false;
        long id = order.Min.Id;
        item = items[id].Item;
        return Cancel(id);
    }
}
