using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SensorGrid.Ingest.Sources.Mqtt.Sessions;
using SensorGrid.Ingest.Sources.Mqtt.Topics;
using SensorGrid.Ingest.Tests.Sources.Mqtt.Topics;
using SensorGrid.Testing;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt.Sessions;

/// <summary>Notes what a session tells its connection.</summary>
internal sealed class FakeConnection : ISessionConnection
{
    private int ready;

    public int Ready => Volatile.Read(ref ready);

    public List<SessionRelease> Releases { get; } = [];

    public void OutgoingReady() => Interlocked.Increment(ref ready);

    public void Release(SessionRelease reason) => Releases.Add(reason);
}

/// <summary>Sessions over a store in a temporary folder, which can be closed and opened again as a restart does.</summary>
internal sealed class SessionRig : IAsyncDisposable
{
    private bool ownsFolder;

    public SessionRig(MqttSessionOptions? options = null, string? folder = null, FakeTimeProvider? time = null, bool stored = true)
    {
        Options = options ?? new();
        ownsFolder = folder is null;
        Folder = folder ?? TemporaryFolder();
        Time = time ?? new(Some.Instant);
        Clock = new(Time);
        var state = StoredState.Nothing;
        if (stored)
            Store = SessionStore.Open(Folder, Options, Time, Metrics, NullLogger.Instance, out state);
        State = state;
        Sessions = new(Options, Clock, Metrics, NullLogger.Instance, Store, state);
    }

    public MqttSessionOptions Options { get; }

    public string Folder { get; }

    public FakeTimeProvider Time { get; }

    public SessionClock Clock { get; }

    public SessionMetrics Metrics { get; } = new();

    public SessionStore? Store { get; private set; }

    public StoredState State { get; }

    public MqttSessions Sessions { get; }

    public MatchList Matches { get; } = new();

    public static string TemporaryFolder() => Directory.CreateTempSubdirectory("sensorgrid-sessions-").FullName;

    public static MqttMessage Message(
        string topic = "a/b", string text = "x", MqttQos qos = MqttQos.AtLeastOnce, bool retain = false, long expiresAt = MqttMessage.NeverExpires) =>
        new() { Topic = topic, Payload = Encoding.UTF8.GetBytes(text), Qos = qos, Retain = retain, ExpiresAtTicks = expiresAt };

    public static string Text(MqttMessage message) => Encoding.UTF8.GetString(message.Payload.Span);

    public SessionGrant Connect(
        string clientId, ISessionConnection connection, bool cleanStart = false, uint expiry = 3600, byte version = 5, ushort receiveMaximum = 65_535,
        Will? will = null) => Sessions.Connect(
        new()
        {
            ClientId = clientId, ProtocolVersion = version, CleanStart = cleanStart, ExpirySeconds = expiry, ReceiveMaximum = receiveMaximum, Will = will,
        },
        connection);

    public SubscribeOutcome Subscribe(
        MqttSession session, string filter, MqttQos qos = MqttQos.ExactlyOnce, RetainHandling handling = RetainHandling.Send, int identifier = 0) =>
        Sessions.Subscribe(session, new(TopicFilterTests.Parse(filter), qos, RetainHandling: handling, Identifier: identifier), out _);

    public ForwardResult Forward(MqttMessage message, MqttSession? publisher = null) => Sessions.Forward(message, publisher, Matches);

    /// <summary>Everything a session would send now, e.g. <c>1:x q1</c>, <c>1:x q2 dup</c>, <c>rel 1</c>.</summary>
    public List<string> Drain(MqttSession session, ISessionConnection connection) => Drain(session, connection, Clock.NowTicks);

    public static List<string> Drain(MqttSession session, ISessionConnection connection, long nowTicks)
    {
        var sent = new List<string>();
        while (session.TryTakeNext(connection, nowTicks, out var packet))
            sent.Add(Text(packet));
        return sent;
    }

    public static string Text(in OutgoingPacket packet) => packet.Message is { } message
        ? $"{packet.PacketId}:{Text(message)} q{(int)packet.Qos}{(packet.Duplicate ? " dup" : "")}{(packet.Retain ? " retain" : "")}"
        : $"rel {packet.PacketId}";

    /// <summary>All that was made so far is on disk.</summary>
    public async Task SettleAsync() => await Store!.WhenDurableAsync(Store.RemoveWill(long.MaxValue));

    /// <summary>The process ends in good order, and another begins on what it left.</summary>
    public async Task<SessionRig> RestartAsync(TimeSpan away = default, MqttSessionOptions? options = null)
    {
        Sessions.BeginStop();
        await CloseAsync();
        Metrics.Dispose();
        Time.Advance(away);
        var next = new SessionRig(options ?? Options, Folder, Time) { ownsFolder = ownsFolder };
        ownsFolder = false;
        return next;
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        Metrics.Dispose();
        if (ownsFolder)
            Directory.Delete(Folder, recursive: true);
    }

    private async Task CloseAsync()
    {
        if (Store is not null)
            await Store.DisposeAsync();
        Store = null;
    }
}
