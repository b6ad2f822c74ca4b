using System.Net;
using System.Net.Sockets;
using System.Text;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using SensorGrid.Ingest.Sources.Mqtt.Endpoint;
using SensorGrid.Ingest.Tests.Rig;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt;

/// <summary>Raw bytes and heavy use against the embedded broker.</summary>
public sealed class MqttEndpointAbuseTests
{
    private static readonly byte[] Connect311 =
        [0x10, 0x16, 0, 4, .. "MQTT"u8, 4, 2, 0, 60, 0, 10, .. "water-gw-1"u8];

    [Fact]
    public async Task A_silent_connection_is_closed()
    {
        await using var rig = await IngestRig.WithBrokerAsync(mqtt: new MqttEndpointOptions { ConnectTimeout = TimeSpan.FromMilliseconds(100) });
        using var socket = await ConnectAsync(rig);

        Assert.Equal(0, await ReadAsync(socket, new byte[1]));
    }

    [Theory]
    [InlineData("30FFFFFF7F")]
    [InlineData("10FFFFFF7F")]
    [InlineData("10FFFFFFFF01")]
    public async Task A_header_that_announces_a_huge_packet_closes_the_connection_before_CONNECT(string header)
    {
        await using var rig = await IngestRig.WithBrokerAsync();
        using var socket = await ConnectAsync(rig);
        await socket.SendAsync(Convert.FromHexString(header));

        Assert.Equal(0, await ReadAsync(socket, new byte[1]));
    }

    [Theory]
    [InlineData("a/#")]
    [InlineData("sensorgrid/v1/water/water-gw-1/readings\0")]
    public async Task A_topic_that_MQTT_forbids_is_not_acknowledged(string topic)
    {
        await using var rig = await IngestRig.WithBrokerAsync();
        using var socket = await ConnectAsync(rig);
        await socket.SendAsync(Connect311);
        byte[] connack = new byte[4];
        Assert.Equal(4, await ReadAsync(socket, connack));
        Assert.Equal(0, connack[3]);
        byte[] name = Encoding.UTF8.GetBytes(topic);
        byte[] body = [0, (byte)name.Length, .. name, 0, 1, .. "[]"u8];
        await socket.SendAsync(new byte[] { 0x32, (byte)body.Length }.Concat(body).ToArray());

        Assert.Equal(0, await ReadAsync(socket, new byte[1]));
        Assert.Empty(rig.LogRecords());
        Assert.Equal(1, rig.Metrics.Rejected["topic_invalid"]);
    }

    [Theory]
    [InlineData("6D717474")]
    [InlineData("00000000")]
    [InlineData("3203000161")]
    [InlineData("10020004")]
    [InlineData("FFFFFFFFFFFF")]
    public async Task Garbage_ends_its_own_connection_only(string bytes)
    {
        await using var rig = await IngestRig.WithBrokerAsync(mqtt: new MqttEndpointOptions { ConnectTimeout = TimeSpan.FromMilliseconds(500) });
        await using var good = await MqttTestClient.ConnectAsync(rig.Port, MqttProtocolVersion.V500, "good");
        using var socket = await ConnectAsync(rig);
        await socket.SendAsync(Convert.FromHexString(bytes));
        Assert.Equal(0, await ReadAsync(socket, new byte[1]));

        Assert.True((await good.PublishAsync("sensorgrid/v1/fire/good/readings", Messages.Pack(), MqttQualityOfServiceLevel.AtLeastOnce)).IsSuccess);
    }

    [Fact]
    public async Task Payloads_of_many_connections_stay_what_they_were()
    {
        // The library reads from pooled buffers; every payload must be whole in the log although others come in while it waits for the disk.
        await using var rig = await IngestRig.WithBrokerAsync();
        var sent = await Task.WhenAll(Enumerable.Range(0, 4).Select(number => Task.Run(async () =>
        {
            var random = new Random(number);
            var payloads = new List<string>();
            await using var gateway = await MqttTestClient.ConnectAsync(rig.Port, MqttProtocolVersion.V311, "gw-" + number);
            for (int i = 0; i < 40; i++)
            {
                string payload = "[" + string.Join(',', Enumerable.Range(0, random.Next(1, 500)).Select(n => $$"""{"n":"gw{{number}}.{{n}}","v":{{random.Next()}}}""")) + "]";
                payloads.Add(payload);
                await gateway.PublishAsync($"sensorgrid/v1/fire/gw-{number}/readings", Encoding.UTF8.GetBytes(payload), MqttQualityOfServiceLevel.AtLeastOnce);
            }
            return payloads;
        })));

        var kept = rig.LogRecords().GroupBy(r => r.Principal).ToDictionary(g => g.Key, g => g.Select(r => Encoding.UTF8.GetString(r.Payload.Span)).ToList());
        for (int number = 0; number < 4; number++)
            Assert.Equal(sent[number], kept["gw-" + number]);
        Assert.Empty(rig.Metrics.Rejected);
    }

    private static async Task<Socket> ConnectAsync(IngestRig rig)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, rig.Port);
        return socket;
    }

    // Reads until full or closed; a reset is a close too.
    private static async Task<int> ReadAsync(Socket socket, byte[] into)
    {
        using var limit = new CancellationTokenSource(MqttTestClient.Patience);
        int read = 0;
        try
        {
            while (read < into.Length && await socket.ReceiveAsync(into.AsMemory(read), limit.Token) is > 0 and var n)
                read += n;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
        }
        return read;
    }
}
