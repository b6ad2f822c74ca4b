using System.ComponentModel.DataAnnotations;

namespace SensorGrid.Ingest.Sources.Mqtt.Endpoint;

/// <summary>Bounds of connections to the embedded broker. What is kept for clients beyond a connection is bounded by
/// <see cref="Sessions.MqttSessionOptions"/>.</summary>
public sealed record MqttEndpointOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = MqttOptions.Section;

    /// <summary>Connections in all. 10,000: a city's gateways; each costs some 20 KB. One more is closed at once.</summary>
    [Range(1, 1_000_000)]
    public int MaxConnections { get; init; } = 10_000;

    /// <summary>Connections from one address. 2,000: many gateways may share a carrier's address, one broken host must not take all places.</summary>
    [Range(1, 1_000_000)]
    public int MaxConnectionsPerAddress { get; init; } = 2_000;

    /// <summary>How long a connection may take to say who it is: CONNECT must be whole by then, also when it trickles. 5 s is long for a modem and
    /// short for somebody who holds sockets open.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Largest CONNECT, in bytes. 64 KiB: an id, credentials and a will with a status; nobody is known yet, so it is not the limit of packets.</summary>
    [Range(128, 1 << 20)]
    public int MaxConnectBytes { get; init; } = 64 * 1024;

    /// <summary>Bytes a packet may have beyond the payload limit: topic and properties. 4 KiB: the longest topic with room for properties.
    /// The sum is the Maximum Packet Size we announce; a larger packet ends the connection as soon as its header is read.</summary>
    [Range(512, 1 << 16)]
    public int PacketOverheadBytes { get; init; } = 4096;

    /// <summary>How long a peer may take to read what we sent. 30 s: a slow modem drains its window in that time, a dead one never does.
    /// Then the connection is aborted.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan SendTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest keep-alive; MQTT 5 clients that ask for none or for more are told this one (Server Keep Alive). 1 h: a connection that
    /// broke without a word takes up a place no longer than that. MQTT 3.1.1 cannot be told and keeps what it asked for.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "18:12:15")]
    public TimeSpan MaxKeepAlive { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Pause between looks at keep-alives, time limits, wills and sessions that are over. 500 ms: one timer for all connections, and exact enough
    /// for limits of seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:00:10")]
    public TimeSpan WatchPeriod { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Topic aliases a client may set (Topic Alias Maximum). 10: a gateway publishes to four topics. Each costs its topic's bytes.</summary>
    [Range(0, 1024)]
    public int TopicAliasMaximum { get; init; } = 10;

    /// <summary>Topic aliases we set towards a client that takes as many: its first topics get one. 16: a subscriber of few topics saves their
    /// names, one of many would only churn.</summary>
    [Range(0, 1024)]
    public int OutgoingTopicAliases { get; init; } = 16;

    /// <summary>Threads that read gateways' connections over plain TCP (Linux), each its share of them. 0: Kestrel's sockets, as with TLS and WebSocket. 1: what comes is handled
    /// where it is read, and one core reads a million readings a second in packs.</summary>
    [Range(0, 64)]
    public int EventLoops { get; init; } = 1;

    /// <summary>All that is wrong with the values, one sentence each; empty when nothing is.</summary>
    public IReadOnlyList<string> Validate() => OptionsCheck.Of(Section, this);
}
