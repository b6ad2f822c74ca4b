using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using MQTTnet;
using MQTTnet.Protocol;

namespace SensorGrid.Benches.Peers;

/// <summary>Takes readings from a broker, watches thresholds, hands lines to the store's batches, publishes alarms. A message is acknowledged
/// when it is in the batch, before it is stored. Ends with an exception when the broker or the store fails: a measured run must not lose in silence.</summary>
internal sealed class StoringSubscriber(IMqttClient client, ThresholdWatch watch, LineBatches batches)
{
    private readonly List<ThresholdChange> changes = [];

    // Published beside the messages: an alarm's PUBACK stands behind all that the broker has under way.
    private readonly Channel<ThresholdChange> alarms =
        Channel.CreateBounded<ThresholdChange>(new BoundedChannelOptions(20_000) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    public static async Task RunAsync(int port, Uri store, ThresholdWatch watch, CancellationToken cancellation)
    {
        using var http = new HttpClient { BaseAddress = store };
        using var client = new MqttClientFactory().CreateMqttClient();
        var batches = new LineBatches(http);
        var lost = new TaskCompletionSource();
        var subscriber = new StoringSubscriber(client, watch, batches);
        client.ApplicationMessageReceivedAsync += received => subscriber.TakeAsync(received.ApplicationMessage, cancellation);
        client.DisconnectedAsync += gone =>
        {
            lost.TrySetException(new InvalidOperationException($"the broker is gone: {gone.Reason} {gone.Exception?.Message}"));
            return Task.CompletedTask;
        };
        await client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", port).WithClientId("peer-mqttnet").Build(), cancellation);
        await client.SubscribeAsync("sensorgrid/v1/+/+/readings", MqttQualityOfServiceLevel.AtLeastOnce, cancellation);
        var writing = batches.WriteAsync(cancellation);
        var publishing = subscriber.PublishAlarmsAsync(cancellation);
        Console.WriteLine("ready");
        await await Task.WhenAny(writing, publishing, lost.Task);
    }

    // MQTTnet awaits it before it takes the next message: one caller at a time.
    private async Task TakeAsync(MqttApplicationMessage message, CancellationToken cancellation)
    {
        string gateway = message.Topic.Split('/')[3];
        var json = new Utf8JsonReader(message.Payload);
        var records = JsonSerializer.Deserialize(ref json, PeerJson.Default.SenMlRecordArray) ?? [];
        var lines = new StringBuilder();
        double baseTime = 0;
        changes.Clear();
        foreach (var record in records)
        {
            baseTime = record.BaseTime ?? baseTime;
            long milliseconds = (long)Math.Round((baseTime + record.Time) * 1000);
            lines.Append(CultureInfo.InvariantCulture, $"level,gateway={gateway},datastream={record.Name} value={record.Value} {milliseconds}\n");
            watch.Add(gateway, record.Name, record.Value, changes);
        }
        await batches.AddAsync(new(lines.ToString(), records.Length), cancellation);
        foreach (var change in changes)
            await alarms.Writer.WriteAsync(change, cancellation);
    }

    private async Task PublishAlarmsAsync(CancellationToken cancellation)
    {
        await foreach (var change in alarms.Reader.ReadAllAsync(cancellation))
        {
            byte[] payload = JsonSerializer.SerializeToUtf8Bytes(change, PeerJson.Default.ThresholdChange);
            await client.PublishBinaryAsync($"alarms/{change.Rule}", payload, MqttQualityOfServiceLevel.AtLeastOnce, cancellationToken: cancellation);
        }
    }
}
