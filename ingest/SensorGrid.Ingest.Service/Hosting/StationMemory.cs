using SensorGrid.Readings;
using SensorGrid.Storage;

namespace SensorGrid.Ingest.Service.Hosting;

/// <summary>The newest reading of each station as it was stored when the service started: from there on a station that comes back is asked for what is
/// missing.</summary>
internal sealed class StationMemory
{
    private readonly Dictionary<string, long> newestTicks = new(StringComparer.Ordinal);

    /// <param name="store">Caught up with the log.</param>
    /// <param name="datastreams">Names the stations.</param>
    public StationMemory(ReadingStore store, DatastreamTable datastreams)
    {
        foreach (var reading in store.ReadLatest())
        {
            string station = datastreams.KeyOf(reading.Datastream).Gateway;
            if (!newestTicks.TryGetValue(station, out long newest) || reading.ObservedAtTicks > newest)
                newestTicks[station] = reading.ObservedAtTicks;
        }
    }

    /// <summary>UTC ticks; null when nothing of it is stored.</summary>
    public long? NewestOf(string station) => newestTicks.TryGetValue(station, out long newest) ? newest : null;
}
