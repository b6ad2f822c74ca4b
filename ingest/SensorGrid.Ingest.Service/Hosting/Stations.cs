using SensorGrid.FieldProtocols;
using SensorGrid.Ingest.Service.Api;
using SensorGrid.Ingest.Sources;
using SensorGrid.Ingest.Sources.FieldProtocols;

namespace SensorGrid.Ingest.Service.Hosting;

/// <summary>The listeners of field protocols that are on.</summary>
internal sealed class Stations(IMessageSink sink, ILoggerFactory loggers, TimeProvider time) : IDisposable
{
    private readonly FieldProtocolMetrics metrics = new();
    private readonly List<FieldDatagrams> datagrams = [];
    private Dictionary<FieldProtocol, FieldListener> listeners = [];

    /// <summary>What an operator should know of each.</summary>
    public IEnumerable<MessageSourceState> States => listeners.Values.Select(listener => listener.State);

    /// <summary>The listeners by protocol; none before they are open.</summary>
    public IReadOnlyDictionary<FieldProtocol, FieldListener> Listeners => listeners;

    /// <summary>Makes the listeners and begins to take datagrams.</summary>
    /// <returns>The server of their TCP addresses, to be started; null when there is none.</returns>
    public WebApplication? Open(StationDoors doors, Func<StationHistory> historyOf, StageGroup stages)
    {
        // Looks at every datastream: not for a service that no station comes to.
        if (!doors.Protocols.Any())
            return null;
        var history = historyOf();
        listeners = doors.Protocols.ToDictionary(
            protocol => protocol.Protocol,
            protocol => new FieldListener(
                FieldKits.Of(protocol.Format, protocol.Centre), protocol.Bounds, sink, history, metrics, time, loggers.CreateLogger<FieldListener>()));
        foreach (var (name, taker) in doors.Datagrams(listeners))
        {
            datagrams.Add(taker);
            stages.Run(name, taker.RunAsync);
        }
        return doors.HasTcp ? WebServer.CreateStationServer(doors, listeners, loggers) : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var taker in datagrams)
            taker.Dispose();
        metrics.Dispose();
    }
}
