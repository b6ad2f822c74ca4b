using System.Globalization;
using SensorGrid.Ingest.Tests.Rig;

namespace SensorGrid.Ingest.Tests.Peers;

/// <summary>The embedded broker against Eclipse Paho, so that MQTTnet does not only understand itself.</summary>
public sealed class PahoTests
{
    [SkippableTheory]
    [InlineData(4, 0)]
    [InlineData(4, 1)]
    [InlineData(4, 2)]
    [InlineData(5, 0)]
    [InlineData(5, 1)]
    [InlineData(5, 2)]
    public async Task Every_message_Paho_was_acknowledged_is_in_the_log_in_order(int version, int qos)
    {
        await using var rig = await IngestRig.WithBrokerAsync();

        string output = await PublishAsync(rig, version, "water-gw-1", qos, 200, Messages.Topic);

        Assert.Contains("acknowledged 200", output, StringComparison.Ordinal);
        await Eventually.TrueAsync(() => rig.Log.LastDurableSequence == 200);
        using var reader = rig.Stream.CreateReader("test", 1);
        var values = new List<double>();
        while (reader.NextSequence <= 200)
        {
            foreach (ref readonly var record in (await reader.ReadAsync(CancellationToken.None)).Records)
                values.Add(record.Readings.Readings[0].Value);
        }
        Assert.Equal(Enumerable.Range(0, 200).Select(i => (double)i), values);
    }

    [SkippableTheory]
    [InlineData(4, "acknowledged 0\ndisconnected")]
    [InlineData(5, "acknowledged 1\nconnected")]
    public async Task What_Paho_may_not_publish_is_refused_as_its_version_allows(int version, string expected)
    {
        await using var rig = await IngestRig.WithBrokerAsync();

        string output = await PublishAsync(rig, version, "water-gw-1", 1, 1, "sensorgrid/v1/water/water-gw-2/readings");

        Assert.Contains(expected, output, StringComparison.Ordinal);
        Assert.Empty(rig.LogRecords());
    }

    [SkippableFact]
    public async Task An_unreadable_payload_of_Paho_311_is_acknowledged_because_it_is_on_disk()
    {
        await using var rig = await IngestRig.WithBrokerAsync();

        string output = await PublishAsync(rig, 4, "water-gw-1", 1, 1, Messages.Topic, "nonsense");

        Assert.Contains("acknowledged 1\nconnected", output, StringComparison.Ordinal);
        Assert.Single(rig.LogRecords());
    }

    private static Task<string> PublishAsync(IngestRig rig, int version, string client, int qos, int count, string topic, params string[] payload) =>
        PeerProcess.RunPahoAsync(
            "paho_publish.py",
            ["127.0.0.1", Text(rig.Port), Text(version), client, Text(qos), Text(count), topic, .. payload]);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
