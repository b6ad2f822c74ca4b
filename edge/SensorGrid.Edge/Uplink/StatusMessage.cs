using System.Buffers;
using System.Text.Json;

namespace SensorGrid.Edge.Uplink;

/// <summary>Payload of <c>…/status</c>: <c>{"online":true,"at":"2026-01-02T03:04:05.678Z","agent":"…"}</c>.</summary>
internal static class StatusMessage
{
    public static byte[] Create(bool online, DateTimeOffset at, string agent)
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteBoolean("online"u8, online);
            json.WriteString("at"u8, at.UtcDateTime);
            json.WriteString("agent"u8, agent);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }
}
