using SensorGrid.FieldProtocols;
using SensorGrid.Ingest.Appending;
using SensorGrid.Ingest.Service.Api;
using SensorGrid.Ingest.Service.StationCommands;
using SensorGrid.Ingest.Sources;
using SensorGrid.Ingest.Sources.FieldProtocols;

namespace SensorGrid.Ingest.Service.Hosting;

/// <summary>The listeners of field protocols that are on.</summary>
internal sealed class Stations : IDisposable
{
    private readonly FieldProtocolMetrics metrics = new();
    private readonly IMessageSink sink;
    private readonly ILoggerFactory loggers;
    private readonly TimeProvider time;
    private readonly List<FieldDatagrams> datagrams = [];
    private Dictionary<FieldProtocol, FieldListener> listeners = [];

    /// <param name="sink">Where reports go.</param>
    /// <param name="log">Where the ends of commands go.</param>
    /// <param name="loggers">Diagnostics.</param>
    /// <param name="time">The clock.</param>
    public Stations(IMessageSink sink, LogCommands log, ILoggerFactory loggers, TimeProvider time)
    {
        (this.sink, this.loggers, this.time) = (sink, loggers, time);
        CommandEnds = new(log, metrics, time, loggers.CreateLogger<StationCommandEnds>());
    }

    /// <summary>Puts the ends of commands on record; to be run while stations are connected.</summary>
    public StationCommandEnds CommandEnds { get; }

    /// <summary>What an operator should know of each.</summary>
    public IEnumerable<MessageSourceState> States => listeners.Values.Select(listener => listener.State);

    /// <summary>Words of the protocols that are listened to, in order; none before the listeners are open.</summary>
    public IReadOnlyList<string> Protocols => [.. listeners.Keys.Select(key => key.ToWord()).Order(StringComparer.Ordinal)];

    /// <summary>The listeners by the words of their protocols, in order.</summary>
    /// <param name="protocol">The only one wanted, or null for all.</param>
    public IReadOnlyList<(FieldProtocol Protocol, string Word, FieldListener Listener)> ListenersOf(string? protocol) =>
    [
        .. listeners.Select(listener => (Protocol: listener.Key, Word: listener.Key.ToWord(), Listener: listener.Value))
            .Where(listener => protocol is null || listener.Word == protocol).OrderBy(listener => listener.Word, StringComparer.Ordinal),
    ];

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
                FieldKits.Of(protocol.Format, protocol.Centre), protocol.Bounds, sink, history, metrics, time, loggers.CreateLogger<FieldListener>())
            {
                CommandHasEnded = CommandEnds.Take,
            });
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
