using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using SensorGrid.FieldProtocols.Frames;
using SensorGrid.FieldProtocols.Sessions;

namespace SensorGrid.Simulators.FieldTools.Desk;

/// <summary>A centre for one person: takes stations on sockets, acknowledges as the service does, shows what goes over the lines, and sends what is typed. Keeps
/// nothing. All lines take turns, so the trace is in the order in which things happened.</summary>
/// <param name="format">The protocol.</param>
/// <param name="trace">What is shown.</param>
/// <param name="time">The clock.</param>
/// <param name="maxPeers">Lines at once; a further connection is turned away, a further sender of datagrams takes the place of the one silent longest.</param>
public sealed class CentreDesk(FieldFormat format, FrameTrace trace, TimeProvider time, int maxPeers = 64) : IDisposable
{
    private const int LargestDatagram = 65_535;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan SendPatience = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim turn = new(1);
    private readonly List<CentrePeer> peers = [];

    private long Now => time.GetUtcNow().UtcTicks;

    /// <summary>Runs until it is stopped, or told <c>quit</c>.</summary>
    /// <param name="listeners">Bound and listening.</param>
    /// <param name="datagrams">Bound.</param>
    /// <param name="commands">What is typed; its end is not the desk's.</param>
    /// <param name="stop">Ends it.</param>
    public async Task RunAsync(IReadOnlyList<Socket> listeners, IReadOnlyList<Socket> datagrams, TextReader commands, CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await Task.WhenAll(
        [
            .. listeners.Select(listener => AcceptAsync(listener, ending.Token)),
            .. datagrams.Select(socket => ReceiveDatagramsAsync(socket, ending.Token)),
            TickAsync(ending.Token),
            ReadCommandsAsync(commands, ending),
        ]);
    }

    /// <inheritdoc/>
    public void Dispose() => turn.Dispose();

