using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace SensorGrid.Ingest.Sources.Mqtt.Polling;

/// <summary>Lets Kestrel take connections of some addresses from <see cref="PollLoop"/>s in place of its own sockets.</summary>
public static class PolledListening
{
    /// <summary>Whether this system can do it; elsewhere Kestrel's own sockets serve.</summary>
    public static bool IsSupported => Epoll.IsSupported;

    /// <summary>Registers it.</summary>
    /// <param name="services">The web server's.</param>
    /// <param name="loops">Threads; more than one share the connections.</param>
    /// <param name="bound">The socket of an address that is to be served so, bound and not listening; null for other addresses.</param>
    public static IServiceCollection AddPolledListening(this IServiceCollection services, int loops, Func<IPEndPoint, Socket?> bound) => services.AddSingleton<IConnectionListenerFactory>(
        provider => new PolledListenerFactory(loops, bound, provider.GetRequiredService<IMemoryPoolFactory<byte>>(), provider.GetRequiredService<ILogger<PolledListenerFactory>>()));

    /// <summary>A socket for <see cref="AddPolledListening"/>, bound to an address as Kestrel binds its own.</summary>
    public static Socket Bind(IPEndPoint address) => SocketTransportOptions.CreateDefaultBoundListenSocket(address);
}

/// <summary>Opens the addresses.</summary>
internal sealed class PolledListenerFactory(int loops, Func<IPEndPoint, Socket?> bound, IMemoryPoolFactory<byte> memory, ILogger logger)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    /// <inheritdoc/>
    public bool CanBind(EndPoint endpoint) => endpoint is IPEndPoint address && bound(address) is not null;

    /// <inheritdoc/>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var socket = bound((IPEndPoint)endpoint) ?? throw new InvalidOperationException($"{endpoint} is not to be served so.");
        socket.Listen(PolledListener.Backlog);
        return new(new PolledListener(socket, loops, memory.Create(), logger));
    }
}

/// <summary>One address.</summary>
internal sealed class PolledListener : IConnectionListener
{
    /// <summary>Connections the system holds until they are taken, as Kestrel has it.</summary>
    public const int Backlog = 512;

    private readonly Socket socket;
    private readonly PollLoop[] loops;
    private readonly MemoryPool<byte> memory;
    private int taken;

    public PolledListener(Socket socket, int loops, MemoryPool<byte> memory, ILogger logger)
    {
        (this.socket, this.memory) = (socket, memory);
        EndPoint = socket.LocalEndPoint!;
        this.loops = [.. Enumerable.Range(0, loops).Select(number => new PollLoop(memory, number, logger))];
    }

    /// <inheritdoc/>
    public EndPoint EndPoint { get; }

    /// <inheritdoc/>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Socket? accepted = null;
            try
            {
                accepted = await socket.AcceptAsync(cancellationToken);
                (accepted.Blocking, accepted.NoDelay) = (false, true);
                return loops[taken++ % loops.Length].Add(accepted);
            }
            catch (Exception e) when (e is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted })
            {
                // No more are taken.
                accepted?.Dispose();
                return null;
            }
            catch (SocketException)
            {
                // That one was gone again before it was taken.
                accepted?.Dispose();
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        socket.Dispose();
        return default;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        socket.Dispose();
        foreach (var loop in loops)
            await loop.DisposeAsync();
        memory.Dispose();
    }
}
