namespace SensorGrid.Ingest.Sources.FieldProtocols;

/// <summary>What is stored of a station: from it holes are found that were there before the service started.</summary>
public interface IStationHistory
{
    /// <summary>Newest reading of a station that was stored when the service started, UTC ticks; null when nothing of it was.</summary>
    long? NewestOf(string station);

    /// <summary>Times at which a datastream has readings, UTC ticks, the oldest first; of very many the newest.</summary>
    /// <param name="station">The station.</param>
    /// <param name="datastream">Name of its datastream.</param>
    /// <param name="fromTicks">From, UTC ticks.</param>
    /// <param name="untilTicks">Until, UTC ticks.</param>
    /// <param name="cancellationToken">Interrupts it.</param>
    ValueTask<IReadOnlyList<long>> ObservedAsync(string station, string datastream, long fromTicks, long untilTicks, CancellationToken cancellationToken);
}
