using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Logging;
using SensorGrid.FieldProtocols.Frames;
using SensorGrid.Ingest.Admission;
using SensorGrid.Ingest.Sources.Mqtt.Endpoint;

namespace SensorGrid.Ingest.Sources.FieldProtocols;

/// <summary>Takes the stations of one field protocol: "receive" in a reading's journey. TCP comes by Kestrel (<see cref="RunConnectionAsync"/>), datagrams by
/// <see cref="FieldDatagrams"/>. What a station is told goes out after its report is durable.</summary>
public sealed class FieldListener
{
    // A million stations would be a country.
    private const int MostStations = 100_000;

    private static readonly TimeSpan LinePause = TimeSpan.FromSeconds(1);

    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly RateLimitedLine line;
    private readonly ConnectionLimits limits;

    /// <param name="kit">The protocol.</param>
    /// <param name="options">Bounds.</param>
    /// <param name="sink">Where reports go.</param>
    /// <param name="history">What is stored of stations: where to ask from after an outage.</param>
    /// <param name="metrics">Counts.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Diagnostics.</param>
    public FieldListener(
        FieldKit kit, FieldListenerOptions options, IMessageSink sink, IStationHistory history, FieldProtocolMetrics metrics, TimeProvider time,
        ILogger<FieldListener> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        Kit = kit;
        Options = options;
        Sink = sink;
        Metrics = metrics;
        this.time = time;
        this.logger = logger;
        line = new(time, LinePause);
        limits = new(options.MaxConnections, options.MaxConnectionsPerAddress);
        History = history;
        Gaps = new(options, MostStations);
        Connected = new(MostStations, options.MaxCommandsPerStation);
        Heard = new(MostStations);
    }

    /// <summary>The protocol.</summary>
    public FieldKit Kit { get; }

    /// <summary>Told of each command that ended, also when nobody waits for it any more; called where the station's connection is, so it may not wait.</summary>
    public Action<EndedStationCommand>? CommandHasEnded { get; init; }

    /// <summary>What an operator should know of it now.</summary>
    public MessageSourceState State => new(
        Kit.Name, Sink.IsAvailable, limits.Count,
        Sink.IsAvailable ? null : "The reading log failed: stations are not acknowledged and keep their readings. Check the disk and restart the service.");

    internal FieldListenerOptions Options { get; }

    internal IMessageSink Sink { get; }

    internal FieldProtocolMetrics Metrics { get; }

    internal IStationHistory History { get; }

    internal StationGaps Gaps { get; }

    internal ConnectedStations Connected { get; }

    internal HeardStations Heard { get; }

    internal TimeProvider Time => time;

    internal long NowTicks => time.GetUtcNow().UtcTicks;

    internal FrameStreamLimits StreamLimits => new() { Idle = Options.FrameTimeout, MaxBytesWithoutFrame = Options.MaxBytesWithoutFrame };

    /// <summary>Serves one connection until it ends. Never throws for what a station does.</summary>
    public async Task RunConnectionAsync(ConnectionContext connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var address = (connection.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None;
        if (!TryEnter(address))
        {
            connection.Abort();
            return;
        }
        // Kestrel stops before us and waits for its connections: let go of them then.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(
            connection.ConnectionClosed, connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? default);
        string why = "error";
        try
        {
            why = await new FieldConnection(this, connection.Transport, connection.RemoteEndPoint?.ToString() ?? "?").RunAsync(stop.Token);
            if (why == "not_this_protocol")
                Heard.Strangers.Noted(NowTicks, why, connection.RemoteEndPoint?.ToString());
        }
        finally
        {
            Leave(address, why);
        }
    }

    /// <summary>Stations heard now, by address.</summary>
    public IReadOnlyList<ConnectedStation> ReadConnected() => Connected.Snapshot();

    /// <summary>Domain under which its stations' readings are kept.</summary>
    public string Domain => Options.Domain;

    /// <summary>Frames of stations beyond those that are listed.</summary>
    public long UnlistedFrames => Heard.Unlisted;

    /// <summary>Addresses of stations that were heard since the service started, in order.</summary>
    public IReadOnlyList<string> ReadHeardAddresses() => Heard.Addresses();

    /// <summary>What was heard of one; null when nothing was.</summary>
    public HeardStation? ReadHeard(string station) => Heard.Find(station)?.Read(Connected.LinesOf(station), Gaps.HolesOf(station));

