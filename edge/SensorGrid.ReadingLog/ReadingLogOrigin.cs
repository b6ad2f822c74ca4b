using System.Text;

namespace SensorGrid.ReadingLog;

/// <summary>Where entries come from, as it stands on each of their records: made once for all messages that one sender sends to one topic.
/// One that is too long is refused when it is appended.</summary>
public sealed class ReadingLogOrigin
{
    /// <param name="source">Where it came in, e.g. <c>mqtt</c>; at most 255 bytes of UTF-8.</param>
    /// <param name="principal">Who sent it: gateway or client id, or the operator; at most 255 bytes of UTF-8.</param>
    /// <param name="topic">MQTT topic, or the type of a command; at most 65,535 bytes of UTF-8.</param>
    public ReadingLogOrigin(string source, string principal, string topic)
    {
        Source = source;
        Principal = principal;
        Topic = topic;
        SourceBytes = Encoding.UTF8.GetByteCount(source);
        PrincipalBytes = Encoding.UTF8.GetByteCount(principal);
        TopicBytes = Encoding.UTF8.GetByteCount(topic);
        Utf8 = [.. Encoding.UTF8.GetBytes(source), .. Encoding.UTF8.GetBytes(principal), .. Encoding.UTF8.GetBytes(topic)];
    }

    /// <summary>Where it came in.</summary>
    public string Source { get; }

    /// <summary>Who sent it.</summary>
    public string Principal { get; }

    /// <summary>MQTT topic, or the type of a command.</summary>
    public string Topic { get; }

    internal int SourceBytes { get; }

    internal int PrincipalBytes { get; }

    internal int TopicBytes { get; }

    /// <summary>The three, one behind the other.</summary>
    internal byte[] Utf8 { get; }
}
