using System.Buffers;
using System.Globalization;
using System.Text;
using SensorGrid.Ingest.Sources.Mqtt.Sessions;
using SensorGrid.Ingest.Sources.Mqtt.Topics;

namespace SensorGrid.Ingest.Sources.Mqtt.Packets;

/// <summary>Copies messages out of packets, for those that somebody else gets. What only goes into the log is never made one.</summary>
internal static class MqttMessages
{
    /// <summary>The message of a PUBLISH.</summary>
    /// <param name="publish">The packet.</param>
    /// <param name="topic">Its topic, an alias resolved.</param>
    /// <param name="nowTicks">When it came, in ticks of the session clock.</param>
    public static MqttMessage From(scoped in MqttPublish publish, string topic, long nowTicks) =>
        Make(topic, publish.Payload.ToArray(), publish.Qos, publish.Retain, publish.Properties, ExpiryOf(publish.Properties, nowTicks));

    /// <summary>The message of a will. Its expiry counts from when it is published (3.1.3.2.4); until then its <see cref="MqttMessage.ExpiresAtTicks"/>
    /// holds the length, which no time since our era can be mistaken for. <see cref="OfDueWill"/> turns it into a time.</summary>
    public static MqttMessage OfWill(string topic, byte[] payload, byte qos, bool retain, scoped in MqttProperties properties) =>
        Make(topic, payload, qos, retain, properties, ExpiryOf(properties, 0));

    /// <summary>The message to publish when a will is due.</summary>
    public static MqttMessage OfDueWill(MqttMessage will, long nowTicks) => will.ExpiresAtTicks == MqttMessage.NeverExpires ? will : new()
    {
        Topic = will.Topic,
        Payload = will.Payload,
        Qos = will.Qos,
        Retain = will.Retain,
        PayloadIsText = will.PayloadIsText,
        ContentType = will.ContentType,
        ResponseTopic = will.ResponseTopic,
        CorrelationData = will.CorrelationData,
        UserProperties = will.UserProperties,
        ExpiresAtTicks = nowTicks + will.ExpiresAtTicks,
    };

    /// <summary>A message of ours: JSON, unless it says otherwise, or the empty one that takes a retained one back. It never expires: an alarm that nobody got is not old news.</summary>
    public static MqttMessage OfOurs(PublishedMessage published) => new()
    {
        Topic = published.Topic,
        Payload = published.Payload,
        Qos = published.AtMostOnce ? MqttQos.AtMostOnce : MqttQos.AtLeastOnce,
        Retain = published.Retain,
        PayloadIsText = published.Payload.IsEmpty || published.IsBinary ? null : true,
        ContentType = published.Payload.IsEmpty || published.IsBinary ? null : "application/json",
        UserProperties = published.Position is { } position ? [new("position", position.ToString(CultureInfo.InvariantCulture))] : [],
    };

    private static long ExpiryOf(scoped in MqttProperties properties, long nowTicks) =>
        properties.Has(MqttPropertyId.MessageExpiryInterval) ? SessionClock.After(nowTicks, properties.MessageExpirySeconds) : MqttMessage.NeverExpires;

    private static MqttMessage Make(string topic, byte[] payload, byte qos, bool retain, scoped in MqttProperties properties, long expiresAtTicks) => new()
    {
        Topic = topic,
        Payload = payload,
        Qos = (MqttQos)qos,
        Retain = retain,
        PayloadIsText = properties.Has(MqttPropertyId.PayloadFormatIndicator) ? properties.PayloadFormat == 1 : null,
        ContentType = properties.Has(MqttPropertyId.ContentType) ? Encoding.UTF8.GetString(properties.ContentType) : null,
        ResponseTopic = properties.Has(MqttPropertyId.ResponseTopic) ? Encoding.UTF8.GetString(properties.ResponseTopic) : null,
        // A bare null would become an empty memory, and so a property that nobody sent.
        CorrelationData = properties.Has(MqttPropertyId.CorrelationData) ? properties.CorrelationData.ToArray() : default(ReadOnlyMemory<byte>?),
        UserProperties = properties.Has(MqttPropertyId.UserProperty) ? MqttUserProperties.Read(properties.Raw) : [],
        ExpiresAtTicks = expiresAtTicks,
    };
}
