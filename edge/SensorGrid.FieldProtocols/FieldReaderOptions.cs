using SensorGrid.FieldProtocols.Gb26875;
using SensorGrid.FieldProtocols.Hj212;
using SensorGrid.FieldProtocols.Sl651;

namespace SensorGrid.FieldProtocols;

/// <summary>How frames of each protocol become readings. A replay of a log must use what its frames were read with, or it gives other readings.</summary>
public sealed record FieldReaderOptions
{
    /// <summary>SL 651.</summary>
    public Sl651ReaderOptions Sl651 { get; init; } = new();

    /// <summary>HJ 212: what is peculiar to stations, keys among it.</summary>
    public Hj212Stations Hj212 { get; init; } = Hj212Stations.Default;

    /// <summary>GB/T 26875.3.</summary>
    public Gb26875ReaderOptions Gb26875 { get; init; } = new();
}
