using SensorGrid.Readings;
using SensorGrid.Readings.Wire;

namespace SensorGrid.Alarms.Replays;

/// <summary>Decodes the messages of a reading log. What is in force at their place says nothing about that, so it may be done ahead of their
/// evaluation, on another thread.</summary>
public sealed class LogMessageDecoder
{
    // As many topics as a city has; further ones are taken apart each time, which is slower and otherwise the same.
    private const int MostTopics = 300_000;

    private readonly DatastreamTable table;
    private readonly PayloadDecoder decoder = new();
    private readonly ReadingBatch batch = new();
    private readonly Dictionary<string, Route> routes = new(StringComparer.Ordinal);

    /// <param name="table">Gives the datastreams their numbers; the one of the evaluations.</param>
    public LogMessageDecoder(DatastreamTable table) => this.table = table;

    /// <summary>Decodes a message.</summary>
    /// <param name="receivedAtTicks">When it was received.</param>
    /// <param name="topic">Topic it came to.</param>
    /// <param name="payload">Its bytes.</param>
    /// <param name="gateway">Who sent it; empty for topics that carry no readings.</param>
    /// <returns>Its readings, not assessed; valid until the next call.</returns>
    public ReadOnlySpan<Reading> Decode(long receivedAtTicks, string topic, ReadOnlySpan<byte> payload, out string gateway)
    {
        batch.Clear();
        gateway = "";
        if (RouteOf(topic) is { } route)
        {
            decoder.Decode(route.Topic, payload, receivedAtTicks, route.Datastreams, batch);
            gateway = route.Datastreams.Gateway;
        }
        return batch.Readings;
    }

    private Route? RouteOf(string topic)
    {
        if (routes.TryGetValue(topic, out var known))
            return known;
        if (!TelemetryTopic.TryParse(topic, out var parsed))
            return null;
        var route = new Route(parsed, table.ForGateway(parsed.Gateway.ToString()));
        if (routes.Count < MostTopics)
            routes.Add(topic, route);
        return route;
    }

    private sealed record Route(TelemetryTopic Topic, GatewayDatastreams Datastreams);
}