    /// <summary>What was heard of peers that are no station, or none that is listed.</summary>
    public HeardStation ReadStrangers() => Heard.Strangers.Read(0, []);

    /// <summary>Whether a station is heard now.</summary>
    public bool IsConnected(string station) => Connected.Contains(station);

    /// <summary>Gives a command to a station, on its newest connection, and waits for its end: at most <see cref="FieldListenerOptions.CommandWait"/>. What is under way
    /// then goes on; its end is told (<see cref="CommandHasEnded"/>), logged and counted.</summary>
    /// <param name="given">Sequence of the log record that says who gave it.</param>
    /// <param name="station">Its address.</param>
    /// <param name="verb">One of the protocol's.</param>
    /// <param name="arguments">What follows it.</param>
    /// <param name="cancellationToken">Ends the wait, not the command.</param>
    public async Task<StationCommandResult> CommandAsync(
        long given, string station, string verb, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var request = new StationCommandRequest(given, station, verb, arguments);
        if (!Connected.TryPost(request, out var refusal))
        {
            TellEnd(request, refusal);
            return refusal;
        }
        try
        {
            return await request.Result.WaitAsync(Options.CommandWait, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return new("under_way", $"Not ended within {Options.CommandWait}; it goes on, and /api/v1/stations/commands will say how it ended.");
        }
    }

    /// <summary>Takes a place; false, counted and logged, when there is none.</summary>
    internal bool TryEnter(IPAddress address)
    {
        if (limits.TryEnter(address) is { } reason)
        {
            Metrics.Refused(Kit.Name, reason);
            Heard.Strangers.Noted(NowTicks, reason, address.ToString());
            if (line.Allows(out long suppressed))
                Log.StationRefused(logger, Kit.Name, address.ToString(), reason, suppressed);
            return false;
        }
        Metrics.Opened(Kit.Name);
        return true;
    }

    /// <summary>Gives the place back.</summary>
    internal void Leave(IPAddress address, string why)
    {
        limits.Leave(address);
        Metrics.Ended(Kit.Name, why);
    }

    internal void Broken(string station, string peer, FrameFault fault)
    {
        Metrics.FrameBroken(Kit.Name, fault.Code);
        Heard.Of(station).Refused(NowTicks, fault.Code, $"{peer}: {fault}");
        if (line.Allows(out long suppressed))
            Log.FrameBroken(logger, Kit.Name, SafeText.Of(station, 64), fault.ToString(), suppressed);
    }

    internal void TurnedAway(string station, string peer, string reason)
    {
        Metrics.ReportTurnedAway(Kit.Name, reason);
        Heard.Of(station).Refused(NowTicks, reason, $"{peer}: {SafeText.Of(station, 64)}");
        if (line.Allows(out long suppressed))
            Log.ReportTurnedAway(logger, Kit.Name, SafeText.Of(station, 64), reason, suppressed);
    }

    internal void HeardTwice(string station, StationLine older, StationLine newer)
    {
        Metrics.HeardTwice(Kit.Name);
        Heard.Of(station).Noted(NowTicks, "double", $"{older.Peer}, {newer.Peer}");
        if (line.Allows(out long suppressed))
            Log.StationHeardTwice(logger, Kit.Name, station, older.Peer, newer.Peer, suppressed);
    }

    internal void CommandEnded(StationCommandRequest request, StationCommandResult how)
    {
        Connected.Ended(request);
        TellEnd(request, how);
    }

    private void TellEnd(StationCommandRequest request, StationCommandResult how)
    {
        Metrics.CommandEnded(Kit.Name, how.Outcome);
        Log.StationCommandEnded(logger, Kit.Name, request.Station, request.Verb, how.Outcome);
        CommandHasEnded?.Invoke(new(request.Given, Kit.Name, request.Station, request.Verb, how));
    }

    internal void RefillAsked(string station, StationGap gap, bool taken)
    {
        Metrics.RefillAsked(Kit.Name, taken);
        if (taken)
        {
            Log.RefillAsked(logger, Kit.Name, station, new(gap.FromTicks, TimeSpan.Zero), new(gap.UntilTicks, TimeSpan.Zero));
            return;
        }
        Heard.Of(station).Noted(NowTicks, "refill_impossible", null);
        Log.RefillImpossible(logger, Kit.Name, station, new(gap.FromTicks, TimeSpan.Zero), new(gap.UntilTicks, TimeSpan.Zero));
    }
}
