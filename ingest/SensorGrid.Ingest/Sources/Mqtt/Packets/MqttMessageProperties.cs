using System.Text;

namespace SensorGrid.Ingest.Sources.Mqtt.Packets;

/// <summary>Properties of a message that go on to its subscribers unchanged [MQTT-3.3.2-4, -15, -16, -17, -18, -20], and its expiry, which is
/// told to them less the time it waited here [MQTT-3.3.2-6].</summary>
internal sealed record MqttMessageProperties
{
    /// <summary>A message without any.</summary>
    public static MqttMessageProperties None { get; } = new();

    /// <summary>0, 1 or null when it was not given.</summary>
    public byte? PayloadFormat { get; init; }

    /// <summary>Seconds; null = never.</summary>
    public uint? ExpirySeconds { get; init; }

    /// <summary>Media type.</summary>
    public string? ContentType { get; init; }

    /// <summary>Where an answer should go.</summary>
    public string? ResponseTopic { get; init; }

    /// <summary>What an answer should carry.</summary>
    public byte[]? CorrelationData { get; init; }

    /// <summary>In the order they came.</summary>
    public KeyValuePair<string, string>[] UserProperties { get; init; } = [];

    /// <summary>Copies them out of a packet.</summary>
    public static MqttMessageProperties From(in MqttProperties properties)
    {
        if (properties.Raw.IsEmpty)
            return None;
        return new()
        {
            PayloadFormat = properties.Has(MqttPropertyId.PayloadFormatIndicator) ? properties.PayloadFormat : null,
            ExpirySeconds = properties.Has(MqttPropertyId.MessageExpiryInterval) ? properties.MessageExpirySeconds : null,
            ContentType = properties.Has(MqttPropertyId.ContentType) ? Encoding.UTF8.GetString(properties.ContentType) : null,
            ResponseTopic = properties.Has(MqttPropertyId.ResponseTopic) ? Encoding.UTF8.GetString(properties.ResponseTopic) : null,
            CorrelationData = properties.Has(MqttPropertyId.CorrelationData) ? properties.CorrelationData.ToArray() : null,
            UserProperties = properties.Has(MqttPropertyId.UserProperty) ? MqttUserProperties.Read(properties.Raw) : [],
        };
    }
}
