using System.Buffers;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt;

/// <summary>A gateway as MQTTnet's client plays it.</summary>
internal sealed class MqttTestClient : IAsyncDisposable
{
    private readonly TaskCompletionSource disconnected = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private MqttTestClient(IMqttClient client)
    {
        Client = client;
        client.DisconnectedAsync += _ =>
        {
            disconnected.TrySetResult();
            return Task.CompletedTask;
        };
    }

    public IMqttClient Client { get; }

    /// <summary>Completes when the connection is gone.</summary>
    public Task Disconnected => disconnected.Task.WaitAsync(Patience);

    /// <summary>Longer than anything takes that does happen; nothing is expected to take it.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(30);

    public static async Task<MqttTestClient> ConnectAsync(
        int port, MqttProtocolVersion version, string clientId = "water-gw-1", string host = "127.0.0.1", Action<MqttClientOptionsBuilder>? more = null)
    {
        var client = new MqttTestClient(new MqttClientFactory().CreateMqttClient());
        var options = new MqttClientOptionsBuilder()
            .WithTcpServer(host, port)
            .WithProtocolVersion(version)
            .WithClientId(clientId)
            .WithTimeout(Patience);
        more?.Invoke(options);
        var result = await client.Client.ConnectAsync(options.Build());
        if (result.ResultCode != MqttClientConnectResultCode.Success)
            throw new InvalidOperationException($"The broker refused: {result.ResultCode}.");
        return client;
    }

    public Task<MqttClientPublishResult> PublishAsync(
        string topic, byte[] payload, MqttQualityOfServiceLevel qos, bool retain = false, CancellationToken cancellationToken = default) =>
        Client.PublishAsync(
            new MqttApplicationMessageBuilder()
                .WithTopic(topic).WithPayload(new ReadOnlySequence<byte>(payload)).WithQualityOfServiceLevel(qos).WithRetainFlag(retain).Build(),
            cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (Client.IsConnected)
            await Client.DisconnectAsync();
        Client.Dispose();
    }
}
