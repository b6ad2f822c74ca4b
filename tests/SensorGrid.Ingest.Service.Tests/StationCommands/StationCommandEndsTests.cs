using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SensorGrid.Ingest.Appending;
using SensorGrid.Ingest.Following;
using SensorGrid.Ingest.Service.StationCommands;
using SensorGrid.Ingest.Service.Tests.Rig;
using SensorGrid.Ingest.Sources.FieldProtocols;
using SensorGrid.ReadingLog;
using SensorGrid.Readings;

namespace SensorGrid.Ingest.Service.Tests.StationCommands;

public sealed class StationCommandEndsTests : IAsyncLifetime
{
    private readonly ServiceFolder folder = new();
    private readonly FakeTimeProvider time = new();
    private readonly FieldProtocolMetrics metrics = new();
    private readonly IngestMetrics ingestMetrics = new();
    private ReadingLogWriter log = null!;
    private StationCommandEnds ends = null!;

    public Task InitializeAsync()
    {
        log = ReadingLogWriter.Open(new() { Folder = Path.Combine(folder.Data, "log"), SegmentBytes = 1 << 20 }, TimeProvider.System, NullLogger.Instance);
        var committed = new CommittedStream(log, new DatastreamTable(), new(), ingestMetrics, TimeProvider.System);
        ends = new(new LogCommands(new LogAppender(log, committed, TimeProvider.System)), metrics, time, NullLogger.Instance);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await log.DisposeAsync();
        metrics.Dispose();
        ingestMetrics.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task What_ended_before_the_stop_is_on_disk_when_it_is_complete()
    {
        for (int i = 0; i < 600; i++)
            ends.Take(Ended(i));
        var running = ends.RunAsync(CancellationToken.None);
        await ends.CompleteAsync();
        await running;

        Assert.Equal(600, log.LastDurableSequence);
    }

    [Fact]
    public async Task Of_more_than_may_wait_the_last_are_counted_as_lost_and_a_stop_does_not_wait_for_a_disk_that_takes_nothing()
    {
        long lost = 0;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name == "sensorgrid.ingest.station.command.end.lose")
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => lost += value);
        listener.Start();

        for (int i = 0; i < StationCommandEnds.Most + 3; i++)
            ends.Take(Ended(i));

        Assert.Equal(3, lost);
        // Nobody writes.
        var completing = ends.CompleteAsync();
        Assert.False(completing.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(10));
        await completing.WaitAsync(Wait.Patience);
    }

    private static EndedStationCommand Ended(long given) => new(given, "sl651", "0012345678", "current", new("answered"));
}
