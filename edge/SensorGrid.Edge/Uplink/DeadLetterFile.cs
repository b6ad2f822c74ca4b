using System.Text.Json;

namespace SensorGrid.Edge.Uplink;

/// <summary>Messages the centre refused for what they hold: one JSON object a line, for a person to look at. Two files of bounded
/// size (the current one and the one before), so that a sender gone mad cannot fill the disk.</summary>
internal sealed class DeadLetterFile(string path, long mostBytes, TimeProvider clock)
{
    /// <summary>Messages set aside by this process.</summary>
    public long Count { get; private set; }

    public void Append(string topic, string reason, ReadOnlySpan<byte> payload)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        if (File.Exists(path) && new FileInfo(path).Length + payload.Length > mostBytes)
            File.Move(path, path + ".1", overwrite: true);
        using var stream = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read);
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("at"u8, clock.GetUtcNow());
            json.WriteString("topic"u8, topic);
            json.WriteString("reason"u8, reason);
            json.WriteBase64String("payload"u8, payload);
            json.WriteEndObject();
        }
        stream.WriteByte((byte)'\n');
        Count++;
    }
}
