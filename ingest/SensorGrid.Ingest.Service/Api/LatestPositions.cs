using SensorGrid.Readings;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Storage;

namespace SensorGrid.Ingest.Service.Api;

/// <summary>Where the assets are: the newest good position of each.</summary>
internal sealed class LatestPositions(ReadingStore store, DatastreamTable datastreams)
{
    /// <param name="definitions">Datastreams of one asset.</param>
    public PositionView? NewestOf(IEnumerable<DatastreamDefinition> definitions)
    {
        PositionView? newest = null;
        foreach (var definition in definitions)
        {
            if (!datastreams.TryFind(definition.Key, out var index) || !store.TryGetLatest(index, out var reading))
                continue;
            if (reading.Kind != ReadingKind.Position || reading.Quality is Quality.Missing or Quality.Bad)
                continue;
            if (newest is null || reading.ObservedAt > newest.ObservedAt)
                newest = new(reading.Value, reading.Value2, reading.ObservedAt);
        }
        return newest;
    }
}
