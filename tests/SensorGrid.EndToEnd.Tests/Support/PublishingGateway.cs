using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SensorGrid.EndToEnd.Tests.Support;

/// <summary>A gateway that publishes as fast as it is acknowledged, many messages in flight, and remembers which ones were: MQTT 3.1.1, QoS 1, on a plain
/// socket, so that nothing is acknowledged to it that did not come over the wire. Reconnects by itself and then sends again what was not acknowledged.</summary>
internal sealed class PublishingGateway(string id, int port, int window, string topicKind = "readings", double firstValue = 0)
{
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(20);

    // Message n was observed n milliseconds later, so that each is newer than the one before.
    public static readonly long FirstMilliseconds = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    // Sequences by packet id, from the oldest not acknowledged on.
    private readonly Queue<long> inFlight = new();
    private long sent;
    private long acknowledged;
    private volatile bool isCutOff;

    public string Id => id;

    /// <summary>Messages acknowledged: those numbered 1 to this, because acknowledgements come in order.</summary>
    public long Acknowledged => Volatile.Read(ref acknowledged);

    /// <summary>Highest number ever sent.</summary>
    public long Sent => Volatile.Read(ref sent);

    /// <summary>The network goes, or comes back: nothing that arrives meanwhile has arrived.</summary>
    public bool IsCutOff
    {
        get => isCutOff;
        set => isCutOff = value;
    }

    /// <summary>Connections that came about.</summary>
    public int Connections { get; private set; }

    /// <summary>The first number: those before it count as acknowledged.</summary>
    public long First { init => acknowledged = sent = value - 1; }

    /// <summary>No more than up to this number, or null.</summary>
    public long? Last { get; init; }

    /// <summary>Time between two messages; null: none.</summary>
    public TimeSpan? Every { get; init; }

    /// <summary>Runs until cancelled, or everything up to <see cref="Last"/> is acknowledged.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested && Acknowledged < (Last ?? long.MaxValue))
        {
            try
            {
                if (isCutOff)
                    throw new EndOfStreamException();
                await ServeConnectionAsync(stop);
            }
            catch (Exception e) when (e is SocketException or EndOfStreamException)
            {
                // It was killed, or closed the connection instead of answering: again, with what it has not acknowledged.
                await Task.Delay(Retry, TimeProvider.System, stop).ContinueWith(_ => { }, TaskScheduler.Default);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>The number that a payload carries.</summary>
    public static long NumberOf(ReadOnlySpan<byte> payload)
    {
        int at = payload.IndexOf("\"vs\":\""u8) + 6;
        int length = payload[at..].IndexOf((byte)'"');
        return long.Parse(payload.Slice(at, length), CultureInfo.InvariantCulture);
    }

    private async Task ServeConnectionAsync(CancellationToken stop)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), stop);
        byte[] name = Encoding.UTF8.GetBytes(id);
        await socket.SendAsync((byte[])[0x10, (byte)(12 + name.Length), 0, 4, (byte)'M', (byte)'Q', (byte)'T', (byte)'T', 4, 2, 0, 0, 0, (byte)name.Length, .. name], stop);
        byte[] answer = new byte[4];
        await ReceiveAsync(socket, answer, stop);
        const byte Unavailable = 3;
        if (answer[3] == Unavailable)
            throw new EndOfStreamException();
        if (answer[0] != 0x20 || answer[3] != 0)
            throw new InvalidOperationException($"{id}: CONNECT was answered with {Convert.ToHexString(answer)}");
        Connections++;
        // A new connection has new ids and begins with the oldest that was not acknowledged.
        inFlight.Clear();
        using var room = new SemaphoreSlim(window);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var sending = SendAsync(socket, room, ended.Token);
        try
        {
            await ReceiveAcknowledgementsAsync(socket, room, ended.Token);
        }
        finally
        {
            await ended.CancelAsync();
            await sending.ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    private async Task SendAsync(Socket socket, SemaphoreSlim room, CancellationToken stop)
    {
        byte[] topic = Encoding.UTF8.GetBytes($"sensorgrid/v1/water/{id}/{topicKind}");
        byte[] packets = new byte[64 * 1024];
        long next = Acknowledged + 1;
        while (next <= (Last ?? long.MaxValue))
        {
            await room.WaitAsync(stop);
            int length = 0;
            // As many as the window allows go out with one send.
            do
            {
                lock (inFlight)
                    inFlight.Enqueue(next);
                length += WritePublish(packets.AsSpan(length), topic, next);
                if (next > sent)
                    Volatile.Write(ref sent, next);
                next++;
            }
            while (Every is null && next <= (Last ?? long.MaxValue) && length < packets.Length - 512 && await room.WaitAsync(0, CancellationToken.None));
            for (int at = 0; at < length;)
                at += await socket.SendAsync(packets.AsMemory(at, length - at), stop);
            if (Every is { } pause)
                await Task.Delay(pause, TimeProvider.System, stop);
        }
    }

    private int WritePublish(Span<byte> into, byte[] topic, long number)
    {
        string text = string.Create(CultureInfo.InvariantCulture,
            $$"""[{"n":"level","u":"m","v":{{firstValue + number % 100 / 1000.0}},"t":{{(FirstMilliseconds + number) / 1000.0}}},{"n":"number","vs":"{{number}}"}]""");
        int payload = Encoding.UTF8.GetByteCount(text);
        int remaining = 2 + topic.Length + 2 + payload;
        into[0] = 0x32;
        into[1] = (byte)(remaining & 0x7F | 0x80);
        into[2] = (byte)(remaining >> 7);
        BinaryPrimitives.WriteUInt16BigEndian(into[3..], (ushort)topic.Length);
        topic.CopyTo(into[5..]);
        BinaryPrimitives.WriteUInt16BigEndian(into[(5 + topic.Length)..], PacketId(number));
        Encoding.UTF8.GetBytes(text, into[(7 + topic.Length)..]);
        return 3 + remaining;
    }

    private async Task ReceiveAcknowledgementsAsync(Socket socket, SemaphoreSlim room, CancellationToken stop)
    {
        byte[] buffer = new byte[4096];
        int filled = 0;
        while (Acknowledged < (Last ?? long.MaxValue))
        {
            int got = await socket.ReceiveAsync(buffer.AsMemory(filled), stop);
            if (got == 0 || isCutOff)
                throw new EndOfStreamException();
            filled += got;
            int at = 0;
            int taken = 0;
            for (; filled - at >= 4; at += 4, taken++)
            {
                long number;
                lock (inFlight)
                    number = inFlight.Dequeue();
                if (buffer[at] != 0x40 || BinaryPrimitives.ReadUInt16BigEndian(buffer.AsSpan(at + 2)) != PacketId(number))
                    throw new InvalidOperationException($"{id}: a PUBACK of {PacketId(number)} was due, {Convert.ToHexString(buffer, at, 4)} came");
                Volatile.Write(ref acknowledged, number);
            }
            buffer.AsSpan(at, filled - at).CopyTo(buffer);
            filled -= at;
            if (taken > 0)
                room.Release(taken);
        }
    }

    private static ushort PacketId(long number) => (ushort)(number % 65_535 + 1);

    private static async Task ReceiveAsync(Socket socket, Memory<byte> into, CancellationToken stop)
    {
        while (into.Length > 0)
        {
            int got = await socket.ReceiveAsync(into, stop);
            if (got == 0)
                throw new EndOfStreamException();
            into = into[got..];
        }
    }
}
