using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SensorGrid.Ingest.Service.Tests.Rig;
using SensorGrid.ReadingLog;
using SensorGrid.Storage.LineProtocol;
using SensorGrid.Storage.State;
using SensorGrid.Testing;

namespace SensorGrid.Ingest.Service.Tests.Following;

/// <summary>Followers of external stores on a real log, started and stopped as often as a test likes.</summary>
public sealed class ExternalStoreFollowerTests : IAsyncLifetime
{
    private readonly ServiceFolder folder = new();
    private readonly FakeTimeProvider time = new(new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly ScriptedStore store = new();
    private readonly ScriptedStore other = new();
    private StateDatabase state = null!;
    private ReadingLogWriter log = null!;

    public Task InitializeAsync()
    {
        state = StateDatabase.Open(folder.Data);
        log = ReadingLogWriter.Open(new() { Folder = Path.Combine(folder.Data, "log"), SegmentBytes = 1 << 20 }, TimeProvider.System, NullLogger.Instance);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await log.DisposeAsync();
        state.Dispose();
        store.Dispose();
        other.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task The_checkpoint_moves_only_over_what_the_store_has_and_a_restart_sends_the_rest_again()
    {
        await using (var first = Start())
        {
            await first.SendAsync(1);
            await first.DeliveredAsync();
            await first.Stores.WriteCheckpointsAsync();
            Assert.Equal(1, state.ReadCheckpoint("store:one"));
            store.Otherwise = _ => new(503, "", []);
            await first.SendAsync(2);
            await first.SendAsync(3);
            await first.UntilAsync(() => first[0].Problem is not null);
            await first.Stores.WriteCheckpointsAsync();
            Assert.Equal(1, state.ReadCheckpoint("store:one"));
            Assert.Equal(2, first.Stores.NeededFrom);
            Assert.Contains("busy", first.Stores.Problem, StringComparison.Ordinal);
        }

        store.Otherwise = null;
        await using var second = Start();
        await second.DeliveredAsync();

        Assert.Equal([1, 2, 3], SecondsOf(store));
        Assert.Null(second.Stores.Problem);
    }

    [Fact]
    public async Task A_crash_after_the_store_accepted_and_before_the_checkpoint_sends_the_same_points_again()
    {
        await using (var first = Start())
        {
            await first.SendAsync(1);
            await first.SendAsync(2);
            await first.DeliveredAsync();
        }

        await using var second = Start();
        await second.DeliveredAsync();

        Assert.Equal([1, 1, 2, 2], SecondsOf(store));
        Assert.Equal(2, store.Taken.Distinct().Count());
    }

    [Fact]
    public async Task The_checkpoint_is_written_every_few_seconds_while_points_flow()
    {
        await using var run = Start();
        await run.SendAsync(1);
        await run.DeliveredAsync();
        Assert.Equal(0, state.ReadCheckpoint("store:one"));

        time.Advance(TimeSpan.FromSeconds(5));
        await run.SendAsync(2);

        await run.UntilAsync(() => state.ReadCheckpoint("store:one") == 2);
    }

    [Fact]
    public async Task Tags_are_those_of_the_catalogue_in_force_at_the_record_also_after_a_restart()
    {
        await using (var first = Start())
        {
            await first.SendAsync(1);
            await first.ActivateAsync(ServiceFolder.Catalogue);
            await first.SendAsync(2);
            await first.DeliveredAsync();
            await first.Stores.WriteCheckpointsAsync();
        }
        await using (var second = Start())
        {
            await second.SendAsync(3);
            await second.ActivateAsync(ServiceFolder.Catalogue.Replace("quantity: level", "quantity: depth", StringComparison.Ordinal));
            await second.SendAsync(4);
            await second.DeliveredAsync();
        }

        string[] expected = ["", "quantity=level,station=bridge,", "quantity=level,station=bridge,", "quantity=depth,station=bridge,"];
        Assert.Equal(expected.Select(tags => $"datastream=stage,{(tags.Length > 0 ? "domain=water," : "")}gateway=water-gw-1,{tags}unit=m"),
            store.Taken.Select(line => line.Split(' ')[0]["reading,".Length..]));
    }

    [Fact]
    public async Task A_store_that_is_down_keeps_no_other_waiting()
    {
        store.Otherwise = _ => new(503, "", []);
        await using var run = Start(Options(store, "one"), Options(other, "two"));

        for (int second = 1; second <= 100; second++)
            await run.SendAsync(second);
        await run.UntilAsync(() => run[1].Lag() == 0);

        Assert.Equal(Enumerable.Range(1, 100), SecondsOf(other));
        Assert.Equal(100, run[0].Lag());
        Assert.Empty(store.Taken);
        Assert.Equal(1, run.Stores.NeededFrom);
    }

    [Fact]
    public async Task After_a_long_outage_everything_arrives_from_the_log_once_by_key()
    {
        store.Otherwise = _ => new(503, "", []);
        await using var run = Start(Options(store, "one") with { BatchPoints = 7 });
        for (int second = 1; second <= 300; second++)
            await run.SendAsync(second);
        await run.UntilAsync(() => run[0].Problem is not null);

        store.Otherwise = null;
        await UntilDeliveredAsync(run);

        Assert.Equal(Enumerable.Range(1, 300), SecondsOf(store));
        Assert.Equal(300, run[0].Accepted);
        Assert.All(store.Requests, request => Assert.True(request.Lines.Length <= 7));
    }

    [Fact]
    public async Task What_was_trimmed_before_the_store_came_back_is_counted_and_the_rest_arrives()
    {
        store.Otherwise = _ => new(503, "", []);
        await using var run = Start();
        // White space after JSON is JSON too, and fills segments.
        string padding = new(' ', 60_000);
        for (int second = 1; second <= 60; second++)
            await run.SendAsync(second, padding);
        await run.UntilAsync(() => run[0].Problem is not null);
        long kept = log.Segments[^1].FirstSequence;
        await log.TrimAsync(kept);
        store.Otherwise = null;

        await UntilDeliveredAsync(run);

        int[] arrived = [.. SecondsOf(store)];
        Assert.Equal(Enumerable.Range((int)kept, 60 - (int)kept + 1), arrived.Where(second => second >= kept));
        Assert.InRange(run[0].RecordsLost, 1, kept - 2);
        Assert.Equal(60, arrived.Length + run[0].RecordsLost);
    }

    [Fact]
    public async Task A_store_that_is_new_gets_what_the_log_still_has_and_nothing_counts_as_lost()
    {
        string padding = new(' ', 60_000);
        await using (var before = Start([]))
        {
            for (int second = 1; second <= 60; second++)
                await before.SendAsync(second, padding);
        }
        long kept = log.Segments[^1].FirstSequence;
        await log.TrimAsync(kept);

        await using var run = Start();
        await run.DeliveredAsync();

        Assert.Equal(Enumerable.Range((int)kept, 60 - (int)kept + 1), SecondsOf(store));
        Assert.Equal(0, run[0].RecordsLost);
    }

    private ExternalStoreRig Start(params ExternalStoreOptions[] stores) => new(folder.Data, log, state, stores, time);

    private ExternalStoreRig Start() => Start(Options(store, "one"));

    // Pauses far shorter than the time-out: time that is moved on to end a pause does not end a request.
    private static ExternalStoreOptions Options(ScriptedStore store, string name) => new()
    {
        Kind = ExternalStoreKind.InfluxDb1, Name = name, Url = store.Url, Database = "city", BatchAge = TimeSpan.Zero,
        RetryFirst = TimeSpan.FromMilliseconds(10), RetryLongest = TimeSpan.FromMilliseconds(10), Timeout = TimeSpan.FromMinutes(10),
    };

    private Task UntilDeliveredAsync(ExternalStoreRig run) => run.UntilAsync(() =>
    {
        if (run[0].Problem is not null)
            time.Advance(TimeSpan.FromMilliseconds(10));
        return run[0].Lag() == 0;
    });

    private static IEnumerable<int> SecondsOf(ScriptedStore store) =>
        store.Taken.Select(line => (int)(long.Parse(line.Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture) / 1_000_000_000 - 1_767_225_600)).Order();
}
