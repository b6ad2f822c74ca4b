using SensorGrid.Ingest.Sources.Mqtt.Packets;

namespace SensorGrid.Ingest.Sources.Mqtt.Endpoint;

/// <summary>Looks at all connections every now and then and ends those whose time is over: one timer, by the monotonic clock, so that setting the
/// machine's clock drops nobody and keeps nobody.
/// <code>
/// no CONNECT for ConnectTimeout                     closed
/// no packet for 1.5 × keep-alive                    ended, DISCONNECT 0x8D       not while it waits for us
/// has not read what we sent for SendTimeout         cut off
/// </code></summary>
internal sealed class KeepAliveWatch(MqttEndpointOptions options, TimeProvider time)
{
    /// <summary>Judges one connection.</summary>
    public void Look(MqttConnection connection)
    {
        if (connection.Output.BlockedFor > options.SendTimeout)
            connection.Abort(MqttEnding.SendTimeout);
        else if (connection.Ending != MqttEnding.None)
            return;
        else if (!connection.HasConnect && time.GetElapsedTime(connection.ConnectedAt) > options.ConnectTimeout)
            connection.Violate(MqttViolation.ConnectTooLate);
        else if (connection.LongestSilence > TimeSpan.Zero && connection.LastReceived is { } last && time.GetElapsedTime(last) > connection.LongestSilence)
            connection.End(MqttEnding.KeepAliveTimeout);
    }
}
