namespace SensorGrid.Ingest.Service.Hosting;

/// <summary>Whether the service does its job, and why not. Set by whoever finds out, read by <c>/healthz</c>, the status and the API's gate.</summary>
internal sealed class ServiceHealth
{
    private volatile string? failure;
    private volatile bool started;

    /// <summary>How far the start is; of no meaning once it is over.</summary>
    public StartProgress Start { get; } = new();

    /// <summary>Everything is recovered and gateways are let in.</summary>
    public bool Started => started;

    /// <summary>What ended it, or null.</summary>
    public string? Failure => failure;

    /// <summary>It is on its way: no failure, only not there yet.</summary>
    public bool IsStarting => !started && failure is null;

    public void SetStarted() => started = true;

    /// <summary>Asked each time: why nothing is taken now, or null. Such a reason passes (a full disk that is emptied).</summary>
    public Func<string?> HeldBecause { get; set; } = () => null;

    /// <summary>Asked each time: what is wrong although readings are taken, kept and evaluated (an external store is down), or null.</summary>
    public Func<string?> DegradedBecause { get; set; } = () => null;

    /// <summary>Asked each time: what will stop the service, or holds it up, if nobody does anything (slow or nearly full disk, a clock that was set, secrets that lie open), or null.</summary>
    public Func<string?> ConcernedBecause { get; set; } = () => null;

    /// <summary>What is wrong although it is ready, or null.</summary>
    public string? Degraded => ConcernedBecause() ?? DegradedBecause();

    /// <summary>The first failure stays: what follows is its consequence.</summary>
    public void Fail(string reason) => Interlocked.CompareExchange(ref failure, reason, null);

    /// <summary>Why it is not ready, or null when it is.</summary>
    public string? NotReady => failure ?? HeldBecause() ?? (started ? null : Start.Describe());
}
