using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using SensorGrid.Ingest.Sources.Mqtt.Polling;

namespace SensorGrid.Benches.Load;

/// <summary>One gateway on a plain socket: MQTT 3.1.1, QoS 1, a window of messages in flight. Written by hand, and read and written without waiting, so that the
/// generator costs little beside the service on the same two cores.</summary>
internal sealed class GatewayConnection : IDisposable
{
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly string gateway;
    private readonly int window;
    private readonly byte[] received = new byte[64 * 1024];
    private readonly ArrayBufferWriter<byte> output = new(64 * 1024);
    private readonly long[] sentAt = new long[65536];
    private int buffered;
    private int unacknowledged;
    private ushort nextId = 1;

    public GatewayConnection(string gateway, int window)
    {
        this.gateway = gateway;
        this.window = window;
    }

    /// <summary>Messages sent and not yet acknowledged. One thread may send while another receives.</summary>
    public int Unacknowledged => Volatile.Read(ref unacknowledged);

    /// <summary>Something is written and not sent.</summary>
    public bool HasOutput => output.WrittenCount > 0;

    public bool HasRoom => Unacknowledged < window;

    /// <summary>Its socket, to be watched once it is connected.</summary>
    public Socket Socket => socket;

    /// <summary>Connects, and waits for the answer. Blocking: a socket that was waited for once is watched by the runtime for ever, which wakes a thread with each answer.</summary>
    public void Connect(int port)
    {
        socket.Connect(new IPEndPoint(IPAddress.Loopback, port));
        byte[] id = Encoding.UTF8.GetBytes(gateway);
        byte[] connect = [0x10, (byte)(12 + id.Length), 0, 4, (byte)'M', (byte)'Q', (byte)'T', (byte)'T', 4, 2, 0, 60, 0, (byte)id.Length, .. id];
        socket.Send(connect);
        int got = 0;
        while (got < 4)
            got += Some(socket.Receive(received.AsSpan(got)));
        if (received[0] != 0x20 || received[3] != 0)
            throw new InvalidOperationException($"{gateway}: the broker answered CONNECT with {Convert.ToHexString(received, 0, got)}");
        socket.Blocking = false;
    }

    /// <summary>Puts one PUBLISH into the next send.</summary>
    public void Publish(string topic, ReadOnlySpan<byte> payload)
    {
        int topicLength = Encoding.UTF8.GetByteCount(topic);
        int remaining = 2 + topicLength + 2 + payload.Length;
        var span = output.GetSpan(remaining + 5);
        int at = 0;
        span[at++] = 0x32;
        for (int left = remaining; ;)
        {
            span[at++] = (byte)((left & 0x7F) | (left > 0x7F ? 0x80 : 0));
            left >>= 7;
            if (left == 0)
                break;
        }
        BinaryPrimitives.WriteUInt16BigEndian(span[at..], (ushort)topicLength);
        at += 2;
        at += Encoding.UTF8.GetBytes(topic, span[at..]);
        BinaryPrimitives.WriteUInt16BigEndian(span[at..], nextId);
        at += 2;
        payload.CopyTo(span[at..]);
        output.Advance(at + payload.Length);
        sentAt[nextId] = Stopwatch.GetTimestamp();
        nextId = nextId == ushort.MaxValue ? (ushort)1 : (ushort)(nextId + 1);
        Interlocked.Increment(ref unacknowledged);
    }

    /// <summary>Sends what is written. Waits where the peer does not take it: an open loop must not run on without that, and a closed one has little in flight.</summary>
    public void Flush()
    {
        var rest = output.WrittenSpan;
        while (rest.Length > 0)
        {
            int took = Epoll.Send(socket, rest);
            if (took < 0)
                throw new InvalidOperationException($"{gateway}: the connection broke");
            if (took == 0)
                socket.Poll(-1, SelectMode.SelectWrite);
            rest = rest[took..];
        }
        output.ResetWrittenCount();
    }

    /// <summary>Takes the PUBACKs that have come.</summary>
    /// <param name="latencies">Takes the time from publish to each PUBACK, in <see cref="Stopwatch"/> ticks.</param>
    /// <returns>Messages acknowledged.</returns>
    public int Receive(LatencyRecorder latencies)
    {
        int acknowledged = 0;
        while (true)
        {
            int room = received.Length - buffered;
            int got = Epoll.Receive(socket, received.AsSpan(buffered), out var error);
            if (error == SocketError.WouldBlock)
                break;
            if (got == 0)
                throw new InvalidOperationException($"{gateway}: the broker closed the connection ({error})");
            buffered += got;
            acknowledged += Take(latencies);
            if (got < room)
                break;
        }
        Interlocked.Add(ref unacknowledged, -acknowledged);
        return acknowledged;
    }

    /// <summary>Waits for at least one PUBACK.</summary>
    /// <inheritdoc cref="Receive"/>
    public async Task<int> ReceiveAsync(LatencyRecorder latencies, CancellationToken cancellation)
    {
        int acknowledged = 0;
        while (acknowledged == 0)
        {
            buffered += Some(await socket.ReceiveAsync(received.AsMemory(buffered), cancellation));
            acknowledged = Take(latencies);
        }
        Interlocked.Add(ref unacknowledged, -acknowledged);
        return acknowledged;
    }

    public void Dispose() => socket.Dispose();

    private int Take(LatencyRecorder latencies)
    {
        long now = Stopwatch.GetTimestamp();
        int at = 0;
        for (; buffered - at >= 4; at += 4)
        {
            if (received[at] != 0x40 || received[at + 1] != 2)
                throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{gateway}: a PUBACK was expected, 0x{received[at]:X2} came"));
            latencies.Add(now - sentAt[BinaryPrimitives.ReadUInt16BigEndian(received.AsSpan(at + 2))]);
        }
        received.AsSpan(at, buffered - at).CopyTo(received);
        buffered -= at;
        return at / 4;
    }

    private int Some(int got) => got > 0 ? got : throw new InvalidOperationException($"{gateway}: the broker closed the connection");
}
