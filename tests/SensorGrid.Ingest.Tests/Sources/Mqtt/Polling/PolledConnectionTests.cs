using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;

using Microsoft.Extensions.Logging;
using SensorGrid.Ingest.Sources.Mqtt.Polling;
using SensorGrid.Ingest.Tests.Rig;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt.Polling;

/// <summary>Connections of an event loop under Kestrel, with plain sockets at the other end.</summary>
public sealed class PolledConnectionTests
{
    // The buffers of two sockets grow to some megabytes each.
    private const int MoreThanBuffers = 40_000_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [SkippableTheory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task Every_byte_comes_back_whatever_the_pieces(string address)
    {
        const int Seed = 20261125;
        var random = new Random(Seed);
        await using var server = await StartAsync(EchoAsync, IPAddress.Parse(address));
        using var client = await server.ConnectAsync();
        byte[] sent = new byte[3_000_000];
        random.NextBytes(sent);
        var received = ReadAsync(client, sent.Length);

        for (int at = 0; at < sent.Length;)
        {
            int piece = Math.Min(sent.Length - at, random.Next(3) switch { 0 => random.Next(1, 20), 1 => random.Next(1, 5_000), _ => random.Next(1, 200_000) });
            await client.SendAsync(sent.AsMemory(at, piece));
            at += piece;
        }

        Assert.True((await received.WaitAsync(Patience)).AsSpan().SequenceEqual(sent), $"seed {Seed}");
    }

    [SkippableFact]
    public async Task A_peer_that_does_not_read_holds_up_itself_and_nobody_else_and_gets_all_when_it_does()
    {
        await using var server = await StartAsync(EchoAsync);
        using var slow = await server.ConnectAsync();
        slow.ReceiveBufferSize = slow.SendBufferSize = 64 * 1024;
        byte[] sent = new byte[MoreThanBuffers];
        new Random(1).NextBytes(sent);
        var sending = slow.SendAsync(sent);

        for (int i = 0; i < 20; i++)
        {
            using var other = await server.ConnectAsync();
            await other.SendAsync(new byte[] { (byte)i });
            Assert.Equal([(byte)i], await ReadAsync(other, 1).WaitAsync(Patience));
        }
        Assert.False(sending.IsCompleted);

        Assert.True((await ReadAsync(slow, sent.Length).WaitAsync(Patience)).AsSpan().SequenceEqual(sent));
        await sending;
    }

    [SkippableFact]
    public async Task What_came_before_the_end_is_read_and_answered()
    {
        await using var server = await StartAsync(EchoAsync);
        for (int i = 0; i < 200; i++)
        {
            using var client = await server.ConnectAsync();
            byte[] sent = new byte[1 + i * 37];
            await client.SendAsync(sent);
            client.Shutdown(SocketShutdown.Send);

            Assert.Equal(sent, await ReadAsync(client, sent.Length).WaitAsync(Patience));
            Assert.Equal(0, await client.ReceiveAsync(new byte[1]).WaitAsync(Patience));
        }
    }

    [SkippableFact]
    public async Task A_reset_by_the_peer_ends_the_handler()
    {
        var ended = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await StartAsync(async connection =>
        {
            try
            {
                await EchoAsync(connection);
                ended.SetResult(null);
            }
            catch (IOException e)
            {
                ended.SetResult(e);
            }
        });
        var client = await server.ConnectAsync();
        await client.SendAsync(new byte[1]);
        await ReadAsync(client, 1).WaitAsync(Patience);

        client.Close(timeout: 0);

        Assert.IsType<ConnectionResetException>(await ended.Task.WaitAsync(Patience));
    }

    [SkippableFact]
    public async Task Aborted_it_is_reset_at_once_also_while_it_sends_and_its_handler_ends()
    {
        var stuck = new TaskCompletionSource<ConnectionContext>(TaskCreationOptions.RunContinuationsAsynchronously);
        var flushed = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var read = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await StartAsync(async connection =>
        {
            var output = connection.Transport.Output;
            ValueTask<FlushResult> flush;
            do
                flush = output.WriteAsync(new byte[100_000]);
            while (flush.IsCompleted);
            stuck.SetResult(connection);
            flushed.SetResult((await flush).IsCompleted);
            await Assert.ThrowsAsync<ConnectionAbortedException>(async () => await connection.Transport.Input.ReadAsync());
            read.SetResult();
        });
        using var client = await server.ConnectAsync();
        var connection = await stuck.Task.WaitAsync(Patience);

        connection.Abort();

        Assert.True(await flushed.Task.WaitAsync(Patience));
        await read.Task.WaitAsync(Patience);
        var error = await Assert.ThrowsAsync<SocketException>(async () =>
        {
            while (await client.ReceiveAsync(new byte[1 << 20]).WaitAsync(Patience) > 0)
            {
                // What was on the way.
            }
        });
        Assert.Equal(SocketError.ConnectionReset, error.SocketErrorCode);
    }

    [SkippableFact]
    public async Task A_handler_that_waits_is_not_read_for_and_goes_on_where_it_was()
    {
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await StartAsync(async connection =>
        {
            await connection.Transport.Input.ReadAtLeastAsync(1);
            connection.Transport.Input.AdvanceTo(default);
            await go.Task;
            await EchoAsync(connection);
        });
        using var client = await server.ConnectAsync();
        client.SendBufferSize = 64 * 1024;
        byte[] sent = new byte[MoreThanBuffers];
        new Random(2).NextBytes(sent);
        var sending = client.SendAsync(sent);
        // Far more than pipe and socket buffers hold: it cannot be through.
        Assert.NotSame(sending, await Task.WhenAny(sending, Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System)));

        go.SetResult();

        Assert.True((await ReadAsync(client, sent.Length).WaitAsync(Patience)).AsSpan().SequenceEqual(sent));
        await sending;
    }

