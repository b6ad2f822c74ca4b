using SensorGrid.Readings.Units;

namespace SensorGrid.Readings.Catalogue;

/// <summary>Joins one catalogue version to the dense numbers of a table of datastreams: a look-up in an array for every reading.
/// Grows as the table does. Not thread-safe: each follower has its own, because each is at its own place in the log.</summary>
public sealed class CatalogueBinding
{
    private readonly DatastreamTable table;
    private DatastreamDefinition?[] definitions = [];
    // What most numbers have to be compared with, in one place for each datastream.
    private UsualNumbers[] usual = [];
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

    /// <summary>True when a number is as sent what the catalogue expects: in its unit or with none given, within the valid range, no sentinel. Then its unit is the catalogue's
    /// and all else is right as it is.</summary>
    /// <param name="reading">A number.</param>
    /// <param name="unit">The catalogue's unit.</param>
    internal bool IsAsExpected(in Reading reading, out byte unit)
    {
        if ((uint)reading.Datastream.Value >= (uint)bound)
            Grow(reading.Datastream);
        ref readonly var numbers = ref usual[reading.Datastream.Value];
        unit = numbers.Unit;
        return reading.Value >= numbers.Minimum && reading.Value <= numbers.Maximum && (reading.Unit == numbers.Unit || reading.Unit == UnitRegistry.None) && double.IsFinite(reading.Value);
    }

    private void Grow(DatastreamIndex wanted)
    {
        int count = table.Count;
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)wanted.Value, (uint)count, nameof(wanted));
        if (definitions.Length < count)
        {
            Array.Resize(ref definitions, Math.Max(count, definitions.Length * 2));
            Array.Resize(ref usual, definitions.Length);
        }
        for (; bound < count; bound++)
        {
            definitions[bound] = Catalogue.Find(table.KeyOf(new(bound)));
            usual[bound] = UsualNumbers.Of(definitions[bound]);
        }
    }

    /// <summary>Numbers that need no more than a look: none at all for a datastream with sentinels, or with a unit that SenML does not have.</summary>
    private readonly record struct UsualNumbers(double Minimum, double Maximum, byte Unit)
    {
        private static UsualNumbers None => new(double.NaN, double.NaN, UnitRegistry.None);

        public static UsualNumbers Of(DatastreamDefinition? definition) => definition switch
        {
            null => new(double.NegativeInfinity, double.PositiveInfinity, UnitRegistry.None),
            { Missing.Count: > 0 } or { Unit: UnitRegistry.Unknown } => None,
            _ => new(definition.Minimum ?? double.NegativeInfinity, definition.Maximum ?? double.PositiveInfinity, definition.Unit),
        };
    }
}
