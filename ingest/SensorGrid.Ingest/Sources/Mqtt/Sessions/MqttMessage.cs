using System.Text;
using SensorGrid.Ingest.Sources.Mqtt.Alarms;
using SensorGrid.Ingest.Sources.Mqtt.Topics;

namespace SensorGrid.Ingest.Sources.Mqtt.Sessions;

/// <summary>One User Property (MQTT 5 3.3.2.3.7). The same name may stand several times.</summary>
/// <param name="Name">Name.</param>
/// <param name="Value">Value.</param>
internal readonly record struct UserProperty(string Name, string Value);

/// <summary>An application message on its way to subscribers, or kept for later ones. Nothing of it changes, so that any number of sessions
/// hold the same one. The bytes are its own: whoever makes it copies them out of a receive buffer first.</summary>
internal sealed class MqttMessage
{
    /// <summary>Expiry of a message that has none.</summary>
    public const long NeverExpires = long.MaxValue;

    // Object, array and string headers, the entry in a queue: what a message of one byte costs.
    private const int FixedCost = 160;

    private int size;
    private long storeId;

    /// <summary>Topic name, checked, without a topic alias.</summary>
    public required string Topic { get; init; }

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>QoS it was published with.</summary>
    public MqttQos Qos { get; init; }

    /// <summary>RETAIN flag it was published with.</summary>
    public bool Retain { get; init; }

    /// <summary>Payload Format Indicator: true for UTF-8, false for bytes, null when absent.</summary>
    public bool? PayloadIsText { get; init; }

    /// <summary>Content Type; null when absent.</summary>
    public string? ContentType { get; init; }

    /// <summary>Response Topic; null when absent.</summary>
    public string? ResponseTopic { get; init; }

    /// <summary>Correlation Data; null when absent.</summary>
    public ReadOnlyMemory<byte>? CorrelationData { get; init; }

    /// <summary>User Properties in the order they came [MQTT-3.3.2-18].</summary>
    public UserProperty[] UserProperties { get; init; } = [];

    /// <summary>When it expires, in ticks of <see cref="SessionClock"/>; <see cref="NeverExpires"/> when it does not.</summary>
    public long ExpiresAtTicks { get; init; } = NeverExpires;

    /// <summary>Bytes it is accounted with: its content and what holding it costs.</summary>
    public int Size => size != 0 ? size : size = Measure();

    /// <summary>Its number in the session store; 0 as long as it was never stored. The only thing that is ever set later, once.</summary>
    internal long StoreId => Volatile.Read(ref storeId);

    /// <summary>It tells of an alarm: it is held under bounds of its own. By its topic, so that what was kept over a restart is one too.</summary>
    public bool IsAlarm => AlarmTopics.Contains(Topic);

    /// <summary>Whether its time is over.</summary>
    public bool HasExpired(long nowTicks) => ExpiresAtTicks <= nowTicks;

    /// <summary>The Message Expiry Interval to send: what is left of it [MQTT-3.3.2-6], in seconds, rounded up; null when it never expires.</summary>
    public uint? ExpirySeconds(long nowTicks)
    {
        if (ExpiresAtTicks == NeverExpires)
            return null;
        long left = Math.Max(0, ExpiresAtTicks - nowTicks);
        return (uint)Math.Min(uint.MaxValue, (left + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond);
    }

    /// <summary>Gives it a number unless it has one.</summary>
    internal long TakeStoreId(ref long lastId)
    {
        if (StoreId == 0)
            Interlocked.CompareExchange(ref storeId, Interlocked.Increment(ref lastId), 0);
        return StoreId;
    }

    internal void RestoreStoreId(long id) => Volatile.Write(ref storeId, id);

    private int Measure()
    {
        int bytes = FixedCost + Encoding.UTF8.GetByteCount(Topic) + Payload.Length + (CorrelationData?.Length ?? 0);
        if (ContentType is not null)
            bytes += Encoding.UTF8.GetByteCount(ContentType);
        if (ResponseTopic is not null)
            bytes += Encoding.UTF8.GetByteCount(ResponseTopic);
        foreach (var (name, value) in UserProperties)
            bytes += Encoding.UTF8.GetByteCount(name) + Encoding.UTF8.GetByteCount(value);
        return bytes;
    }
}