    [SkippableFact]
    public async Task Many_at_once_are_all_served_and_a_stop_ends_those_that_are_open()
    {
        var server = await StartAsync(EchoAsync);
        Socket[] clients = await Task.WhenAll(Enumerable.Range(0, 300).Select(_ => server.ConnectAsync()));
        for (int round = 0; round < 5; round++)
        {
            await Task.WhenAll(clients.Select(async (client, i) =>
            {
                byte[] sent = [(byte)i, (byte)(i >> 8), (byte)round];
                await client.SendAsync(sent);
                Assert.Equal(sent, await ReadAsync(client, 3).WaitAsync(Patience));
            }));
        }

        await server.DisposeAsync().AsTask().WaitAsync(Patience);

        foreach (var client in clients)
        {
            try
            {
                Assert.Equal(0, await client.ReceiveAsync(new byte[1]).WaitAsync(Patience));
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
            {
                // As good an end.
            }
            client.Dispose();
        }
    }

    [SkippableFact]
    public async Task A_handler_that_throws_hurts_no_other_connection()
    {
        await using var server = await StartAsync(async connection =>
        {
            var read = await connection.Transport.Input.ReadAsync();
            if (read.Buffer.FirstSpan[0] == 1)
                throw new InvalidOperationException("a fault of the handler");
            connection.Transport.Input.AdvanceTo(read.Buffer.Start);
            await EchoAsync(connection);
        });
        using var good = await server.ConnectAsync();
        using var bad = await server.ConnectAsync();
        await bad.SendAsync(new byte[] { 1 });
        await good.SendAsync(new byte[] { 2 });

        Assert.Equal([2], await ReadAsync(good, 1).WaitAsync(Patience));
    }

    private static async Task EchoAsync(ConnectionContext connection)
    {
        var (input, output) = (connection.Transport.Input, connection.Transport.Output);
        while (true)
        {
            var read = await input.ReadAsync();
            foreach (var piece in read.Buffer)
                output.Write(piece.Span);
            input.AdvanceTo(read.Buffer.End);
            if ((await output.FlushAsync()).IsCompleted || read.IsCompleted)
                break;
        }
        await input.CompleteAsync();
        await output.CompleteAsync();
    }

    private static async Task<byte[]> ReadAsync(Socket socket, int count)
    {
        byte[] bytes = new byte[count];
        for (int at = 0; at < count;)
        {
            int got = await socket.ReceiveAsync(bytes.AsMemory(at));
            Assert.True(got > 0, $"The connection ended after {at} of {count} bytes.");
            at += got;
        }
        return bytes;
    }

    private static async Task<Server> StartAsync(ConnectionDelegate handler, IPAddress? address = null)
    {
        Skip.IfNot(PolledListening.IsSupported, "Event loops are there on Linux only (x64, arm64).");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var endpoint = PolledKestrel.Use(builder, new(address ?? IPAddress.Loopback, 0));
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(endpoint, listen => listen.Use(next => handler)));
        var host = builder.Build();
        await host.StartAsync();
        return new(host, endpoint);
    }

    private sealed class Server(WebApplication host, IPEndPoint endpoint) : IAsyncDisposable
    {
        public async Task<Socket> ConnectAsync()
        {
            var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(endpoint);
            return socket;
        }

        public async ValueTask DisposeAsync()
        {
            using var now = new CancellationTokenSource(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            await host.StopAsync(now.Token);
            await host.DisposeAsync();
        }
    }
}
