using System.Buffers;
using System.IO.Pipelines;

namespace SensorGrid.Ingest.Sources.Mqtt.Endpoint;

/// <summary>The sending side of a connection: any thread writes packets under its lock, and one flush at a time is under way. While the peer does
/// not read, what is written waits in a side buffer. That buffer needs no bound of its own, because its writers have one: answers are
/// bounded by our Receive Maximum, messages are not taken while <see cref="IsBlocked"/>, and nothing is read from the peer meanwhile.</summary>
internal sealed class MqttOutput(PipeWriter pipe, TimeProvider time)
{
    // A side buffer that was larger than this is given back.
    private const int LargestKept = 64 * 1024;

    private ArrayBufferWriter<byte>? aside;
    private bool flushing;
    private bool closed;
    private bool hasBytes;
    private long blockedSince;
    private Task settled = Task.CompletedTask;

    /// <summary>Called when a blocked flush is through: there is room for more. Outside the lock.</summary>
    public Action? OnRoom { get; set; }

    /// <summary>Lock of all that is written.</summary>
    public Lock Gate { get; } = new();

    /// <summary>The peer does not read as fast as we send.</summary>
    public bool IsBlocked => Volatile.Read(ref flushing);

    /// <summary>The peer is gone: nothing that is written reaches it.</summary>
    public bool IsBroken => Volatile.Read(ref closed);

    /// <summary>Completes when a flush that is under way is through. Never fails.</summary>
    public Task Settled { get { lock (Gate) return settled; } }

    /// <summary>How long the peer has been keeping us waiting.</summary>
    public TimeSpan BlockedFor
    {
        get
        {
            lock (Gate)
                return flushing ? time.GetElapsedTime(blockedSince) : TimeSpan.Zero;
        }
    }

    /// <summary>Where to write; to be used under <see cref="Gate"/> only.</summary>
    public IBufferWriter<byte> Writer_NeedsLock
    {
        get
        {
            hasBytes = true;
            return flushing || closed ? aside ??= new() : pipe;
        }
    }

    /// <summary>Sends what was written. Never waits; a flush that is under way takes it along.</summary>
    public void Flush()
    {
        lock (Gate)
        {
            if (flushing || closed || !hasBytes)
                return;
            hasBytes = false;
            var flush = pipe.FlushAsync();
            if (flush.IsCompletedSuccessfully)
            {
                closed = flush.Result.IsCompleted;
                return;
            }
            blockedSince = time.GetTimestamp();
            flushing = true;
            settled = FinishAsync(flush);
        }
    }

    /// <summary>Writes nothing more and lets go of the pipe.</summary>
    public async Task CompleteAsync()
    {
        await Settled;
        lock (Gate)
        {
            closed = true;
            aside = null;
        }
        await pipe.CompleteAsync();
    }

    private async Task FinishAsync(ValueTask<FlushResult> flush)
    {
        // Away from the lock: the first flush may be through by now.
        await Task.Yield();
        bool more = true;
        while (more)
        {
            bool broken = await IsBrokenAfterAsync(flush);
            lock (Gate)
            {
                closed |= broken;
                more = !closed && aside is { WrittenCount: > 0 };
                if (more)
                    flush = FlushAside_NeedsLock();
                else
                    flushing = false;
            }
        }
        OnRoom?.Invoke();
    }

    private ValueTask<FlushResult> FlushAside_NeedsLock()
    {
        pipe.Write(aside!.WrittenSpan);
        if (aside.Capacity > LargestKept)
            aside = null;
        else
            aside.ResetWrittenCount();
        hasBytes = false;
        // The peer has read: its time begins anew.
        blockedSince = time.GetTimestamp();
        return pipe.FlushAsync();
    }

    private static async Task<bool> IsBrokenAfterAsync(ValueTask<FlushResult> flush)
    {
        try
        {
            return (await flush).IsCompleted;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The transport's ways to say that the peer is gone; the reading side finds out by itself.
            return true;
        }
    }
}
