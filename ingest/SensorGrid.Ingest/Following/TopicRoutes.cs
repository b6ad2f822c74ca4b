using System.Collections.Concurrent;
using SensorGrid.ReadingLog;
using SensorGrid.Readings;
using SensorGrid.Readings.Wire;

namespace SensorGrid.Ingest.Following;

/// <summary>Where the messages of one topic belong; looked up once, then kept.</summary>
internal sealed class TopicRoute(TelemetryTopic topic, GatewayDatastreams datastreams)
{
    private ReadingLogOrigin? origin;

    public TelemetryTopic Topic => topic;

    public GatewayDatastreams Datastreams => datastreams;

    public string Gateway => datastreams.Gateway;

    /// <summary>How records of a sender to this topic say where they come from. Mostly it is one sender, whose last one is kept.</summary>
    public ReadingLogOrigin OriginOf(string source, string principal)
    {
        var last = Volatile.Read(ref origin);
        if (last is not null && last.Principal == principal && last.Source == source)
            return last;
        var next = new ReadingLogOrigin(source, principal, topic.Text!);
        Volatile.Write(ref origin, next);
        return next;
    }
}

/// <summary>Topic text to route. Bounded: when full, further topics are taken apart each time, which is slower and otherwise the same.</summary>
internal sealed class TopicRoutes(DatastreamTable table, int capacity)
{
    private readonly ConcurrentDictionary<string, TopicRoute> routes = new(StringComparer.Ordinal);
    private int count;

    /// <summary>The route of a topic that was met before; null when it was not.</summary>
    public TopicRoute? FindKnown(string text) => routes.GetValueOrDefault(text);

    /// <summary>The route of a topic; null when the text is not a telemetry topic.</summary>
    public TopicRoute? Find(string text)
    {
        if (routes.TryGetValue(text, out var known))
            return known;
        if (!TelemetryTopic.TryParse(text, out var topic))
            return null;
        var route = new TopicRoute(topic, table.ForGateway(topic.Gateway.ToString()));
        if (Volatile.Read(ref count) < capacity && routes.TryAdd(text, route))
            Interlocked.Increment(ref count);
        return route;
    }
}
