using System.ComponentModel.DataAnnotations;

namespace SensorGrid.Ingest.Sources.Mqtt.Sessions;

/// <summary>Bounds of sessions, subscriptions and what is kept for clients of the embedded broker.</summary>
public sealed record MqttSessionOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Mqtt:Sessions";

    /// <summary>Sessions, connected or not. 20,000: twice the connections, so that all gateways may be away and as many strangers come.
    /// A CONNECT beyond it is refused (0x97; 3.1.1: 3).</summary>
    [Range(1, 1_000_000)]
    public int MaxSessions { get; init; } = 20_000;

    /// <summary>Longest time a session is kept without a connection, also for MQTT 3.1.1, which knows no end. 7 days: longer than a bad weekend;
    /// CONNACK tells MQTT 5 clients when theirs was cut.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00")]
    public TimeSpan MaxExpiry { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Subscriptions of one session. 16: a gateway needs one, a console a handful. Further ones get SUBACK 0x97 (3.1.1: 0x80).</summary>
    [Range(1, 1024)]
    public int MaxSubscriptions { get; init; } = 16;

    /// <summary>Levels in the tree of subscriptions. 400,000: two for each session and as many again; some 200 bytes each. Further
    /// subscriptions get SUBACK 0x97 (3.1.1: 0x80).</summary>
    [Range(16, 10_000_000)]
    public int MaxSubscriptionNodes { get; init; } = 400_000;

    /// <summary>UTF-8 bytes of a topic or filter. 256: twice the longest telemetry topic.</summary>
    [Range(16, 65_535)]
    public int MaxTopicBytes { get; init; } = 256;

    /// <summary>Levels of a topic or filter. 16: telemetry has five, other people's trees rarely ten.</summary>
    [Range(1, 128)]
    public int MaxTopicLevels { get; init; } = 16;

    /// <summary>Messages one session holds for its client, waiting or in flight. 1,000: a client that is further behind is told of by refusals.
    /// At the bound QoS 0 is dropped and QoS 1 and 2 are refused; nothing that was taken is dropped.</summary>
    [Range(1, 65_535)]
    public int MaxQueuedMessages { get; init; } = 1_000;

    /// <summary>Bytes of those. 4 MiB: a few hundred large messages.</summary>
    [Range(1L << 10, 1L << 32)]
    public long MaxQueuedBytes { get; init; } = 4L << 20;

    /// <summary>Bytes that all sessions hold together. 256 MiB: what a small machine can spare.</summary>
    [Range(1L << 20, 1L << 40)]
    public long MaxTotalQueuedBytes { get; init; } = 256L << 20;

    /// <summary>Messages about alarms one session holds for its client, beside the others. 10,000: a night's flood of a large city. A session that has no
    /// room for one is ended, which its client sees (Session Present 0), instead of going on with a gap.</summary>
    [Range(1, 1_000_000)]
    public int MaxQueuedAlarms { get; init; } = 10_000;

    /// <summary>Bytes of those. 16 MiB: as many, of more than 1 KB each.</summary>
    [Range(1L << 20, 1L << 32)]
    public long MaxQueuedAlarmBytes { get; init; } = 16L << 20;

    /// <summary>Bytes of messages about alarms that all sessions hold together, beside <see cref="MaxTotalQueuedBytes"/>. 128 MiB: eight
    /// subscribers that are as far behind as they may be.</summary>
    [Range(1L << 20, 1L << 40)]
    public long MaxTotalAlarmBytes { get; init; } = 128L << 20;

    /// <summary>Open alarms that are retained, beside other messages. 100,000: as many ended ones as wait for an acknowledgement at most, and
    /// as many active. Further ones are in the stream and the API only, and the status says so.</summary>
    [Range(1, 10_000_000)]
    public int MaxRetainedAlarms { get; init; } = 100_000;

    /// <summary>Bytes of those. 192 MiB: nearly 2 KB each.</summary>
    [Range(1L << 20, 1L << 36)]
    public long MaxRetainedAlarmBytes { get; init; } = 192L << 20;

    /// <summary>QoS 1 and 2 messages in flight to one client, if it allows as many. 64: fills a slow link, and is what a reconnect repeats.</summary>
    [Range(1, 65_535)]
    public int MaxInFlight { get; init; } = 64;

    /// <summary>Our own Receive Maximum: QoS 1 and 2 messages a client may send before the first is acknowledged. 512: keeps group commits full.
    /// A session remembers at most twice as many QoS 2 packet ids, because those of an earlier connection may still be open.</summary>
    [Range(1, 65_535)]
    public int ReceiveMaximum { get; init; } = 512;

    /// <summary>Retained messages. 50,000: a status of each gateway and some. A new topic beyond it is refused (0x97).</summary>
    [Range(0, 10_000_000)]
    public int MaxRetainedMessages { get; init; } = 50_000;

    /// <summary>Bytes of those. 64 MiB: 1 KB each.</summary>
    [Range(0L, 1L << 36)]
    public long MaxRetainedBytes { get; init; } = 64L << 20;

    /// <summary>How long after a start the wills of clients that were connected when we stopped wait for them to come back. 60 s: gateways
    /// connect again within half of that, and only those that do not shall be called gone.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan WillDelayAfterRestart { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Changes that may wait for the disk; whoever wants to make another waits. 8,192: a few large commits.</summary>
    [Range(16, 1_000_000)]
    public int MaxPendingChanges { get; init; } = 8_192;

    /// <summary>Bytes of messages in those. 32 MiB.</summary>
    [Range(1L << 10, 1L << 32)]
    public long MaxPendingBytes { get; init; } = 32L << 20;

    /// <summary>Pause before a write is tried again when the disk was full. 1 s: soon after somebody made room, and no storm of attempts.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:05:00")]
    public TimeSpan DiskFullPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>All that is wrong with the values, one sentence each; empty when nothing is.</summary>
    public IReadOnlyList<string> Validate() => OptionsCheck.Of(Section, this);
}
