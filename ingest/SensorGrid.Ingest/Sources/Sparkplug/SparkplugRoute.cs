using System.Collections.Concurrent;
using System.Text;
using SensorGrid.Readings.Wire;
using SensorGrid.Readings.Wire.SparkplugB;

namespace SensorGrid.Ingest.Sources.Sparkplug;

/// <summary>Where the messages of one Sparkplug topic belong; taken apart once, then kept.</summary>
internal sealed class SparkplugRoute
{
    private SparkplugRoute(in SparkplugTopic topic)
    {
        Type = topic.Type;
        Group = topic.Group.ToString();
        Edge = topic.Edge.ToString();
        Device = topic.Device.ToString();
        Device8 = Encoding.UTF8.GetBytes(Device);
        Gateway = SparkplugNames.IdOf(Edge);
        RecordTopic = TelemetryTopic.Format(SparkplugNames.IdOf(Group), Gateway, TelemetryTopicKind.Sparkplug);
    }

    public SparkplugMessageType Type { get; }

    public string Group { get; }

    public string Edge { get; }

    /// <summary>Device; empty of messages of the edge node.</summary>
    public string Device { get; }

    /// <summary>The same as UTF-8.</summary>
    public byte[] Device8 { get; }

    /// <summary>The gateway that the edge node is here.</summary>
    public string Gateway { get; }

    /// <summary>Topic of its records in the log.</summary>
    public string RecordTopic { get; }

    /// <summary>The route of a topic that an edge node publishes to; null when it is none.</summary>
    public static SparkplugRoute? Of(string text) =>
        SparkplugTopic.Parse(text, out var topic) == SparkplugTopicError.None && !topic.IsCommand && topic.Type != SparkplugMessageType.State ? new(topic) : null;
}

/// <summary>Routes by topic text. Bounded: when full, further topics are taken apart each time, which is slower and otherwise the same.</summary>
internal sealed class SparkplugRoutes(int capacity)
{
    private readonly ConcurrentDictionary<string, SparkplugRoute> routes = new(StringComparer.Ordinal);
    private int count;

    public SparkplugRoute? FindKnown(string text) => routes.GetValueOrDefault(text);

    public void Keep(string text, SparkplugRoute route)
    {
        if (Volatile.Read(ref count) < capacity && routes.TryAdd(text, route))
            Interlocked.Increment(ref count);
    }
}
