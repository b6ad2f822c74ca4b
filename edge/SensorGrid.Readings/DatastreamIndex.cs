namespace SensorGrid.Readings;

/// <summary>Dense number of a datastream in one <see cref="DatastreamTable"/>: 0, 1, 2 … Means nothing outside the process
/// that assigned it, unless the table was restored from stored keys.</summary>
/// <param name="Value">Position in every per-datastream array.</param>
public readonly record struct DatastreamIndex(int Value) : IComparable<DatastreamIndex>
{
    /// <inheritdoc/>
    public int CompareTo(DatastreamIndex other) => Value.CompareTo(other.Value);

    /// <summary>Orders by number.</summary>
    public static bool operator <(DatastreamIndex left, DatastreamIndex right) => left.Value < right.Value;

    /// <summary>Orders by number.</summary>
    public static bool operator >(DatastreamIndex left, DatastreamIndex right) => left.Value > right.Value;

    /// <summary>Orders by number.</summary>
    public static bool operator <=(DatastreamIndex left, DatastreamIndex right) => left.Value <= right.Value;

    /// <summary>Orders by number.</summary>
    public static bool operator >=(DatastreamIndex left, DatastreamIndex right) => left.Value >= right.Value;
}
