using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using SensorGrid.FieldProtocols.Frames;

namespace SensorGrid.Simulators.Stations;

/// <summary>The line of a simulated station to its centre: connects, connects again when it breaks, carries frames both ways. One at a time.</summary>
/// <param name="host">Host of the centre.</param>
/// <param name="port">Port.</param>
/// <param name="station">The station.</param>
/// <param name="clock">For pauses and for the station's times.</param>
/// <param name="trace">Told each frame that goes or comes: true when sent; null for nobody.</param>
/// <param name="told">Told what happens to the line, and frames that are none; null for nobody.</param>
public sealed class StationLink(
    string host, int port, IStation station, TimeProvider clock, Action<bool, ReadOnlyMemory<byte>>? trace = null, Action<string>? told = null) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    private readonly Lock gate = new();
    private readonly SemaphoreSlim writing = new(1);
    private string lastTold = "";

    /// <summary>Connections made so far.</summary>
    public int Connections { get; private set; }

    /// <summary>Reports that the centre has not acknowledged.</summary>
    public int Unacknowledged
    {
        get
        {
            lock (gate)
                return station.Unacknowledged;
        }
    }

    /// <summary>Measures once and reports it.</summary>
    public void Report(long observedAtTicks)
    {
        lock (gate)
            station.Report(observedAtTicks, Now);
    }

    /// <summary>Has the station do something between its frames.</summary>
    /// <param name="work">What; gets the time, UTC ticks.</param>
    public void Do(Action<long> work)
    {
        lock (gate)
            work(Now);
    }

    /// <summary>Runs until it is stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await RunOnceAsync(stop);
                await Task.Delay(Pause, clock, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Told to stop.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => writing.Dispose();

    private long Now => clock.GetUtcNow().UtcTicks;

    private async Task RunOnceAsync(CancellationToken stop)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(host, port, stop);
            Connections++;
            Tell($"connected to {socket.RemoteEndPoint}");
            await using var stream = new NetworkStream(socket);
            var reader = PipeReader.Create(stream);
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
            lock (gate)
                station.Connected(Now);
            var receiving = ReceiveAsync(reader, stream, ended);
            await SendAsync(stream, ended.Token);
            await receiving;
            await reader.CompleteAsync();
            if (!stop.IsCancellationRequested)
                Tell("the centre closed the line; connecting again");
        }
        catch (Exception e) when (e is SocketException or IOException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            // The line broke, or was never there: the next attempt follows.
            Tell($"{e.Message}; trying again");
        }
    }

    // Attempts follow each other quickly: what is no news is not said again.
    private void Tell(string what)
    {
        if (what == lastTold)
            return;
        lastTold = what;
        told?.Invoke(what);
    }

    private async Task ReceiveAsync(PipeReader reader, NetworkStream stream, CancellationTokenSource ended)
    {
        var frames = new FrameStream(reader, station.Scanner, new() { Idle = TimeSpan.FromSeconds(10) }, clock);
        var output = new ArrayBufferWriter<byte>();
        try
        {
            while (true)
            {
                switch (await frames.NextAsync(ended.Token))
                {
                    case FrameStreamOutcome.Frame:
                        trace?.Invoke(false, frames.Current);
                        lock (gate)
                            station.Take(frames.Current.Span, Now, output);
                        await WriteAsync(stream, output, ended.Token);
                        break;
                    case FrameStreamOutcome.Fault:
                        told?.Invoke($"no frame: {frames.Fault}");
                        break;
                    case FrameStreamOutcome.End or FrameStreamOutcome.NotThisProtocol:
                        return;
                }
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // The other half of the line ends with it.
        }
        finally
        {
            await ended.CancelAsync();
        }
    }

    private async Task SendAsync(NetworkStream stream, CancellationToken ended)
    {
        var output = new ArrayBufferWriter<byte>();
        try
        {
            while (true)
            {
                lock (gate)
                {
                    if (station.DueAtTicks <= Now)
                        station.Tick(Now, output);
                }
                await WriteAsync(stream, output, ended);
                await Task.Delay(Look, clock, ended);
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The line is over.
        }
    }

    private async Task WriteAsync(NetworkStream stream, ArrayBufferWriter<byte> output, CancellationToken cancellationToken)
    {
        if (output.WrittenCount == 0)
            return;
        await writing.WaitAsync(cancellationToken);
        try
        {
            trace?.Invoke(true, output.WrittenMemory);
            await stream.WriteAsync(output.WrittenMemory, cancellationToken);
        }
        finally
        {
            writing.Release();
            output.ResetWrittenCount();
        }
    }
}
