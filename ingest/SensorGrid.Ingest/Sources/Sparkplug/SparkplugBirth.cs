using SensorGrid.Readings;
using SensorGrid.Readings.Wire.SparkplugB;

namespace SensorGrid.Ingest.Sources.Sparkplug;

/// <summary>A metric as a birth defined it.</summary>
/// <param name="Name">UTF-8.</param>
/// <param name="Datatype">Its datatype.</param>
/// <param name="Birth">The birth it stands in.</param>
internal sealed record SparkplugDefinition(byte[] Name, SparkplugDatatype Datatype, SparkplugBirth Birth)
{
    private byte[]? defined;

    /// <summary>What a record says of it where its message does not; made when first needed.</summary>
    public byte[] Defined => defined ??= SparkplugResolution.Defined(Name, Datatype);
}

/// <summary>What an edge node or a device said it has.</summary>
/// <param name="device">Device id, UTF-8; empty: the edge node itself.</param>
internal sealed class SparkplugBirth(byte[] device)
{
    private readonly Dictionary<byte[], SparkplugDefinition> names = new(Utf8Comparer.Instance);

    /// <summary>Device id, UTF-8; empty: the edge node itself.</summary>
    public byte[] Device => device;

    /// <summary>False after its death.</summary>
    public bool IsAlive { get; set; } = true;

    /// <summary>All it defined.</summary>
    public IReadOnlyCollection<SparkplugDefinition> Definitions => names.Values;

    /// <summary>Adds a metric, or replaces the one of the same name.</summary>
    public SparkplugDefinition Define(ReadOnlySpan<byte> name, SparkplugDatatype datatype)
    {
        var definition = new SparkplugDefinition(name.ToArray(), datatype, this);
        names[definition.Name] = definition;
        return definition;
    }

    /// <summary>A metric by name.</summary>
    public SparkplugDefinition? Find(ReadOnlySpan<byte> name) =>
        names.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(name, out var definition) ? definition : null;
}
