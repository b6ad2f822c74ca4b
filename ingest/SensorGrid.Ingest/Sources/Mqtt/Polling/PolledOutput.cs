using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Threading.Tasks.Sources;

namespace SensorGrid.Ingest.Sources.Mqtt.Polling;

/// <summary>The sending side of a <see cref="PolledConnection"/>: a flush sends on the thread that flushes. What the socket does not take waits, and goes on when the
/// loop says that there is room. One flush at a time, and nothing is written meanwhile, as with any <see cref="PipeWriter"/>.</summary>
internal sealed class PolledOutput(Socket socket) : PipeWriter, IValueTaskSource<FlushResult>
{
    private const int FirstSize = 512;

    private readonly Lock gate = new();

    // Of the caller, or of a flush under the lock.
    private byte[] buffer = [];
    private int written;
    private int sent;

    // Under the lock.
    private ManualResetValueTaskSourceCore<FlushResult> waiting = new() { RunContinuationsAsynchronously = true };
    private bool isWaiting;
    private bool isBroken;

    /// <inheritdoc/>
    public override bool CanGetUnflushedBytes => true;

    /// <inheritdoc/>
    public override long UnflushedBytes => written - sent;

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        Room(sizeHint);
        return buffer.AsMemory(written);
    }

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0)
    {
        Room(sizeHint);
        return buffer.AsSpan(written);
    }

    /// <inheritdoc/>
    public override void Advance(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, buffer.Length - written);
        written += bytes;
    }

    /// <inheritdoc/>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            if (SendAll_NeedsLock())
                return new(new FlushResult(isCanceled: false, isBroken));
            waiting.Reset();
            isWaiting = true;
            return new(this, waiting.Version);
        }
    }

    /// <summary>There is room to send.</summary>
    public void Continue()
    {
        lock (gate)
        {
            if (!isWaiting || !SendAll_NeedsLock())
                return;
            isWaiting = false;
            waiting.SetResult(new(isCanceled: false, isBroken));
        }
    }

    /// <summary>The connection is over: what waits is never sent.</summary>
    public void Break()
    {
        lock (gate)
            Break_NeedsLock();
    }

    /// <inheritdoc/>
    public override void CancelPendingFlush() => throw new NotSupportedException("A flush ends when the peer reads or the connection is aborted.");

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null)
    {
        lock (gate)
        {
            Break_NeedsLock();
            Release();
        }
    }

    FlushResult IValueTaskSource<FlushResult>.GetResult(short token)
    {
        lock (gate)
            return waiting.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource<FlushResult>.GetStatus(short token)
    {
        lock (gate)
            return waiting.GetStatus(token);
    }

    void IValueTaskSource<FlushResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        lock (gate)
            waiting.OnCompleted(continuation, state, token, flags);
    }

    private void Break_NeedsLock()
    {
        isBroken = true;
        if (!isWaiting)
            return;
        isWaiting = false;
        waiting.SetResult(new(isCanceled: false, isCompleted: true));
    }

    // False: the socket takes no more now, and will say when it does.
    private bool SendAll_NeedsLock()
    {
        while (sent < written && !isBroken)
        {
            int took;
            try
            {
                took = Epoll.Send(socket, buffer.AsSpan(sent, written - sent));
            }
            catch (ObjectDisposedException)
            {
                took = -1;
            }
            if (took == 0)
                return false;
            isBroken = took < 0;
            sent += Math.Max(took, 0);
        }
        Release();
        return true;
    }

    private void Room(int sizeHint)
    {
        int wanted = written + Math.Max(sizeHint, 1);
        if (wanted <= buffer.Length)
            return;
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(FirstSize, Math.Max(wanted, buffer.Length * 2)));
        buffer.AsSpan(0, written).CopyTo(larger);
        Return();
        buffer = larger;
    }

    // Of ten thousand connections few have something to send.
    private void Release()
    {
        Return();
        (buffer, written, sent) = ([], 0, 0);
    }

    private void Return()
    {
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
    }
}
