namespace SensorGrid.Simulators.Cli.Replay;

/// <summary>Cancels when a count has not moved for too long while something was expected of it.</summary>
internal sealed class Patience : IDisposable
{
    private readonly CancellationTokenSource source;
    private readonly ITimer timer;
    private readonly Func<long?> count;
    private readonly TimeProvider clock;
    private readonly TimeSpan limit;
    private long? last;
    private long since;

    public Patience(TimeSpan limit, TimeProvider clock, Func<long?> count, CancellationToken cancellationToken)
    {
        source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        this.limit = limit;
        this.clock = clock;
        this.count = count;
        since = clock.GetTimestamp();
        var step = TimeSpan.FromTicks(Math.Max(limit.Ticks / 20, TimeSpan.TicksPerMillisecond * 10));
        timer = clock.CreateTimer(_ => Look(), null, step, step);
    }

    public CancellationToken Token => source.Token;

    public bool IsOver { get; private set; }

    public void Stop() => source.Cancel();

    public void Dispose()
    {
        timer.Dispose();
        source.Dispose();
    }

    private void Look()
    {
        long? now = count();
        if (now is null || now != last)
        {
            last = now;
            since = clock.GetTimestamp();
        }
        else if (!IsOver && clock.GetElapsedTime(since) >= limit)
        {
            IsOver = true;
            source.Cancel();
        }
    }
}
