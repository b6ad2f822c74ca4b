namespace SensorGrid.Readings.Catalogue;

/// <summary>Joins one catalogue version to the dense numbers of a table of datastreams: a look-up in an array for every reading.
/// Grows as the table does. Not thread-safe: each follower has its own, because each is at its own place in the log.</summary>
public sealed class CatalogueBinding
{
    private readonly DatastreamTable table;
    private DatastreamDefinition?[] definitions = [];
    private int bound;

    /// <param name="catalogue">The version in force.</param>
    /// <param name="table">Who gives the numbers.</param>
    public CatalogueBinding(CityCatalogue catalogue, DatastreamTable table)
    {
        ArgumentNullException.ThrowIfNull(catalogue);
        ArgumentNullException.ThrowIfNull(table);
        Catalogue = catalogue;
        this.table = table;
    }

    /// <summary>The catalogue version bound.</summary>
    public CityCatalogue Catalogue { get; }

    /// <summary>What the catalogue knows of a datastream; null when it is not assigned.</summary>
    public DatastreamDefinition? this[DatastreamIndex index]
    {
        get
        {
            if ((uint)index.Value >= (uint)bound)
                Grow(index);
            return definitions[index.Value];
        }
    }

    private void Grow(DatastreamIndex wanted)
    {
        int count = table.Count;
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)wanted.Value, (uint)count, nameof(wanted));
        if (definitions.Length < count)
            Array.Resize(ref definitions, Math.Max(count, definitions.Length * 2));
        for (; bound < count; bound++)
            definitions[bound] = Catalogue.Find(table.KeyOf(new(bound)));
    }
}
