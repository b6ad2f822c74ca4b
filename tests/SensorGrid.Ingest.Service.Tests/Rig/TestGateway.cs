using System.Text;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace SensorGrid.Ingest.Service.Tests.Rig;

/// <summary>A gateway in the field: publishes SenML and waits for the acknowledgement.</summary>
internal sealed class TestGateway : IAsyncDisposable
{
    private readonly IMqttClient client = new MqttClientFactory().CreateMqttClient();
    private readonly string id;

    private TestGateway(string id) => this.id = id;

    public static async Task<TestGateway> ConnectAsync(string mqtt, string id = "water-gw-1")
    {
        var gateway = new TestGateway(id);
        var uri = new Uri(mqtt);
        var options = new MqttClientOptionsBuilder().WithTcpServer(uri.DnsSafeHost, uri.Port).WithClientId(id)
            .WithProtocolVersion(MqttProtocolVersion.V500).WithTimeout(Wait.Patience).Build();
        await gateway.client.ConnectAsync(options);
        return gateway;
    }

    /// <summary>Publishes one value of <c>stage</c>.</summary>
    public Task<MqttClientPublishResult> SendStageAsync(double metres, DateTimeOffset at) =>
        SendAsync(FormattableString.Invariant($$"""[{"n":"stage","u":"m","v":{{metres}},"t":{{at.ToUnixTimeMilliseconds() / 1000.0}}}]"""));

    public Task<MqttClientPublishResult> SendAsync(string payload, string? topic = null) => client.PublishAsync(new MqttApplicationMessageBuilder()
        .WithTopic(topic ?? $"sensorgrid/v1/water/{id}/readings").WithPayload(Encoding.UTF8.GetBytes(payload))
        .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build());

    public async ValueTask DisposeAsync()
    {
        if (client.IsConnected)
            await client.DisconnectAsync();
        client.Dispose();
    }
}
