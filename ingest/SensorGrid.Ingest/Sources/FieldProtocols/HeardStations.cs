using System.Collections.Concurrent;

namespace SensorGrid.Ingest.Sources.FieldProtocols;

/// <summary>Every station that sent a good frame since the service started. Bounded: further ones are taken like any other and not listed, and
/// <see cref="Unlisted"/> counts their frames. What is wrong with a frame is put down to the station that spoke last on its connection, since a broken frame does not say
/// whose it is; what belongs to none that is listed, to <see cref="Strangers"/>.</summary>
internal sealed class HeardStations(int mostStations)
{
    private readonly ConcurrentDictionary<string, StationTally> stations = new(StringComparer.Ordinal);
    private int count;
    private long unlisted;

    /// <summary>Of peers that are no station, or none that is listed.</summary>
    public StationTally Strangers { get; } = new("");

    /// <summary>Frames of stations that found no room.</summary>
    public long Unlisted => Volatile.Read(ref unlisted);

    /// <summary>Their addresses, in order.</summary>
    public IReadOnlyList<string> Addresses() => [.. stations.Select(station => station.Key).Order(StringComparer.Ordinal)];

    /// <summary>One that is listed, else the strangers.</summary>
    public StationTally Of(string station) => Find(station) ?? Strangers;

    /// <summary>One that is listed, or null.</summary>
    public StationTally? Find(string station) => stations.GetValueOrDefault(station);

    /// <summary>One whose frame came; the strangers when there is no room for it.</summary>
    public StationTally Enter(string station)
    {
        if (stations.TryGetValue(station, out var known))
            return known;
        if (Interlocked.Increment(ref count) <= mostStations)
        {
            var added = new StationTally(station);
            if (stations.TryAdd(station, added))
                return added;
        }
        // No room, or another connection was quicker.
        Interlocked.Decrement(ref count);
        if (stations.TryGetValue(station, out known))
            return known;
        Interlocked.Increment(ref unlisted);
        return Strangers;
    }
}
