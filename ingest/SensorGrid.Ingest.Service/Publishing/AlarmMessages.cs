using System.Text.Json;
using SensorGrid.Ingest.Service.Alarms;
using SensorGrid.Ingest.Service.Api;
using SensorGrid.Ingest.Sources;
using SensorGrid.Ingest.Sources.Mqtt.Alarms;

namespace SensorGrid.Ingest.Service.Publishing;

/// <summary>Alarms and their transitions → MQTT messages (ingest/docs/mqtt-alarms.md). Pure.</summary>
internal static class AlarmMessages
{
    /// <summary>The messages of some transitions: each of them; then each alarm's state, once; then each domain's position, so that nobody finds a position
    /// of something that has not been published yet.</summary>
    /// <param name="events">In the order of their positions.</param>
    /// <param name="positions">Position of each domain before; moved on.</param>
    public static List<PublishedMessage> Of(IReadOnlyList<AlarmEventView> events, Dictionary<string, long> positions)
    {
        var messages = new List<PublishedMessage>(events.Count * 2 + 8);
        var states = new Dictionary<string, AlarmView>(StringComparer.Ordinal);
        var domains = new HashSet<string>(StringComparer.Ordinal);
        foreach (var happened in events)
        {
            string domain = happened.Alarm.Domain;
            messages.Add(Event(happened with { Previous = positions.GetValueOrDefault(domain) }));
            positions[domain] = happened.Position;
            states[happened.Alarm.Id] = happened.Alarm;
            domains.Add(domain);
        }
        messages.AddRange(states.Values.Select(State));
        messages.AddRange(domains.Order(StringComparer.Ordinal).Select(domain => Position(domain, positions[domain])));
        return messages;
    }

    /// <summary>An alarm as it stands; empty when it is open no more, which takes the retained message back.</summary>
    public static PublishedMessage State(AlarmView alarm) => new(
        AlarmTopics.Open(alarm.Domain, alarm.Id), alarm.Open ? Json(new AlarmState(alarm.Position, alarm)) : default, Retain: true);

    /// <summary>How far the transitions of a domain are.</summary>
    public static PublishedMessage Position(string domain, long position) => new(AlarmTopics.Position(domain), Json(new DomainPosition(position)), Retain: true);

    /// <summary>Takes back what is retained on a topic.</summary>
    public static PublishedMessage Clear(string topic) => new(topic, default, Retain: true);

    private static PublishedMessage Event(AlarmEventView happened) =>
        new(AlarmTopics.Events(happened.Alarm.Domain), Json(happened), Retain: false) { Position = happened.Position };

    private static byte[] Json<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, ApiJson.Options);

    private sealed record AlarmState(long Position, AlarmView Alarm);

    private sealed record DomainPosition(long Position);
}