    private async Task AcceptAsync(Socket listener, CancellationToken stop)
    {
        var lines = new List<Task>();
        try
        {
            while (true)
            {
                var socket = await listener.AcceptAsync(stop);
                lines.RemoveAll(line => line.IsCompleted);
                lines.Add(RunLineAsync(socket, stop));
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Told to stop.
        }
        await Task.WhenAll(lines);
    }

    private async Task RunLineAsync(Socket socket, CancellationToken stop)
    {
        string name = socket.RemoteEndPoint?.ToString() ?? "?";
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        var peer = new CentrePeer(name, FieldCentre.New(format.Protocol), bytes => SendAsync(stream, bytes));
        if (!await TryEnterAsync(peer, stop))
            return;
        trace.Note('*', $"{name} connected");
        string why;
        try
        {
            why = await ReadLineAsync(stream, peer, stop);
        }
        catch (OperationCanceledException)
        {
            why = stop.IsCancellationRequested ? "closed by us" : "does not read what it is sent";
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            why = $"broken: {e.Message}";
        }
        await InTurnAsync(() => new ValueTask<bool>(peers.Remove(peer)));
        trace.Note('*', $"{name} {why}");
    }

    private async Task<string> ReadLineAsync(NetworkStream stream, CentrePeer peer, CancellationToken stop)
    {
        var reader = PipeReader.Create(stream);
        var frames = new FrameStream(reader, format.Scanner, new(), time);
        while (true)
        {
            switch (await frames.NextAsync(stop))
            {
                case FrameStreamOutcome.Frame:
                    if (!await InTurnAsync(() => TakeAsync(peer, frames.Current)))
                        return "closed: the session gave it up";
                    break;
                case FrameStreamOutcome.Fault:
                    trace.Note('!', $"{peer.Name} {frames.Fault}");
                    break;
                case FrameStreamOutcome.NotThisProtocol:
                    return "closed: it speaks something else";
                case FrameStreamOutcome.End:
                    return "closed by the station";
            }
        }
    }

    private ValueTask<bool> TakeAsync(CentrePeer peer, ReadOnlyMemory<byte> frame)
    {
        trace.Frames(false, peer.Name, frame.Span);
        return peer.TakeAsync(frame, trace, Now);
    }

    private async Task<bool> TryEnterAsync(CentrePeer peer, CancellationToken stop)
    {
        await turn.WaitAsync(stop);
        try
        {
            if (peers.Count >= maxPeers)
            {
                trace.Note('!', $"{peer.Name} turned away: {maxPeers} lines are open; --max-connections changes that");
                return false;
            }
            peer.HeardAtTicks = Now;
            peers.Add(peer);
            return true;
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task ReceiveDatagramsAsync(Socket socket, CancellationToken stop)
    {
        byte[] buffer = new byte[LargestDatagram];
        var known = new Dictionary<EndPoint, CentrePeer>();
        var any = new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0);
        try
        {
            while (true)
            {
                SocketReceiveFromResult received;
                try
                {
                    received = await socket.ReceiveFromAsync(buffer, SocketFlags.None, any, stop);
                }
                catch (SocketException e)
                {
                    trace.Note('!', $"an answer met a closed port: {e.Message}");
                    continue;
                }
                var from = received.RemoteEndPoint;
                await InTurnAsync(() => TakeDatagramAsync(socket, known, from, buffer.AsMemory(0, received.ReceivedBytes)));
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Told to stop.
        }
    }

    private async ValueTask<bool> TakeDatagramAsync(Socket socket, Dictionary<EndPoint, CentrePeer> known, EndPoint from, ReadOnlyMemory<byte> bytes)
    {
        if (!known.TryGetValue(from, out var peer))
        {
            if (known.Count >= maxPeers)
            {
                var (silent, old) = known.MinBy(each => each.Value.HeardAtTicks);
                known.Remove(silent);
                peers.Remove(old);
            }
            peer = new($"udp {from}", FieldCentre.New(format.Protocol), async answer => await socket.SendToAsync(answer, from));
            known.Add(from, peer);
            peers.Add(peer);
        }
        while (!bytes.IsEmpty)
        {
            var scan = format.Scanner.Scan(bytes.Span, isFinal: true);
            if (scan.Outcome != FrameScanOutcome.Frame)
            {
                if (scan.Outcome == FrameScanOutcome.Fault)
                    trace.Note('!', $"{peer.Name} {scan.Fault}");
                return true;
            }
            var frame = bytes.Slice(scan.Start, scan.Length);
            bytes = bytes[(scan.Start + scan.Length)..];
            if (!await TakeAsync(peer, frame))
            {
                known.Remove(from);
                peers.Remove(peer);
            }
        }
        return true;
    }

    private async Task TickAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Look, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
                await InTurnAsync(TickAllAsync);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Told to stop.
        }
    }

    private async ValueTask<bool> TickAllAsync()
    {
        foreach (var peer in peers.ToArray())
        {
            if (peer.DueAtTicks > Now)
                continue;
            try
            {
                if (!await peer.TickAsync(trace, Now))
                    peers.Remove(peer);
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // Its reader finds the same and says so.
                peers.Remove(peer);
            }
        }
        return true;
    }

    private async Task ReadCommandsAsync(TextReader commands, CancellationTokenSource ending)
    {
        try
        {
            while (await commands.ReadLineAsync(ending.Token).AsTask().WaitAsync(ending.Token) is { } line)
            {
                string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
                if (words is ["quit" or "exit"])
                {
                    await ending.CancelAsync();
                    return;
                }
                if (words.Length > 0)
                    await InTurnAsync(() => new ValueTask<bool>(Give(words)));
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // Told to stop.
        }
    }

    private bool Give(string[] words)
    {
        if (words is ["help"])
        {
            foreach (var verb in FieldCentre.VerbsOf(format.Protocol))
                trace.Note('*', $"[STATION] {verb.Name} {verb.Arguments}".PadRight(48) + verb.Does);
            trace.Note('*', "stations".PadRight(48) + "who is here");
            trace.Note('*', "quit".PadRight(48) + "ends; so does Ctrl-C");
            return true;
        }
        if (words is ["stations"])
        {
            foreach (var each in peers)
                trace.Note('*', $"{each.Name}: {string.Join(' ', each.Stations)}");
            return true;
        }
        bool isVerb = FieldCentre.VerbsOf(format.Protocol).Any(verb => verb.Name == words[0]);
        // Without a station the one heard last is meant.
        var peer = isVerb ? peers.Where(each => each.Stations.Any()).MaxBy(each => each.HeardAtTicks) : peers.Find(each => each.Knows(words[0]));
        if (peer is null)
        {
            trace.Note('!', isVerb || words.Length == 1 && peers.Count == 0 ? "no station was heard yet" : $"'{words[0]}' is neither a command (help lists them) nor a station that was heard");
            return false;
        }
        if (!isVerb && words.Length == 1)
        {
            trace.Note('!', $"{words[0]}: which command? help lists them");
            return false;
        }
        string station = isVerb ? peer.Stations.Last() : words[0];
        string[] command = isVerb ? words : words[1..];
        var answer = peer.Commands.Give(station, command[0], command[1..]);
        if (answer.Message is { } message)
            trace.Note('!', message);
        else
            trace.Note('*', answer.Ticket > 0 ? $"{peer.Name} command {answer.Ticket}: {string.Join(' ', command)} to {station}" : $"{peer.Name} {command[0]}: asked of {station}, in pieces");
        return true;
    }

    private static async ValueTask SendAsync(NetworkStream stream, ReadOnlyMemory<byte> bytes)
    {
        using var patience = new CancellationTokenSource(SendPatience);
        await stream.WriteAsync(bytes, patience.Token);
    }

    private async Task<bool> InTurnAsync(Func<ValueTask<bool>> work)
    {
        await turn.WaitAsync();
        try
        {
            return await work();
        }
        finally
        {
            turn.Release();
        }
    }
}
