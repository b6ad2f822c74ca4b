using System.Diagnostics;
using System.Text.Json;
using System.Threading.Channels;
using MQTTnet;
using MQTTnet.Protocol;

namespace SensorGrid.Benches.Load;

/// <summary>Alarms as a dispatch system gets them: a subscription at QoS 1. Reads <c>{ "alarm": { "rule", "active" } }</c> of the service and
/// <c>{ "rule", "active" }</c> of the peers.</summary>
internal sealed class MqttAlarms : IAlarmSource
{
    // Ten a second come, and the probe takes each before it makes another.
    private readonly Channel<(bool Active, long Came)> arrived = Channel.CreateBounded<(bool, long)>(new BoundedChannelOptions(1_000) { FullMode = BoundedChannelFullMode.Wait });
    private readonly IMqttClient client = new MqttClientFactory().CreateMqttClient();

    private MqttAlarms()
    {
        client.ApplicationMessageReceivedAsync += TakeAsync;
        client.DisconnectedAsync += gone =>
        {
            arrived.Writer.TryComplete(new InvalidOperationException($"the subscription to alarms ended: {gone.Reason} {gone.Exception?.Message}"));
            return Task.CompletedTask;
        };
    }

    public static async Task<MqttAlarms> SubscribeAsync(int port, string filter, CancellationToken cancellation)
    {
        var alarms = new MqttAlarms();
        try
        {
            await alarms.client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", port).WithClientId("load-alarms").Build(), cancellation);
            var answer = await alarms.client.SubscribeAsync(filter, MqttQualityOfServiceLevel.AtLeastOnce, cancellation);
            if (answer.Items.Any(item => item.ResultCode > MqttClientSubscribeResultCode.GrantedQoS2))
                throw new InvalidOperationException($"the broker refused the subscription to {filter}");
            return alarms;
        }
        catch
        {
            await alarms.DisposeAsync();
            throw;
        }
    }

    public async Task<long> WaitAsync(bool active, CancellationToken cancellation)
    {
        while (true)
        {
            var alarm = await arrived.Reader.ReadAsync(cancellation);
            if (alarm.Active == active)
                return alarm.Came;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (client.IsConnected)
            await client.DisconnectAsync();
        client.Dispose();
    }

    private async Task TakeAsync(MqttApplicationMessageReceivedEventArgs received)
    {
        long came = Stopwatch.GetTimestamp();
        using var json = JsonDocument.Parse(received.ApplicationMessage.Payload);
        var alarm = json.RootElement.TryGetProperty("alarm", out var inner) ? inner : json.RootElement;
        if (alarm.GetProperty("rule").GetString() == LoadCatalogue.ProbeRule)
            await arrived.Writer.WriteAsync((alarm.GetProperty("active").GetBoolean(), came));
    }
}
