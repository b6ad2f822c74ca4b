using SensorGrid.Ingest.Following;
using SensorGrid.Ingest.Service.Following;
using SensorGrid.Ingest.Sources.Mqtt.Sessions;
using SensorGrid.ReadingLog;
using SensorGrid.Storage;
using SensorGrid.Storage.State;

namespace SensorGrid.Ingest.Service.Hosting;

/// <summary>The service from its first open address to its end: starts the stages, waits for an end, and brings everything down in the
/// order of the data.</summary>
internal sealed class RunningService : IAsyncDisposable
{
    private static readonly TimeSpan ProgressPeriod = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestDrain = TimeSpan.FromSeconds(10);

    private readonly TaskCompletionSource<(string Stage, Exception Reason)> failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Stack<(string Name, Func<Task> End)> ends = new();
    private readonly ServiceHealth health;
    private readonly TimeSpan failureGrace;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly CancellationTokenSource failing = new();
    private bool abandoned;
    private bool ended;

    public RunningService(ServiceHealth health, TimeSpan failureGrace, TimeProvider time, ILogger logger)
    {
        (this.health, this.failureGrace, this.time, this.logger) = (health, failureGrace, time, logger);
        Producers = new(OnFailed);
        Followers = new(OnFailed);
    }

    /// <summary>Stages that append to the log.</summary>
    public StageGroup Producers { get; }

    /// <summary>Stages that follow the log.</summary>
    public StageGroup Followers { get; }

    public string Data { get; set; } = "";

    public string Http { get; set; } = "";

    public string Mqtt { get; set; } = "";

    /// <summary>The address with TLS; null when there is none.</summary>
    public string? MqttTls { get; set; }

    /// <summary>Where stations of field protocols connect: protocol and address.</summary>
    public IReadOnlyList<(string Protocol, string Address)> Stations { get; set; } = [];

    /// <summary>Everything between the first open address and "ready": recovers, then lets gateways in. Cancelled when it is no longer wanted.</summary>
    public Func<CancellationToken, Task> Starting { get; set; } = _ => Task.CompletedTask;

    /// <summary>The failure of a stage, or null.</summary>
    public Exception? Failure => failed.Task.IsCompletedSuccessfully ? failed.Task.Result.Reason : null;

    /// <summary>Somebody asked the process to stop.</summary>
    public CancellationToken StopAsked { get; set; }

    /// <summary>Takes the end of a stream for a request to stop.</summary>
    public void StopAtEndOf(Stream stream)
    {
        var ended = new CancellationTokenSource();
        StopAsked = CancellationTokenSource.CreateLinkedTokenSource(StopAsked, ended.Token).Token;
        // A read of standard input cannot be cancelled: this one ends with the input, or with the process.
        _ = Task.Run(async () =>
        {
            await stream.CopyToAsync(Stream.Null);
            await ended.CancelAsync();
        });
    }

    /// <summary>Names what must be ended; ended in the reverse order, whatever happens.</summary>
    public void OnEnd(string name, Func<Task> end) => ends.Push((name, end));

    public void OnEnd(string name, Action end) => OnEnd(name, () =>
    {
        end();
        return Task.CompletedTask;
    });

    /// <summary>Disposes it at the end.</summary>
    public T Owns<T>(T disposable) where T : IDisposable
    {
        OnEnd(typeof(T).Name, disposable.Dispose);
        return disposable;
    }

    /// <summary>Does what is left of the start.</summary>
    /// <returns>True when it is ready; false when it was asked to stop or a stage failed before: <see cref="RunAsync"/> ends it then.</returns>
    /// <exception cref="StartException">It cannot start, for reasons a person can do something about. Nothing is left of it.</exception>
    public async Task<bool> StartAsync()
    {
        using var unwanted = CancellationTokenSource.CreateLinkedTokenSource(StopAsked, failing.Token);
        try
        {
            await Starting(unwanted.Token);
            health.SetStarted();
            return true;
        }
        catch (OperationCanceledException) when (unwanted.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception e) when (IsStorage(e) && health.Start.Stage >= StartStage.CatchingUp)
        {
            // Opened, and failed at work: as if it had failed a moment later.
            OnFailed("The start", e);
            return false;
        }
        catch (Exception e)
        {
            await AbandonAsync();
            if (StartFailure.Of(e) is { } reason)
                throw reason;
            throw;
        }
    }

