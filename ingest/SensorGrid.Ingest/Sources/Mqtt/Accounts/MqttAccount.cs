using SensorGrid.Ingest.Sources.Mqtt.Alarms;
using SensorGrid.Ingest.Sources.Mqtt.Topics;

namespace SensorGrid.Ingest.Sources.Mqtt.Accounts;

/// <summary>An account, checked.</summary>
/// <param name="Name">User name.</param>
/// <param name="Password">Hash of its password.</param>
/// <param name="Subscribe">What it may subscribe to.</param>
/// <param name="Publish">What it may publish.</param>
internal sealed record MqttAccount(string Name, PasswordHash Password, IReadOnlyList<TopicFilter> Subscribe, IReadOnlyList<TopicFilter> Publish)
{
    /// <summary>May it have all that a filter matches? Never by a shared subscription: its other members would take its alarms.</summary>
    public bool MayRead(TopicFilter filter) => !filter.IsShared && Subscribe.Any(allowed => allowed.Covers(filter));

    /// <summary>May it publish there?</summary>
    public bool MayWrite(string topic) => !AlarmTopics.Contains(topic) && Publish.Any(allowed => allowed.Matches(topic));
}
