using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace SensorGrid.Ingest.Sources.Mqtt.Endpoint;

/// <summary>Puts the embedded broker on an endpoint of Kestrel.</summary>
public static class MqttListenOptions
{
    /// <summary>Serves MQTT on this endpoint, IPv4 or IPv6; nothing else.</summary>
    public static ListenOptions UseMqttSource(this ListenOptions listen, MqttEndpointSource source)
    {
        ArgumentNullException.ThrowIfNull(listen);
        ArgumentNullException.ThrowIfNull(source);
        listen.Run(source.RunConnectionAsync);
        return listen;
    }
}
