using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SensorGrid.Ingest.Sources.Mqtt.Endpoint;
using SensorGrid.Ingest.Sources.Mqtt.Packets;
using SensorGrid.Ingest.Tests.Sources.Mqtt.Packets;
using SensorGrid.Ingest.Tests.Sources.Mqtt.Standard;
using static SensorGrid.Ingest.Tests.Sources.Mqtt.Standard.NormativeAttribute;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt.Endpoint;

/// <summary>MQTT over WebSocket, over a real connection.</summary>
public sealed class MqttWebSocketTests
{
    private const MqttVersion V5 = MqttVersion.V5;

    [Fact]
    [Normative(Mqtt5, "MQTT-6.0.0-1", "MQTT-6.0.0-2", "MQTT-4.2.0-1")]
    [Normative(Mqtt311, "MQTT-6.0.0-1", "MQTT-6.0.0-2", "MQTT-7.1.1-1")]
    public async Task Packets_and_frames_have_nothing_to_do_with_each_other()
    {
        await using var rig = new EndpointRig(maxPayloadBytes: 200_000);
        rig.Sink.CommitsAtOnce = true;
        await using var server = await Server.StartAsync(rig);
        using var socket = await server.ConnectAsync();
        // More than a pipe holds before it makes its writer wait.
        string large = new('x', 150_000);
        byte[] bytes = [.. Wire.Connect(V5), .. Wire.Publish(V5, "log/a", "1", qos: 1, id: 1), .. Wire.Publish(V5, "log/a", large, qos: 1, id: 2), 0xC0, 0];
        for (int at = 0; at < bytes.Length;)
        {
            int length = at < 40 ? 1 : Math.Min(70_000, bytes.Length - at);
            await socket.SendAsync(bytes.AsMemory(at, length), WebSocketMessageType.Binary, endOfMessage: at % 2 == 0, CancellationToken.None);
            at += length;
        }

        // CONNACK, two PUBACKs, PINGRESP.
        string got = await ReceiveAsync(socket, 16 + 4 + 4 + 2);

        Assert.StartsWith("200E0000", got, StringComparison.Ordinal);
        Assert.Contains("40020001", got, StringComparison.Ordinal);
        Assert.Contains("40020002", got, StringComparison.Ordinal);
        Assert.Contains("D000", got[32..], StringComparison.Ordinal);
        Assert.Equal(["1", large], rig.Sink.Messages.Select(message => message.Payload));
        await socket.SendAsync(new byte[] { 0xE0, 0 }, WebSocketMessageType.Binary, true, CancellationToken.None);
        Assert.Equal("", await ReceiveAsync(socket, int.MaxValue));
        Assert.Equal(WebSocketState.CloseReceived, socket.State);
    }

    [Fact]
    [Normative(Mqtt5, "MQTT-6.0.0-1")]
    [Normative(Mqtt311, "MQTT-6.0.0-1")]
    public async Task A_text_frame_ends_the_connection()
    {
        await using var rig = new EndpointRig();
        await using var server = await Server.StartAsync(rig);
        using var socket = await server.ConnectAsync();
        await socket.SendAsync("{}"u8.ToArray(), WebSocketMessageType.Text, true, CancellationToken.None);

        Assert.Equal("", await ReceiveAsync(socket, int.MaxValue));
    }

    [Theory]
    [InlineData("chat", null)]
    [InlineData(null, null)]
    [InlineData("mqtt", "http://elsewhere.example")]
    [InlineData("mqtt", "null")]
    [Normative(Mqtt5, "MQTT-6.0.0-3")]
    [Normative(Mqtt311, "MQTT-6.0.0-3")]
    public async Task Other_protocols_and_pages_of_other_origins_are_refused(string? protocol, string? origin)
    {
        await using var rig = new EndpointRig();
        await using var server = await Server.StartAsync(rig);

        await Assert.ThrowsAsync<WebSocketException>(() => server.ConnectAsync(protocol, origin));
    }

    [Fact]
    [Normative(Mqtt5, "MQTT-6.0.0-4")]
    [Normative(Mqtt311, "MQTT-6.0.0-4")]
    public async Task A_page_of_our_own_may_connect()
    {
        await using var rig = new EndpointRig();
        await using var server = await Server.StartAsync(rig);

        using var socket = await server.ConnectAsync("mqtt", $"http://{server.Address.Authority}");

        Assert.Equal("mqtt", socket.SubProtocol);
    }

    private static async Task<string> ReceiveAsync(ClientWebSocket socket, int bytes)
    {
        using var limit = new CancellationTokenSource(MqttTestClient.Patience);
        byte[] buffer = new byte[4096];
        string got = "";
        while (got.Length < bytes * 2L)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(), limit.Token);
            if (received.MessageType == WebSocketMessageType.Close)
                return got;
            Assert.Equal(WebSocketMessageType.Binary, received.MessageType);
            got += Convert.ToHexString(buffer.AsSpan(0, received.Count));
        }
        return got;
    }

    private sealed class Server(WebApplication host) : IAsyncDisposable
    {
        public Uri Address { get; } = new(host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

        public static async Task<Server> StartAsync(EndpointRig rig)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
            var host = builder.Build();
            host.UseWebSockets();
            host.MapMqttSource("/mqtt", new MqttEndpointSource(rig.Endpoint));
            await host.StartAsync();
            return new(host);
        }

        public async Task<ClientWebSocket> ConnectAsync(string? protocol = "mqtt", string? origin = null)
        {
            var socket = new ClientWebSocket();
            if (protocol is not null)
                socket.Options.AddSubProtocol(protocol);
            if (origin is not null)
                socket.Options.SetRequestHeader("Origin", origin);
            await socket.ConnectAsync(new Uri($"ws://{Address.Authority}/mqtt"), CancellationToken.None);
            return socket;
        }

        public async ValueTask DisposeAsync()
        {
            await host.StopAsync();
            await host.DisposeAsync();
        }
    }
}
