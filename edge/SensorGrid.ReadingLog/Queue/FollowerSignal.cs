using System.Threading.Tasks.Sources;

namespace SensorGrid.ReadingLog.Queue;

/// <summary>Wakes followers when more is durable. A follower that has something to read never comes here.</summary>
internal sealed class FollowerSignal
{
    private readonly Lock gate = new();
    private readonly List<Waiter> waiting = [];
    private Exception? failure;
    private bool closed;

    /// <summary>More is durable.</summary>
    public void Pulse() => Finish(null);

    /// <summary>Nothing more will come: waiting ends with false.</summary>
    public void Close()
    {
        lock (gate)
            closed = true;
        Finish(null);
    }

    /// <summary>The log failed: waiting ends with this.</summary>
    public void Fail(Exception exception)
    {
        lock (gate)
            failure ??= exception;
        Finish(exception);
    }

    private void Finish(Exception? exception)
    {
        lock (gate)
        {
            foreach (var waiter in waiting)
                waiter.Finish(exception, !closed);
            waiting.Clear();
        }
    }

    /// <summary>One follower's waiting, used again for each time it waits.</summary>
    internal sealed class Waiter(FollowerSignal signal) : IValueTaskSource<bool>
    {
        private ManualResetValueTaskSourceCore<bool> core = new() { RunContinuationsAsynchronously = true };
        private CancellationTokenRegistration registration;

        /// <summary>Waits for the next pulse unless <paramref name="unless"/> holds already.</summary>
        /// <returns>False when the log was closed.</returns>
        public ValueTask<bool> WaitAsync<T>(T state, Func<T, bool> unless, CancellationToken cancellation)
        {
            lock (signal.gate)
            {
                if (unless(state))
                    return new(true);
                if (signal.failure is { } failed)
                    return ValueTask.FromException<bool>(failed);
                if (signal.closed)
                    return new(false);
                cancellation.ThrowIfCancellationRequested();
                core.Reset();
                signal.waiting.Add(this);
            }
            registration = cancellation.UnsafeRegister(static (waiter, token) => ((Waiter)waiter!).Cancel(token), this);
            return new(this, core.Version);
        }

        public void Finish(Exception? exception, bool more)
        {
            if (exception is null)
                core.SetResult(more);
            else
                core.SetException(exception);
        }

        public bool GetResult(short token)
        {
            // Outside the signal's lock, so it may wait for a callback that runs just now.
            registration.Dispose();
            return core.GetResult(token);
        }

        public ValueTaskSourceStatus GetStatus(short token) => core.GetStatus(token);

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            core.OnCompleted(continuation, state, token, flags);

        private void Cancel(CancellationToken token)
        {
            lock (signal.gate)
            {
                if (signal.waiting.Remove(this))
                    core.SetException(new OperationCanceledException(token));
            }
        }
    }
}
