using System.Text;
using SensorGrid.Ingest.Sources.Mqtt.Sessions;

namespace SensorGrid.Ingest.Sources.Mqtt.Packets;

/// <summary>User properties out of properties that were read and found good, in the order they came (3.3.2.3.7).</summary>
internal static class MqttUserProperties
{
    /// <param name="raw"><see cref="MqttProperties.Raw"/>.</param>
    public static UserProperty[] Read(ReadOnlySpan<byte> raw)
    {
        var found = new List<UserProperty>();
        var body = new MqttBodyReader(raw);
        while (!body.IsAtEnd)
        {
            body.ReadVariable(out int id);
            switch (MqttPropertyTable.FormOf(id))
            {
                case MqttPropertyForm.Byte:
                    body.TryRead(out byte _);
                    break;
                case MqttPropertyForm.TwoBytes:
                    body.TryRead(out ushort _);
                    break;
                case MqttPropertyForm.FourBytes:
                    body.TryRead(out uint _);
                    break;
                case MqttPropertyForm.Variable:
                    body.ReadVariable(out _);
                    break;
                case MqttPropertyForm.TextPair:
                    body.TryRead(out ReadOnlySpan<byte> name);
                    body.TryRead(out ReadOnlySpan<byte> value);
                    found.Add(new(Encoding.UTF8.GetString(name), Encoding.UTF8.GetString(value)));
                    break;
                default:
                    body.TryRead(out ReadOnlySpan<byte> _);
                    break;
            }
        }
        return [.. found];
    }
}
