using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using MQTTnet.Protocol;
using MQTTnet.Server;
using SensorGrid.Testing;

namespace SensorGrid.Edge.Tests.Uplink;

/// <summary>A real MQTT broker in this process that decides about each message: acknowledge, refuse, or cut the connection.</summary>
internal sealed class TestBroker : IAsyncDisposable
{
    private readonly MqttServer server;

    private TestBroker(MqttServer server, int port)
    {
        this.server = server;
        Port = port;
        server.InterceptingPublishAsync += InterceptAsync;
    }

    public int Port { get; }

    /// <summary>Messages in the order they came, refused and cut ones included.</summary>
    public ConcurrentQueue<(string Topic, byte[] Payload, bool Retained)> Received { get; } = new();

    /// <summary>What happens to a message; null acknowledges it.</summary>
    public Func<InterceptingPublishEventArgs, Task>? OnPublish { get; set; }

    public static async Task<TestBroker> StartAsync(int port = 0)
    {
        if (port == 0)
            port = FreePort.Take();
        var options = new MqttServerOptionsBuilder()
            .WithDefaultEndpoint()
            .WithDefaultEndpointBoundIPAddress(IPAddress.Loopback)
            .WithDefaultEndpointBoundIPV6Address(IPAddress.None)
            .WithDefaultEndpointPort(port)
            .WithPersistentSessions()
            .Build();
        var server = new MqttServerFactory().CreateMqttServer(options);
        await server.StartAsync();
        return new(server, port);
    }

    public async ValueTask DisposeAsync()
    {
        await server.StopAsync();
        server.Dispose();
    }

    public static Task CutAsync(InterceptingPublishEventArgs message)
    {
        message.CloseConnection = true;
        message.ProcessPublish = false;
        return Task.CompletedTask;
    }

    public static Task RefuseAsync(InterceptingPublishEventArgs message, MqttPubAckReasonCode reason)
    {
        message.Response.ReasonCode = reason;
        message.ProcessPublish = false;
        return Task.CompletedTask;
    }

    public IEnumerable<byte[]> PayloadsOf(string kind) =>
        Received.Where(message => message.Topic.EndsWith('/' + kind)).Select(message => message.Payload);

    private async Task InterceptAsync(InterceptingPublishEventArgs message)
    {
        var application = message.ApplicationMessage;
        Received.Enqueue((application.Topic, application.Payload.ToArray(), application.Retain));
        if (OnPublish is not null)
            await OnPublish(message);
    }
}
