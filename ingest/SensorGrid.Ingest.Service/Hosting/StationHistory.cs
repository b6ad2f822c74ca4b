using SensorGrid.Ingest.Sources.FieldProtocols;
using SensorGrid.Readings;
using SensorGrid.Storage;
using SensorGrid.Storage.Queries;

namespace SensorGrid.Ingest.Service.Hosting;

/// <summary>What is stored of stations, for the search for holes: the newest reading of each as it was when the service started, and the times of a
/// datastream's readings.</summary>
internal sealed class StationHistory : IStationHistory
{
    // A reading a minute for two weeks. Of a faster datastream the newest are looked at; its holes further back are not found.
    private const int MostReadings = 20_000;

    private readonly ReadingStore store;
    private readonly DatastreamTable datastreams;
    private readonly Dictionary<string, long> newestTicks = new(StringComparer.Ordinal);

    /// <param name="store">Caught up with the log.</param>
    /// <param name="datastreams">Names the stations.</param>
    public StationHistory(ReadingStore store, DatastreamTable datastreams)
    {
        (this.store, this.datastreams) = (store, datastreams);
        foreach (var reading in store.ReadLatest())
        {
            string station = datastreams.KeyOf(reading.Datastream).Gateway;
            if (!newestTicks.TryGetValue(station, out long newest) || reading.ObservedAtTicks > newest)
                newestTicks[station] = reading.ObservedAtTicks;
        }
    }

    /// <inheritdoc/>
    public long? NewestOf(string station) => newestTicks.TryGetValue(station, out long newest) ? newest : null;

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<long>> ObservedAsync(string station, string datastream, long fromTicks, long untilTicks, CancellationToken cancellationToken)
    {
        if (fromTicks >= untilTicks || !datastreams.TryFind(new(station, datastream), out var index))
            return [];
        try
        {
            var range = await store.ReadAsync(
                index, new(fromTicks, TimeSpan.Zero), new(untilTicks, TimeSpan.Zero), MostReadings, newestFirst: true, cancellationToken);
            return [.. range.Readings.Select(reading => reading.ObservedAtTicks).Reverse()];
        }
        catch (ReadingQueryException)
        {
            // Too many questions at once, or a file that cannot be read now: the hole since the newest reading is found without.
            return NewestOf(station) is { } newest ? [newest] : [];
        }
    }
}
