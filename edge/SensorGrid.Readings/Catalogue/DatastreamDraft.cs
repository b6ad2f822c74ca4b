using SensorGrid.Readings.Geodesy;
using SensorGrid.Readings.Yaml;

namespace SensorGrid.Readings.Catalogue;

/// <summary>A datastream as declared: its own values are read; what it refers to may be declared in a later file.</summary>
internal sealed class DatastreamDraft
{
    public required SourcePosition Position { get; init; }

    public required string Name { get; init; }

    public required DraftReference Gateway { get; init; }

    public DraftReference? Station { get; init; }

    public DraftReference? Asset { get; init; }

    public required string Quantity { get; init; }

    public required string UnitName { get; init; }

    public TimeSpan? ExpectedInterval { get; init; }

    public TimeSpan? Reorder { get; init; }

    public (double Minimum, double Maximum)? Range { get; init; }

    public double? WrapsAt { get; init; }

    public required IReadOnlyList<double> Missing { get; init; }

    public string? Datum { get; init; }

    public MapDatum MapDatum { get; init; }

    public int? Decimals { get; init; }

    public required IReadOnlyDictionary<string, string> Tags { get; init; }

    public LevelLimits? Limits { get; init; }

    public required IReadOnlyList<DatedLimits> DatedLimits { get; init; }
}

/// <summary>What a declared thing names, and where it does.</summary>
internal readonly record struct DraftReference(string Id, SourcePosition Position);
