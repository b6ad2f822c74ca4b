namespace SensorGrid.Ingest.Sources.Mqtt.Sessions;

/// <summary>What a connection agreed on with its session.</summary>
/// <param name="ProtocolVersion">4 for MQTT 3.1.1, 5 for MQTT 5: the byte of CONNECT.</param>
/// <param name="ExpirySeconds">How long the session outlives the connection, as granted; 0xFFFFFFFF: for ever; 0: not at all.</param>
/// <param name="ReceiveMaximum">QoS 1 and 2 messages the client takes before it acknowledges one (MQTT 5 3.1.2.11.3); 65,535 when absent.</param>
internal readonly record struct SessionTerms(byte ProtocolVersion, uint ExpirySeconds, ushort ReceiveMaximum = ushort.MaxValue);
