using System.IO.Pipelines;
using System.Net.WebSockets;

namespace SensorGrid.Ingest.Sources.Mqtt.Endpoint;

/// <summary>A WebSocket as a stream of bytes. Packets and frames have nothing to do with each other [MQTT-6.0.0-2]; a frame that is not binary ends
/// the connection [MQTT-6.0.0-1]. Two loops, between two pipes whose bounds make the peer wait.</summary>
internal sealed class WebSocketTransport : IDuplexPipe, IAsyncDisposable
{
    private const int ReceiveSize = 4096;

    // How long the peer may take to say goodbye after we did.
    private static readonly TimeSpan CloseGrace = TimeSpan.FromSeconds(5);

    private readonly WebSocket socket;
    private readonly TimeProvider time;
    private readonly CancellationToken aborted;
    private readonly Pipe received = new();
    private readonly Pipe sent = new();
    private readonly Task receiving;
    private readonly Task sending;

    /// <param name="socket">The WebSocket, open.</param>
    /// <param name="time">The clock.</param>
    /// <param name="aborted">Cancelled when the connection below is gone.</param>
    public WebSocketTransport(WebSocket socket, TimeProvider time, CancellationToken aborted)
    {
        this.socket = socket;
        this.time = time;
        this.aborted = aborted;
        receiving = ReceiveAsync();
        sending = SendAsync();
    }

    /// <inheritdoc/>
    public PipeReader Input => received.Reader;

    /// <inheritdoc/>
    public PipeWriter Output => sent.Writer;

    /// <summary>Sends what is left and waits for both loops; the user has completed both pipes. A connection that is cut off before the peer
    /// has read our last packet would take it along, so the peer gets the time to close.</summary>
    public async ValueTask DisposeAsync()
    {
        await sending;
        using var done = new CancellationTokenSource();
        await Task.WhenAny(receiving, Task.Delay(CloseGrace, time, done.Token));
        await done.CancelAsync();
        socket.Abort();
        await receiving;
    }

    private async Task ReceiveAsync()
    {
        try
        {
            await ProcessReceivesAsync();
            await received.Writer.CompleteAsync();
            await DrainAsync();
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            await received.Writer.CompleteAsync(new IOException("The WebSocket broke.", e));
        }
    }

    // Nobody takes it any more; the peer's close frame is what is waited for.
    private async Task DrainAsync()
    {
        byte[] nothing = new byte[ReceiveSize];
        while (socket.State is WebSocketState.Open or WebSocketState.CloseSent)
            await socket.ReceiveAsync(nothing.AsMemory(), aborted);
    }

    private async Task ProcessReceivesAsync()
    {
        FlushResult flushed;
        do
        {
            var message = await socket.ReceiveAsync(received.Writer.GetMemory(ReceiveSize), aborted);
            if (message.MessageType != WebSocketMessageType.Binary)
                return;
            received.Writer.Advance(message.Count);
            flushed = await received.Writer.FlushAsync(aborted);
        }
        while (!flushed.IsCompleted);
    }

    private async Task SendAsync()
    {
        try
        {
            await ProcessSendsAsync();
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            // The peer is gone; the writer sees that its reader has completed.
        }
        await sent.Reader.CompleteAsync();
    }

    private async Task ProcessSendsAsync()
    {
        while (true)
        {
            var read = await sent.Reader.ReadAsync(aborted);
            foreach (var piece in read.Buffer)
                await socket.SendAsync(piece, WebSocketMessageType.Binary, endOfMessage: true, aborted);
            sent.Reader.AdvanceTo(read.Buffer.End);
            if (!read.IsCompleted)
                continue;
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, aborted);
            return;
        }
    }
}
