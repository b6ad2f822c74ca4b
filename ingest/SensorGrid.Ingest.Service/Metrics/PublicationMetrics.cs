using System.Diagnostics.Metrics;

namespace SensorGrid.Ingest.Service.Metrics;

/// <summary>Counters of the publication of alarms over MQTT.</summary>
internal sealed class PublicationMetrics : IDisposable
{
    private readonly Meter meter = new("SensorGrid.Ingest.Service");
    private readonly Counter<long> published;
    private readonly Counter<long> held;

    /// <param name="lag">Asked at each scrape.</param>
    public PublicationMetrics(Func<long> lag)
    {
        published = meter.CreateCounter<long>("sensorgrid.alarms.mqtt.publish", "{transition}", "Alarm transitions published over MQTT.");
        held = meter.CreateCounter<long>("sensorgrid.alarms.mqtt.hold", "{attempt}", "Attempts to publish alarms over MQTT that will be repeated.");
        meter.CreateObservableGauge("sensorgrid.alarms.mqtt.lag", lag, "{transition}", "Committed alarm transitions that are not published over MQTT yet.");
    }

    public void Published(int transitions) => published.Add(transitions);

    public void Held() => held.Add(1);

    public void Dispose() => meter.Dispose();
}
