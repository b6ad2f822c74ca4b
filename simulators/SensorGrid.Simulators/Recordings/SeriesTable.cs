using System.Diagnostics.CodeAnalysis;

namespace SensorGrid.Simulators.Recordings;

/// <summary>One object per series of a recording, however many files and rows name it.</summary>
internal sealed class SeriesTable
{
    private readonly Dictionary<(string Gateway, string Name), RecordedSeries> known = [];

    public bool TryGet(string gateway, RecordedDatastream of, string name, [NotNullWhen(true)] out RecordedSeries? series) =>
        known.TryGetValue((gateway, name), out series) && series.Domain == of.Domain && series.Unit == of.Unit;

    public RecordedSeries Add(string gateway, RecordedDatastream of, string name) =>
        known[(gateway, name)] = new(gateway, of.Domain, name, of.Unit);
}
