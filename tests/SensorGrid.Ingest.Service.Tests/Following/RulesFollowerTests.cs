using System.Buffers;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SensorGrid.Alarms;
using SensorGrid.Ingest.Admission;
using SensorGrid.Ingest.Appending;
using SensorGrid.Ingest.Following;
using SensorGrid.Ingest.Service.Alarms;
using SensorGrid.Ingest.Service.Definitions;
using SensorGrid.Ingest.Service.Following;
using SensorGrid.Ingest.Service.Hosting;
using SensorGrid.Ingest.Service.Metrics;
using SensorGrid.Ingest.Service.StationCommands;
using SensorGrid.Ingest.Service.Tests.Rig;
using SensorGrid.Ingest.Sources;
using SensorGrid.ReadingLog;
using SensorGrid.Readings;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Storage.State;

namespace SensorGrid.Ingest.Service.Tests.Following;

/// <summary>The follower on a real log and a real database, started and stopped as often as a test likes.</summary>
public sealed class RulesFollowerTests : IAsyncLifetime
{
    private readonly ServiceFolder folder = new();
    private const int MostStationCommands = 5;

    private readonly FakeTimeProvider time = new(new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero));
    private readonly IngestMetrics ingestMetrics = new();
    private readonly ServiceMetrics metrics = new();
    private readonly IngestOptions options = new();
    private StateDatabase state = null!;
    private ReadingLogWriter log = null!;

    public Task InitializeAsync()
    {
        state = StateDatabase.Open(folder.Data);
        log = ReadingLogWriter.Open(new() { Folder = Path.Combine(folder.Data, "log"), SegmentBytes = 1 << 20 }, time, NullLogger.Instance);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await log.DisposeAsync();
        state.Dispose();
        metrics.Dispose();
        ingestMetrics.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task A_start_without_a_usable_snapshot_evaluates_again_and_writes_nothing_twice()
    {
        await using (var first = Start())
        {
            await first.ActivateAsync();
            await first.SendAsync(3.5);
            await first.SendAsync(4.5);
            await first.Follower.SnapshotAsync(CancellationToken.None);
        }
        await state.SaveSnapshotAsync(RulesFollower.FollowerName, log.LastDurableSequence, ["not a "u8.ToArray(), "snapshot"u8.ToArray()], CancellationToken.None);
        using (var transaction = state.Begin())
        {
            transaction.Execute("DELETE FROM snapshots WHERE sequence <> $sequence", ("$sequence", log.LastDurableSequence));
            transaction.Commit();
        }

        await using var second = Start();
        Assert.Equal(1, second.StartedFrom);
        await second.SendAsync(2);

        Assert.Equal(["1 raised yellow", "2 level-changed orange", "3 cleared orange"], Transitions());
        Assert.Equal(3, second.Board.Position);
    }

    [Fact]
    public async Task A_start_with_a_snapshot_goes_on_from_it()
    {
        long snapshotAt;
        await using (var first = Start())
        {
            await first.ActivateAsync();
            await first.SendAsync(3.5);
            await first.Follower.SnapshotAsync(CancellationToken.None);
            snapshotAt = log.LastDurableSequence;
            await first.SendAsync(4.5);
        }

        await using var second = Start();
        Assert.Equal(snapshotAt + 1, second.StartedFrom);
        await second.SendAsync(2);

        Assert.Equal(["1 raised yellow", "2 level-changed orange", "3 cleared orange"], Transitions());
    }

    [Fact]
    public async Task What_a_backlog_brings_to_light_is_an_ended_alarm_on_the_board_marked_and_written_once_also_across_a_restart()
    {
        await using (var first = Start())
        {
            await first.ActivateAsync();
            await first.SendAsync(1);
            // The link is down for ten minutes: live first, then what the outbox has kept.
            time.Advance(TimeSpan.FromMinutes(10));
            await first.SendAsync(1);
            await first.SendBacklogAsync((500, 2), (400, 5.5), (300, 4.5));
            await first.Follower.SnapshotAsync(CancellationToken.None);
        }
        await using var second = Start();
        await second.SendBacklogAsync((200, 2), (100, 2));
        Assert.Empty(Transitions());
        time.Advance(TimeSpan.FromMinutes(1.5));
        await second.TickAsync();

        string[] expected = ["1 raised red", "2 level-changed orange", "3 cleared orange"];
        Assert.Equal(expected, Transitions());
        var alarm = Assert.Single(second.Board.Snapshot().Open);
        Assert.Equal((true, false, false, "red"), (alarm.Retrospective, alarm.Active, alarm.Acknowledged, alarm.PeakLevel));
        Assert.Equal(TimeSpan.FromSeconds(200), alarm.ClearedAt - alarm.OnsetAt);
        // It is told when it was found, which is not when it was.
        Assert.True(alarm.ReceivedAt - alarm.OnsetAt > TimeSpan.FromSeconds(450), $"{alarm.OnsetAt} received {alarm.ReceivedAt}");
        await second.SendBacklogAsync((490, 5.5));
        time.Advance(TimeSpan.FromMinutes(1.5));
        await second.TickAsync();
        Assert.Equal(expected, Transitions());
    }

    [Fact]
    public async Task A_full_disk_holds_the_alarm_back_and_room_lets_it_through_once()
    {
        await using var run = Start();
        await run.ActivateAsync();
        SetPages("(SELECT * FROM pragma_page_count)");

        // More transitions than the pages that are there have room for.
        long sequence = await run.AppendAsync([.. Enumerable.Range(0, 20).SelectMany(_ => new[] { 3.5, 2.0 })]);
        await WaitUntilAsync(() => run.Follower.HeldBecause is not null);
        Assert.Empty(Transitions());
        Assert.Equal(0, run.Board.Position);
        SetPages("100000");
        // It may not have gone to sleep yet when time moves the first time.
        await WaitUntilAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return run.Follower.HeldBecause is null;
        });

        await run.AppliedAsync(sequence);
        Assert.Equal(Enumerable.Range(1, 40).Select(position => $"{position} {(position % 2 == 1 ? "raised" : "cleared")} yellow"), Transitions());
        Assert.Equal(40, run.Board.Position);
        Assert.Null(run.Follower.HeldBecause);
    }

    [Fact]
    public async Task Commands_to_stations_are_listed_with_their_ends_and_a_rebuild_from_the_log_lists_the_same()
    {
        await using (var run = Start())
        {
            long answered = await run.GiveAsync("current");
            await run.EndAsync(answered, "answered", answer: "37: Z = 4.25 m");
            await run.GiveAsync("clock");
            // Killed here: nobody wrote how it ended.
            await run.AppliedAsync((await run.Commands.AppendOwnAsync(AlarmCommands.ServiceStarted)).Sequence);
            await run.GiveAsync("history");
            // What is no record of ours changes nothing.
            await run.AppliedAsync((await run.Commands.AppendOwnAsync(AlarmCommands.StationCommandEnded, "{\"given\":1}"u8.ToArray())).Sequence);
            await run.AppliedAsync((await run.Commands.AppendAsync(AlarmCommands.CommandStation, "王", "[]"u8.ToArray())).Sequence);
        }
        string[] expected = ["history 王 under way", "clock 王 unknown", "current 王 answered 37: Z = 4.25 m 1"];
        Assert.Equal(expected, StationCommands());

        using (var transaction = state.Begin())
        {
            transaction.Execute("DELETE FROM station_commands; DELETE FROM snapshots; DELETE FROM follower_checkpoints");
            transaction.Commit();
        }
        await using var second = Start();
        Assert.Equal(1, second.StartedFrom);
        await second.AppliedAsync(log.LastDurableSequence);
        Assert.Equal(expected, StationCommands());
    }

    [Fact]
    public async Task An_end_is_of_the_record_that_it_names_and_the_first_one_counts()
    {
        await using var run = Start();
        long first = await run.GiveAsync("current"), second = await run.GiveAsync("current");
        await run.EndAsync(second, "timed_out");
        await run.EndAsync(second, "answered");
        await run.EndAsync(second + 1000, "answered");

        Assert.Equal(["current 王 timed_out", "current 王 under way"], StationCommands());
        Assert.Equal([second, first], new StationCommandTable(state, MostStationCommands).Read(long.MaxValue, 10, "sl651", "0012345678").Select(one => one.Sequence));
        Assert.Empty(new StationCommandTable(state, MostStationCommands).Read(long.MaxValue, 10, "hj212", null));
        Assert.Empty(new StationCommandTable(state, MostStationCommands).Read(long.MaxValue, 10, null, "0012345679"));
        Assert.Equal(first, Assert.Single(new StationCommandTable(state, MostStationCommands).Read(second, 10, null, null)).Sequence);
    }

    [Fact]
    public async Task Of_more_commands_to_stations_than_are_kept_the_oldest_go()
    {
        await using var run = Start();
        for (int i = 0; i < MostStationCommands + 3; i++)
            await run.GiveAsync($"c{i}");

        Assert.Equal(["c7", "c6", "c5", "c4", "c3"], StationCommands().Select(line => line.Split(' ')[0]));
    }

    private List<string> StationCommands() =>
    [
        .. new StationCommandTable(state, MostStationCommands).Read(long.MaxValue, 100, null, null).Select(one =>
            $"{one.Command} {one.Operator} {one.Outcome ?? "under way"}{(one.Answer is null ? "" : $" {one.Answer} {one.Readings}")}"),
    ];

    // SQLite's own bound stands in for the disk's.
    private void SetPages(string count)
    {
        using var transaction = state.Begin();
        long pages = count.StartsWith('(') ? (long)transaction.Scalar("SELECT page_count FROM pragma_page_count")! : long.Parse(count, System.Globalization.CultureInfo.InvariantCulture);
        transaction.Scalar($"PRAGMA max_page_count = {pages}");
        transaction.Commit();
    }

    [Fact]
    public async Task Rules_go_on_while_a_snapshot_is_written()
    {
        await using (var first = Start(new() { SnapshotRecords = 1 }))
        {
            await first.ActivateAsync();
            await first.SendAsync(3.5);
            // Nobody else can write now; what changes no alarm has nothing to write.
            using (state.Begin())
            {
                await first.SendAsync(3.6);
                await first.SendAsync(3.7);
            }
            await first.SendAsync(3.8);
            await WaitUntilAsync(() => state.ReadSnapshots(RulesFollower.FollowerName).Any());
            await first.SendAsync(4.5);
        }
        Assert.Equal(["1 raised yellow", "2 level-changed orange"], Transitions());
        long kept = state.ReadSnapshots(RulesFollower.FollowerName).First().Sequence;
        await using var second = Start();
        Assert.Equal(kept + 1, second.StartedFrom);
        await second.SendAsync(2);
        Assert.Equal(["1 raised yellow", "2 level-changed orange", "3 cleared orange"], Transitions());
    }

    [Fact]
    public async Task An_end_gives_up_the_snapshot_that_is_being_written()
    {
        await using (var first = Start(new() { SnapshotRecords = 1 }))
        {
            await first.ActivateAsync();
            await first.Follower.SnapshotAsync(CancellationToken.None);
            long before = state.ReadSnapshots(RulesFollower.FollowerName).First().Sequence;
            using (state.Begin())
            {
                await first.SendAsync(1.0);
                await first.SendAsync(1.1);
                await first.Follower.DisposeAsync();
            }
            Assert.Equal(before, state.ReadSnapshots(RulesFollower.FollowerName).First().Sequence);
        }
        await using var second = Start();
        await second.SendAsync(3.5);
        Assert.Equal(["1 raised yellow"], Transitions());
    }

    private List<string> Transitions()
    {
        using var connection = state.OpenRead();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT position || ' ' || kind || ' ' || level FROM alarm_transitions ORDER BY position";
        using var row = command.ExecuteReader();
        var found = new List<string>();
        while (row.Read())
            found.Add(row.GetString(0));
        return found;
    }

    private static async Task WaitUntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(Wait.Patience);
        while (!condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private Run Start(AlarmOptions? options = null) => new(this, options ?? new());

    /// <summary>One life of the follower.</summary>
    private sealed class Run : IAsyncDisposable
    {
        private readonly RulesFollowerTests test;
        private readonly CancellationTokenSource stop = new();
        private readonly LogAppender appender;
        private readonly ReadingAdmission admission;
        private readonly LogFollowerLoop loop;
        private readonly Task running;

        public Run(RulesFollowerTests test, AlarmOptions options)
        {
            this.test = test;
            var datastreams = new DatastreamTable();
            var committed = new CommittedStream(test.log, datastreams, test.options, test.ingestMetrics, TimeProvider.System);
            appender = new LogAppender(test.log, committed, TimeProvider.System);
            Commands = new(appender);
            admission = new(
                appender, committed, new GatewayRegister(test.options), test.options, test.ingestMetrics, TimeProvider.System, NullLogger<ReadingAdmission>.Instance);
            var tables = new AlarmTables(test.state);
            Board = new(tables.ReadOpen(), tables.ReadPosition(), 8, 16, test.metrics);
            var (evaluation, evaluated) = RulesFollower.Restore(test.state, datastreams, test.log.FirstSequence, NullLogger.Instance);
            Follower = new(evaluation, evaluated, test.state, Board, new(test.state, MostStationCommands), new([], 0, new([], 0), test.metrics), new DefinitionsInForce(),
                test.metrics, options, test.time, NullLogger.Instance);
            StartedFrom = Follower.NextSequence;
            loop = new(committed, Follower, test.ingestMetrics, TimeProvider.System);
            running = loop.RunAsync(stop.Token);
        }

        public long StartedFrom { get; }

        public RulesFollower Follower { get; }

        public LogCommands Commands { get; }

        public AlarmBoard Board { get; }

        public async Task ActivateAsync()
        {
            foreach (var (type, path, text) in new[]
            {
                (AlarmCommands.ActivateCatalogue, "city.yaml", ServiceFolder.Catalogue), (AlarmCommands.ActivateRules, "rules.yaml", ServiceFolder.Rules),
            })
            {
                var stamp = await Commands.AppendAsync(type, "test", new SourceBundle([new(path, text)]).ToBytes());
                await AppliedAsync(stamp.Sequence);
            }
        }

        /// <summary>A person gave a command to a station.</summary>
        public async Task<long> GiveAsync(string command)
        {
            var stamp = await Commands.AppendAsync(AlarmCommands.CommandStation, "王", new GivenCommandRecord("sl651", "0012345678", command, []).ToBytes());
            await AppliedAsync(stamp.Sequence);
            return stamp.Sequence;
        }

        public async Task EndAsync(long given, string outcome, string? answer = null)
        {
            var ended = new EndedCommandRecord(given, "sl651", "0012345678", "current", outcome, null, answer, answer is null ? 0 : 1);
            await AppliedAsync((await Commands.AppendOwnAsync(AlarmCommands.StationCommandEnded, ended.ToBytes())).Sequence);
        }

        public async Task SendAsync(double metres) => await AppliedAsync(await AppendAsync(metres));

        /// <summary>A message that the gateway had kept: seconds before now, and values.</summary>
        public async Task SendBacklogAsync(params (int Ago, double Metres)[] readings)
        {
            long now = test.time.GetUtcNow().ToUnixTimeSeconds();
            string payload = $"[{string.Join(',', readings.Select(reading => FormattableString.Invariant($$"""{"n":"stage","u":"m","v":{{reading.Metres}},"t":{{now - reading.Ago}}}""")))}]";
            await AppliedAsync(await AdmitAsync(payload, "backlog"));
        }

        public async Task TickAsync() => await AppliedAsync((await appender.AppendTickAsync("test")).Sequence);

        /// <summary>One message with these values, a second apart.</summary>
        public async Task<long> AppendAsync(params double[] metres)
        {
            var records = new List<string>();
            foreach (double value in metres)
            {
                test.time.Advance(TimeSpan.FromSeconds(1));
                records.Add(FormattableString.Invariant($$"""{"n":"stage","u":"m","v":{{value}},"t":{{test.time.GetUtcNow().ToUnixTimeSeconds()}}}"""));
            }
            return await AdmitAsync($"[{string.Join(',', records)}]", "readings");
        }

        private async Task<long> AdmitAsync(string payload, string topic)
        {
            var result = await admission.AdmitAsync(new IncomingMessage
            {
                Source = "test", Principal = "water-gw-1", Topic = $"sensorgrid/v1/water/water-gw-1/{topic}",
                Payload = new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(payload)),
            });
            Assert.Equal(AdmissionOutcome.Accepted, result.Outcome);
            return result.Sequence;
        }

        public async Task AppliedAsync(long sequence) => Assert.True(await loop.WaitUntilAppliedAsync(sequence, Wait.Patience, CancellationToken.None));

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await running;
            await Follower.DisposeAsync();
            stop.Dispose();
        }
    }
}
