using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using SensorGrid.Alarms;
using SensorGrid.Ingest.Admission;
using SensorGrid.Ingest.Appending;
using SensorGrid.Ingest.Following;
using SensorGrid.Ingest.Service.Following;
using SensorGrid.Ingest.Service.Hosting;
using SensorGrid.Ingest.Service.Tests.Rig;
using SensorGrid.Ingest.Sources;
using SensorGrid.ReadingLog;
using SensorGrid.Readings;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Storage.LineProtocol;
using SensorGrid.Storage.State;

namespace SensorGrid.Ingest.Service.Tests.Following;

/// <summary>One life of the followers of external stores, on a log and a state that outlive it.</summary>
internal sealed class ExternalStoreRig : IAsyncDisposable
{
    private readonly ReadingLogWriter log;
    private readonly StageGroup stages;
    private readonly IngestMetrics metrics = new();
    private readonly LogCommands commands;
    private readonly ReadingAdmission admission;

    public ExternalStoreRig(
        string data, ReadingLogWriter log, StateDatabase state, IReadOnlyList<ExternalStoreOptions> stores, TimeProvider time)
    {
        this.log = log;
        stages = new((_, reason) => Failure = reason);
        // A small ring: a follower that is behind reads the log.
        var options = new IngestOptions { RingRecords = 16, FollowerBatchRecords = 8 };
        var datastreams = new DatastreamTable();
        var committed = new CommittedStream(log, datastreams, options, metrics, TimeProvider.System);
        var appender = new LogAppender(log, committed, TimeProvider.System);
        commands = new(appender);
        admission = new(appender, committed, new GatewayRegister(options), options, metrics, TimeProvider.System, NullLogger<ReadingAdmission>.Instance);
        Stores = new(stores, log, state, datastreams, DataFolder.Create(data), time, NullLoggerFactory.Instance);
        Stores.Run(stages, committed, log, metrics, TimeProvider.System);
    }

    public ExternalStores Stores { get; }

    public Exception? Failure { get; private set; }

    public ExternalStoreState this[int index] => Stores.States[index];

    public async Task ActivateAsync(string catalogue) =>
        await commands.AppendAsync(AlarmCommands.ActivateCatalogue, "test", new SourceBundle([new("city.yaml", catalogue)]).ToBytes());

    /// <summary>One message of one reading of <c>stage</c>, at that second of 2026.</summary>
    public Task<long> SendAsync(int second, string padding = "") => AppendAsync(
        string.Create(CultureInfo.InvariantCulture, $$"""[{"n":"stage","u":"m","v":{{second % 3}},"t":{{1_767_225_600 + second}}}]""") + padding);

    private async Task<long> AppendAsync(string payload)
    {
        var result = await admission.AdmitAsync(new IncomingMessage
        {
            Source = "test", Principal = "water-gw-1", Topic = "sensorgrid/v1/water/water-gw-1/readings",
            Payload = new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(payload)),
        });
        Assert.Equal(AdmissionOutcome.Accepted, result.Outcome);
        return result.Sequence;
    }

    /// <summary>Waits until each store has everything that is durable.</summary>
    public Task DeliveredAsync() => UntilAsync(() => Stores.States.All(store => store.Lag() == 0) && log.LastDurableSequence > 0);

    public async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(Wait.Patience);
        while (!condition())
        {
            Assert.Null(Failure);
            Assert.False(limit.IsCancellationRequested, "It did not happen.");
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stages.StopAsync();
        Stores.Dispose();
        stages.Dispose();
        metrics.Dispose();
    }
}
