using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SensorGrid.Ingest.Sources.Mqtt.Endpoint;
using SensorGrid.Ingest.Sources.Mqtt.Packets;
using SensorGrid.Ingest.Sources.Mqtt.Sessions;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt.Endpoint;

/// <summary>The endpoint over pipes in memory, with a log and a clock that the test moves.</summary>
internal sealed class EndpointRig : IAsyncDisposable
{
    private readonly List<MemoryClient> clients = [];

    /// <param name="options">Bounds of connections.</param>
    /// <param name="sessions">Bounds of sessions.</param>
    /// <param name="maxPayloadBytes">Largest payload.</param>
    /// <param name="access">Who may do what; all may do all without it.</param>
    /// <param name="folder">Where sessions are kept; without it they end with the rig.</param>
    public EndpointRig(
        MqttEndpointOptions? options = null, MqttSessionOptions? sessions = null, int maxPayloadBytes = 1000, IMqttAccess? access = null, string? folder = null)
    {
        var sessionOptions = sessions ?? new();
        WallClock = new(Time);
        var clock = new SessionClock(WallClock);
        Access = access ?? new OpenAccess();
        StoredState? kept = null;
        var store = folder is null ? null : SessionStore.Open(folder, sessionOptions, WallClock, SessionMetrics, NullLogger.Instance, out kept);
        Sessions = new(sessionOptions, clock, SessionMetrics, NullLogger.Instance, store, kept);
        Endpoint = new(
            options ?? new(), sessionOptions, maxPayloadBytes, Access, Sink, Sessions, store, clock, Metrics, WallClock, NullLogger.Instance);
        Endpoint.Start();
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 7, 1, 8, 0, 0, TimeSpan.Zero));

    /// <summary>The same clock, whose wall-clock time somebody sets.</summary>
    public SteppedTime WallClock { get; }

    public FakeSink Sink { get; } = new();

    public IMqttAccess Access { get; }

    public IngestMetrics Metrics { get; } = new();

    public SessionMetrics SessionMetrics { get; } = new();

    public MqttSessions Sessions { get; }

    public MqttEndpoint Endpoint { get; }

    /// <summary>A connection that has said nothing yet.</summary>
    public MemoryClient Open()
    {
        var client = new MemoryClient(Endpoint);
        clients.Add(client);
        return client;
    }

    /// <summary>A connection that was let in; its CONNACK is <see cref="MemoryClient.ConnAck"/>.</summary>
    public async Task<MemoryClient> ConnectAsync(
        MqttVersion version = MqttVersion.V5, string clientId = "c", byte flags = 2, ushort keepAlive = 60, byte[]? properties = null)
    {
        var client = Open();
        await client.ConnectAsync(Packets.Wire.Connect(version, clientId, flags, keepAlive, properties));
        return client;
    }

    /// <summary>Lets time pass in steps of the watch, as it does.</summary>
    public void Pass(TimeSpan time)
    {
        var step = Endpoint.Options.WatchPeriod;
        for (var passed = TimeSpan.Zero; passed < time; passed += step)
            Time.Advance(step);
    }

    public async ValueTask DisposeAsync()
    {
        Sink.Leave(int.MaxValue);
        var stopped = Endpoint.StopAsync();
        // Nobody reads any more what a test left unread.
        foreach (var client in clients)
            client.Close();
        await stopped.WaitAsync(MqttTestClient.Patience);
        foreach (var client in clients)
            await client.Served.WaitAsync(MqttTestClient.Patience);
        await Endpoint.DisposeAsync();
        Metrics.Dispose();
        SessionMetrics.Dispose();
    }
}
