using SensorGrid.Ingest.Following;
using SensorGrid.Ingest.Service.Hosting;
using SensorGrid.ReadingLog;
using SensorGrid.Readings;
using SensorGrid.Storage.LineProtocol;
using SensorGrid.Storage.State;

namespace SensorGrid.Ingest.Service.Following;

/// <summary>The external stores that are configured, each with a follower of its own: one that is down keeps neither the others, nor the
/// embedded store, nor the alarms waiting.</summary>
internal sealed class ExternalStores : IDisposable
{
    private readonly List<ExternalStoreWriter> writers = [];
    private readonly List<ExternalStoreFollower> followers = [];
    private readonly ExternalStoreMetrics metrics;
    private readonly ILogger logger;

    public ExternalStores(
        IReadOnlyList<ExternalStoreOptions> stores, ReadingLogWriter log, StateDatabase state, DatastreamTable datastreams, DataFolder folder, TimeProvider time,
        ILoggerFactory loggers)
    {
        logger = loggers.CreateLogger<ExternalStores>();
        foreach (var options in stores)
        {
            var writer = new ExternalStoreWriter(options, folder.Path, datastreams, time, new Random(), loggers.CreateLogger<ExternalStoreWriter>());
            writers.Add(writer);
            var follower = new ExternalStoreFollower(writer, state, datastreams, log.FirstSequence, time, loggers.CreateLogger<ExternalStoreFollower>());
            followers.Add(follower);
            writer.State.Lag = () => Math.Max(0, log.LastDurableSequence - follower.DeliveredSequence);
        }
        metrics = new(States);
    }

    /// <summary>What each has taken and lacks, in the order of the settings.</summary>
    public IReadOnlyList<ExternalStoreState> States => [.. writers.Select(writer => writer.State)];

    /// <summary>First record of the log that one of them would need to start again.</summary>
    public long NeededFrom => followers.Count == 0 ? long.MaxValue : followers.Min(follower => follower.NeededFrom);

    /// <summary>Last record that one of them has, 0 when there are none.</summary>
    public long LastSequence => followers.Count == 0 ? 0 : followers.Max(follower => follower.NextSequence - 1);

    /// <summary>What is wrong with those that lack something, or null.</summary>
    public string? Problem => States.Select(store => store.Problem).OfType<string>().ToList() is { Count: > 0 } problems ? string.Join(" ", problems) : null;

    /// <summary>Follows the log into each of them.</summary>
    public void Run(StageGroup stages, CommittedStream committed, ReadingLogWriter log, IngestMetrics ingestMetrics, TimeProvider time)
    {
        foreach (var follower in followers)
        {
            var loop = new LogFollowerLoop(committed, follower, ingestMetrics, time);
            stages.Run($"The follower {follower.Name}", token => FollowAsync(loop, follower, log, token));
        }
    }

    /// <summary>Writes down how far each is; after the loops have ended.</summary>
    public async Task WriteCheckpointsAsync()
    {
        foreach (var follower in followers)
            await WriteCheckpointAsync(follower);
    }

    private async Task WriteCheckpointAsync(ExternalStoreFollower follower)
    {
        try
        {
            await follower.WriteCheckpointAsync(CancellationToken.None);
        }
        catch (StateDatabaseException e)
        {
            // At the end of the process; the next start sends a little more again.
            Log.CheckpointSkipped(logger, follower.Name, e.Message);
        }
    }

    public void Dispose()
    {
        metrics.Dispose();
        writers.ForEach(writer => writer.Dispose());
    }

    private static async Task FollowAsync(LogFollowerLoop loop, ExternalStoreFollower follower, ReadingLogWriter log, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await loop.RunAsync(cancellationToken);
            }
            catch (ReadingLogException e) when (e.Fault == ReadingLogFault.Trimmed)
            {
                // Only where retention decided that the log may not grow any more for a store that does not come back.
                follower.SkipTo(log.FirstSequence);
            }
        }
    }
}