    /// <summary>Runs until it is asked to stop, or until a stage fails; ends everything.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using (StopAsked.Register(() => asked.TrySetResult()))
            await Task.WhenAny(asked.Task, failed.Task);
        if (!failed.Task.IsCompletedSuccessfully)
        {
            Log.Stopping(logger, "it was asked to");
            await DisposeAsync();
            return failed.Task.IsCompletedSuccessfully ? ExitCode.StageFailed : ExitCode.Stopped;
        }
        await Task.Delay(failureGrace, time);
        await DisposeAsync();
        return IsStorage(failed.Task.Result.Reason) ? ExitCode.StorageFailed : ExitCode.StageFailed;
    }

    /// <summary>Waits until the followers have taken what was in the log before the start, and tells how far they are.</summary>
    public async Task CatchUpAsync(long end, LogFollowerLoop rules, LogFollowerLoop store, CancellationToken unwanted)
    {
        foreach (var loop in new[] { rules, store })
        {
            while (!await loop.WaitUntilAppliedAsync(end, ProgressPeriod, unwanted))
                Log.RecoveryProgress(logger, rules.AppliedSequence, store.AppliedSequence, end);
        }
    }

    /// <summary>Lets the followers take what is durable. Only when nothing has failed; and not in the middle of a recovery, which may have
    /// far to go and goes on at the next start.</summary>
    public async Task DrainAsync(CommittedStream committed, LogFollowerLoop rules, LogFollowerLoop store)
    {
        if (WasCutShort || !health.Started)
            return;
        long end = committed.LastDurableSequence;
        foreach (var loop in new[] { rules, store })
        {
            if (!await loop.WaitUntilAppliedAsync(end, LongestDrain, CancellationToken.None))
                Log.StopUnfinished(logger, $"{loop.Name} is at record {loop.AppliedSequence} of {end}");
        }
    }

    /// <summary>Writes the last snapshot and seals. What fails here is in the log.</summary>
    public async Task WriteDownAsync(RulesFollower rules, ReadingStore store)
    {
        if (WasCutShort)
            return;
        try
        {
            await rules.SnapshotAsync(CancellationToken.None);
            await store.SealAsync(CancellationToken.None);
            Log.Stopped(logger, Math.Min(rules.NextSequence - 1, store.CoveredSequence));
        }
        catch (Exception e) when (e is StateDatabaseException or ReadingStoreException)
        {
            Log.StopUnfinished(logger, e.Message);
        }
    }

    /// <summary>Ends what a start that failed has begun, without writing anything down.</summary>
    public async Task AbandonAsync()
    {
        abandoned = true;
        await DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (ended)
            return;
        ended = true;
        while (ends.TryPop(out var next))
        {
            try
            {
                await next.End();
            }
            catch (Exception e) when (WasCutShort)
            {
                // The first failure has been told; what comes down with it must not hide it.
                Log.StopUnfinished(logger, $"{next.Name}: {e.Message}");
            }
        }
        // Told before when all went its way; a start that failed half-way may have begun stages that nobody named yet.
        await Producers.StopAsync();
        await Followers.StopAsync();
        Producers.Dispose();
        Followers.Dispose();
        failing.Dispose();
    }

    private void OnFailed(string stage, Exception reason)
    {
        if (!failed.TrySetResult((stage, reason)))
            return;
        health.Fail($"{stage} failed: {reason.Message}");
        Log.StageFailed(logger, reason, stage, reason.Message);
        failing.Cancel();
    }

    private bool WasCutShort => abandoned || failed.Task.IsCompleted;

    private static bool IsStorage(Exception reason) =>
        reason is ReadingLogException or StateDatabaseException or ReadingStoreException or SessionStoreException || reason.InnerException is { } inner && IsStorage(inner);
}
