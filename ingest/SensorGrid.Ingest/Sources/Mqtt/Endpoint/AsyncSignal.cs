using System.Threading.Tasks.Sources;

namespace SensorGrid.Ingest.Sources.Mqtt.Endpoint;

/// <summary>Lets one waiter wait until somebody says so, again and again, without garbage. Saying so before the wait is remembered, once.</summary>
internal sealed class AsyncSignal : IValueTaskSource
{
    private readonly Lock gate = new();
    private ManualResetValueTaskSourceCore<bool> source = new() { RunContinuationsAsynchronously = true };
    private bool set;
    private bool waiting;

    /// <summary>Lets the waiter go on.</summary>
    public void Set()
    {
        lock (gate)
        {
            if (!waiting)
            {
                set = true;
                return;
            }
            waiting = false;
        }
        source.SetResult(true);
    }

    /// <summary>Waits. One waiter at a time.</summary>
    public ValueTask WaitAsync()
    {
        lock (gate)
        {
            if (set)
            {
                set = false;
                return default;
            }
            source.Reset();
            waiting = true;
            return new(this, source.Version);
        }
    }

    void IValueTaskSource.GetResult(short token) => source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => source.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        source.OnCompleted(continuation, state, token, flags);
}
