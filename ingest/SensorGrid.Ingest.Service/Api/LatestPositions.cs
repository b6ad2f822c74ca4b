using SensorGrid.Readings;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Storage;

namespace SensorGrid.Ingest.Service.Api;

/// <summary>Where the assets are: the newest good position of each.</summary>
internal sealed class LatestPositions(ReadingStore store, DatastreamTable datastreams)
{
    public IReadOnlyDictionary<string, PositionView> ByAsset(CityCatalogue catalogue)
    {
        var newest = new Dictionary<string, PositionView>(StringComparer.Ordinal);
        foreach (var definition in catalogue.Datastreams)
        {
            if (definition.Asset is not { } asset || !datastreams.TryFind(definition.Key, out var index) || !store.TryGetLatest(index, out var reading))
                continue;
            if (reading.Kind != ReadingKind.Position || reading.Quality is Quality.Missing or Quality.Bad)
                continue;
            if (!newest.TryGetValue(asset.Id, out var seen) || reading.ObservedAt > seen.ObservedAt)
                newest[asset.Id] = new(reading.Value, reading.Value2, reading.ObservedAt);
        }
        return newest;
    }
}
