using System.Threading.Tasks.Sources;

namespace SensorGrid.ReadingLog.Queue;

/// <summary>Somebody who waits for an append. Pooled: awaiting an append costs no memory once enough of them exist.</summary>
internal sealed class PendingAppend(AppendQueue owner) : IValueTaskSource<long>, IValueTaskSource<ReadingLogStamp>
{
    // Continuations go to the thread pool: the writer's thread never runs a caller's code.
    private ManualResetValueTaskSourceCore<ReadingLogStamp> core = new() { RunContinuationsAsynchronously = true };

    // While it is queued for room: its copied record and neighbours. All under the queue's lock.
    public byte[]? Waiting;
    public int WaitingLength;
    public long WaitingTicks;
    public bool UntilDurable;
    public PendingAppend? Before;
    public PendingAppend? After;
    public CancellationToken Cancellation;
    public CancellationTokenRegistration Registration;

    public ReadingLogStamp Stamp;

    public short Version => core.Version;

    public void CancelWaiting(CancellationToken token) => owner.CancelWaiting(this, token);

    public void Complete() => core.SetResult(Stamp);

    public void Fail(Exception exception) => core.SetException(exception);

    long IValueTaskSource<long>.GetResult(short token) => GetResult(token).Sequence;

    public ReadingLogStamp GetResult(short token)
    {
        try
        {
            return core.GetResult(token);
        }
        finally
        {
            if (token == core.Version)
            {
                core.Reset();
                owner.Return(this);
            }
        }
    }

    public ValueTaskSourceStatus GetStatus(short token) => core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        core.OnCompleted(continuation, state, token, flags);
}
