using System.Globalization;
using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace SensorGrid.Ingest.Sources.Mqtt.Polling;

/// <summary>A connection of a <see cref="PollLoop"/>. What comes goes into a pipe whose reader runs on the loop's thread; what is sent goes out on the thread that
/// flushes (<see cref="PolledOutput"/>).</summary>
internal sealed class PolledConnection : DefaultConnectionContext, IDuplexPipe
{
    // Room for one read: small messages of gateways by the dozen.
    private const int ReadBytes = 4096;

    // So much may wait for a reader that is waiting itself; then the peer is not read.
    private const long MostWaiting = 64 * 1024;

    // So many full reads in a row, then it is others' turn.
    private const int MostReads = 16;

    private readonly PollLoop loop;
    private readonly long key;
    private readonly Socket socket;
    private readonly Pipe incoming;
    private readonly PolledOutput output;
    private readonly CancellationTokenSource closed = new();
    private int aborted;
    private volatile bool disposed;

    private volatile bool isFull;

    // The loop's thread.
    private bool isComplete;
    private bool hasEnded;
    private bool isClosed;

    public PolledConnection(PollLoop loop, long key, Socket socket)
        : base(key.ToString("x", CultureInfo.InvariantCulture))
    {
        (this.loop, this.key, this.socket) = (loop, key, socket);
        (LocalEndPoint, RemoteEndPoint) = (socket.LocalEndPoint, socket.RemoteEndPoint);
        incoming = new(new(
            loop.Memory, PipeScheduler.Inline, PipeScheduler.ThreadPool, MostWaiting, MostWaiting / 2, minimumSegmentSize: ReadBytes, useSynchronizationContext: false));
        output = new(socket);
        Transport = this;
        ConnectionClosed = closed.Token;
    }

    PipeReader IDuplexPipe.Input => incoming.Reader;

    PipeWriter IDuplexPipe.Output => output;

    /// <summary>Does what can be done now: sends what waits, reads what came. The loop's thread.</summary>
    public void Handle(uint events)
    {
        if (isClosed)
            return;
        if (disposed)
        {
            Close();
            return;
        }
        hasEnded |= (events & Epoll.Ended) != 0;
        if ((events & Epoll.Writable) != 0)
            output.Continue();
        if (Volatile.Read(ref aborted) != 0)
            Complete(new ConnectionAbortedException());
        else if (events != Epoll.Writable)
            Receive();
    }

    /// <summary>Closes the socket; nothing runs on this connection any more. The loop's thread.</summary>
    public void Close()
    {
        if (isClosed)
            return;
        isClosed = true;
        Complete(null);
        output.Break();
        loop.Remove(key);
        try
        {
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The peer was faster.
        }
        socket.Dispose();
    }

    /// <inheritdoc/>
    public override void Abort(ConnectionAbortedException abortReason)
    {
        if (Interlocked.Exchange(ref aborted, 1) != 0)
            return;
        output.Break();
        // At once and with a reset, also while something waits to be sent.
        socket.Close(timeout: 0);
        loop.Post(this);
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        disposed = true;
        loop.Post(this);
        return base.DisposeAsync();
    }

    private void Receive()
    {
        for (int i = 0; i < MostReads && !isFull && !isComplete; i++)
        {
            var memory = incoming.Writer.GetMemory(ReadBytes / 2);
            int got;
            SocketError error;
            try
            {
                got = Epoll.Receive(socket, memory.Span, out error);
            }
            catch (ObjectDisposedException)
            {
                Complete(new ConnectionAbortedException());
                return;
            }
            if (error == SocketError.WouldBlock)
                return;
            if (error != SocketError.Success)
            {
                Complete(new ConnectionResetException($"The connection broke: {error}."));
                return;
            }
            if (got == 0)
            {
                Complete(null);
                return;
            }
            incoming.Writer.Advance(got);
            Flush();
            // A read that did not fill its room took all there was; what comes later is told. An end that was told before is not told again.
            if (got < memory.Length && !hasEnded)
                return;
        }
        if (!isFull && !isComplete)
            loop.Post(this);
    }

    private void Flush()
    {
        var flush = incoming.Writer.FlushAsync();
        if (!flush.IsCompleted)
        {
            isFull = true;
            _ = ResumeAsync(flush);
        }
        else if (flush.Result.IsCompleted)
        {
            Complete(null);
        }
    }

    private async Task ResumeAsync(ValueTask<FlushResult> flush)
    {
        await flush;
        isFull = false;
        loop.Post(this);
    }

    private void Complete(Exception? reason)
    {
        if (isComplete)
            return;
        isComplete = true;
        incoming.Writer.Complete(reason);
        ThreadPool.UnsafeQueueUserWorkItem(static source => source.Cancel(), closed, preferLocal: false);
    }
}
