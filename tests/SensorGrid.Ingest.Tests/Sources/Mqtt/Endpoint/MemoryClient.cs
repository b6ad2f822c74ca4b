using System.IO.Pipelines;
using System.Net;
using SensorGrid.Ingest.Sources.Mqtt.Endpoint;
using SensorGrid.Ingest.Sources.Mqtt.Packets;
using SensorGrid.Ingest.Tests.Sources.Mqtt.Packets;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt.Endpoint;

/// <summary>A client at the other end of two pipes: writes bytes, reads packets. Knows nothing of MQTT but where a packet ends.</summary>
internal sealed class MemoryClient
{
    private readonly Pipe toServer = new(new PipeOptions(pauseWriterThreshold: 0));
    private readonly Pipe toClient;
    private readonly TaskCompletionSource aborted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public MemoryClient(MqttEndpoint endpoint, string address = "192.0.2.1")
    {
        // As small as a socket's buffer that nobody empties, so that a peer that does not read is noticed.
        toClient = new(new PipeOptions(pauseWriterThreshold: 4096, resumeWriterThreshold: 2048, useSynchronizationContext: false));
        Served = endpoint.RunAsync(new(new Duplex(toServer.Reader, toClient.Writer), IPAddress.Parse(address), null, Abort));
    }

    /// <summary>Completes when the endpoint is through with the connection.</summary>
    public Task Served { get; }

    /// <summary>Whether the endpoint cut the connection off.</summary>
    public bool IsAborted => aborted.Task.IsCompleted;

    /// <summary>The answer to CONNECT, in hexadecimal.</summary>
    public string ConnAck { get; private set; } = "";

    public async Task ConnectAsync(byte[] connect)
    {
        await SendAsync(connect);
        ConnAck = await ReadAsync();
        Assert.StartsWith("20", ConnAck, StringComparison.Ordinal);
        Assert.True(ConnAck[6..8] == "00", ConnAck);
    }

    public async Task SendAsync(params byte[] bytes) => await toServer.Writer.WriteAsync(bytes);

    /// <summary>The next packet, in hexadecimal; "closed" when the connection is.</summary>
    public async Task<string> ReadAsync()
    {
        using var limit = new CancellationTokenSource(MqttTestClient.Patience);
        while (true)
        {
            var read = await toClient.Reader.ReadAsync(limit.Token);
            byte[] start = [.. Take(read.Buffer, 5)];
            int lengthBytes = start.Length > 1 ? MqttVariableInteger.Read(start.AsSpan(1), out int body) : body = 0;
            int length = 1 + lengthBytes + body;
            if (lengthBytes > 0 && read.Buffer.Length >= length)
            {
                string packet = Convert.ToHexString(Take(read.Buffer, length));
                toClient.Reader.AdvanceTo(read.Buffer.GetPosition(length));
                return packet;
            }
            toClient.Reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (read.IsCompleted)
                return "closed";
        }
    }

    /// <summary>The next packets.</summary>
    public async Task<string[]> ReadAsync(int count)
    {
        string[] packets = new string[count];
        for (int i = 0; i < count; i++)
            packets[i] = await ReadAsync();
        return packets;
    }

    /// <summary>Reads so many bytes and looks at none of them.</summary>
    public async Task SkipAsync(long bytes)
    {
        while (bytes > 0)
        {
            var read = await toClient.Reader.ReadAsync();
            Assert.False(read.IsCompleted);
            bytes -= read.Buffer.Length;
            toClient.Reader.AdvanceTo(read.Buffer.End);
        }
    }

    /// <summary>Sends PINGREQ and reads PINGRESP: everything before it was taken, and nothing was sent before it.</summary>
    public async Task AssertSilentAsync()
    {
        await SendAsync(0xC0, 0);
        Assert.Equal("D000", await ReadAsync());
    }

    /// <summary>Subscribes and reads SUBACK.</summary>
    public async Task SubscribeAsync(MqttVersion version, string filter, byte options = 0, byte[]? properties = null)
    {
        await SendAsync(Wire.Subscribe(version, filter, options, 77, properties));
        Assert.Equal($"9004004D00{options & 3:X2}", version == MqttVersion.V5 ? await ReadAsync() : (await ReadAsync()).Replace("9003004D", "9004004D00", StringComparison.Ordinal));
    }

    /// <summary>The client closes its end.</summary>
    public void Close()
    {
        toServer.Writer.Complete();
        toClient.Reader.Complete();
    }

    private void Abort()
    {
        aborted.TrySetResult();
        toServer.Writer.Complete(new IOException("aborted"));
        toClient.Reader.CancelPendingRead();
        toClient.Reader.Complete();
    }

    private static byte[] Take(in System.Buffers.ReadOnlySequence<byte> buffer, long length) =>
        [.. System.Buffers.BuffersExtensions.ToArray(buffer.Slice(0, Math.Min(length, buffer.Length)))];

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
