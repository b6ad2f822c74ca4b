using System.Collections;

namespace SensorGrid.Readings.Catalogue;

/// <summary>Things of the catalogue in the order declared, found by id. Immutable.</summary>
/// <typeparam name="T">Kind of thing.</typeparam>
public sealed class CatalogueSet<T> : IReadOnlyList<T>
    where T : class
{
    private readonly T[] items;
    private readonly Dictionary<string, T> byId;

    internal CatalogueSet(IEnumerable<T> items, Func<T, string> id)
    {
        this.items = [.. items];
        byId = this.items.ToDictionary(id, StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public int Count => items.Length;

    /// <inheritdoc/>
    public T this[int index] => items[index];

    /// <summary>The thing with this id, or null.</summary>
    public T? Find(string id) => byId.GetValueOrDefault(id);

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => items.GetEnumerator();
}
