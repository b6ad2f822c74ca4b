using System.Buffers;
using System.Net;
using System.Net.Sockets;
using SensorGrid.FieldProtocols.Frames;

namespace SensorGrid.Ingest.Sources.FieldProtocols;

/// <summary>The same by UDP: a datagram holds whole frames, its answer goes back to where it came from. A peer is known by its address and port, and is forgotten
/// when it is silent or when another needs its place.</summary>
/// <param name="listener">The protocol's listener.</param>
/// <param name="socket">Bound already; its owner closes it.</param>
public sealed class FieldDatagrams(FieldListener listener, Socket socket) : IDisposable
{
    private const int LargestDatagram = 65_535;

    private static readonly TimeSpan LookPeriod = TimeSpan.FromSeconds(1);

    private readonly Dictionary<IPEndPoint, Peer> peers = [];
    private readonly SemaphoreSlim turn = new(1);

    /// <summary>Takes datagrams until it is stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(LookPeriod, listener.Time);
        await Task.WhenAll(ReceiveAsync(stop), LookAsync(timer, stop));
        foreach (var address in peers.Keys.ToArray())
            Forget(address, "shutdown");
    }

    /// <inheritdoc/>
    public void Dispose() => turn.Dispose();

    private async Task ReceiveAsync(CancellationToken stop)
    {
        byte[] buffer = new byte[LargestDatagram];
        var any = new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0);
        try
        {
            while (!stop.IsCancellationRequested)
            {
                SocketReceiveFromResult received;
                try
                {
                    received = await socket.ReceiveFromAsync(buffer, SocketFlags.None, any, stop);
                }
                catch (SocketException)
                {
                    // An answer of ours met a closed port (ICMP). The next datagram has nothing to do with it.
                    listener.Metrics.Refused(listener.Kit.Name, "unreachable");
                    continue;
                }
                await turn.WaitAsync(stop);
                try
                {
                    await TakeAsync((IPEndPoint)received.RemoteEndPoint, buffer.AsMemory(0, received.ReceivedBytes));
                }
                finally
                {
                    turn.Release();
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Asked to stop.
        }
    }

    // Time-outs of sessions, and peers that fell silent.
    private async Task LookAsync(PeriodicTimer timer, CancellationToken stop)
    {
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                await turn.WaitAsync(stop);
                try
                {
                    foreach (var (address, peer) in peers.ToArray())
                    {
                        if (listener.Time.GetElapsedTime(peer.Heard) >= listener.Options.IdleTimeout)
                            Forget(address, "silent");
                        else if (peer.Exchange.DueAtTicks <= listener.NowTicks && !await peer.Exchange.TickAsync(peer.Output, () => SendAsync(address, peer)))
                            Forget(address, "session");
                    }
                }
                finally
                {
                    turn.Release();
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Asked to stop.
        }
    }

    private async ValueTask TakeAsync(IPEndPoint address, ReadOnlyMemory<byte> datagram)
    {
        if (!peers.TryGetValue(address, out var peer))
        {
            // Noise must not take the place of a station.
            if (listener.Kit.Format.Scanner.Scan(datagram.Span, isFinal: true).Outcome != FrameScanOutcome.Frame && peers.Count >= listener.Options.MaxConnections)
            {
                listener.Metrics.Refused(listener.Kit.Name, "too_many_connections");
                return;
            }
            if (peers.Count >= listener.Options.MaxConnections)
                Forget(peers.MinBy(each => each.Value.Heard).Key, "another");
            if (!listener.TryEnter(address.Address))
                return;
            peers.Add(address, peer = new(new(listener, address.ToString(), "udp")));
        }
        peer.Heard = listener.Time.GetTimestamp();
        var rest = datagram;
        while (!rest.IsEmpty)
        {
            var scan = listener.Kit.Format.Scanner.Scan(rest.Span, isFinal: true);
            listener.Metrics.NoiseDropped(listener.Kit.Name, scan.Outcome == FrameScanOutcome.NeedMore ? rest.Length : scan.Start);
            if (scan.Outcome == FrameScanOutcome.NeedMore)
                return;
            rest = rest[scan.Start..];
            if (scan.Outcome == FrameScanOutcome.Fault)
            {
                listener.Broken(peer.Exchange.Station, address.ToString(), scan.Fault);
                await peer.Exchange.BrokenAsync(rest, scan.Fault, peer.Output, () => SendAsync(address, peer));
                rest = rest[1..];
                continue;
            }
            bool goesOn = await peer.Exchange.TakeAsync(rest[..scan.Length], peer.Output, () => SendAsync(address, peer));
            if (!goesOn)
            {
                Forget(address, "session");
                return;
            }
            rest = rest[scan.Length..];
        }
    }

    private async ValueTask SendAsync(IPEndPoint address, Peer peer)
    {
        if (peer.Output.WrittenCount == 0)
            return;
        try
        {
            await socket.SendToAsync(peer.Output.WrittenMemory, address);
        }
        catch (SocketException)
        {
            // The station asks again or sends again; a datagram may be lost anywhere.
            listener.Metrics.Refused(listener.Kit.Name, "unreachable");
        }
        peer.Output.ResetWrittenCount();
    }

    private void Forget(IPEndPoint address, string why)
    {
        if (!peers.Remove(address, out var peer))
            return;
        peer.Exchange.Close();
        listener.Leave(address.Address, why);
    }

    private sealed class Peer(FieldExchange exchange)
    {
        public FieldExchange Exchange => exchange;

        public ArrayBufferWriter<byte> Output { get; } = new(256);

        public long Heard { get; set; }
    }
}
