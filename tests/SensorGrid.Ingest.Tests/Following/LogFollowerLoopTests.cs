using Microsoft.Extensions.Time.Testing;
using SensorGrid.Ingest.Appending;
using SensorGrid.Ingest.Following;
using SensorGrid.Ingest.Tests.Rig;

namespace SensorGrid.Ingest.Tests.Following;

public sealed class LogFollowerLoopTests
{
    [Fact]
    public async Task A_follower_gets_every_record_from_its_checkpoint_on()
    {
        await using var rig = new IngestRig();
        for (int i = 0; i < 5; i++)
            await rig.Appender.AppendTickAsync("clock");
        var follower = new ListFollower(from: 3);
        var loop = new LogFollowerLoop(rig.Stream, follower, rig.Metrics, rig.Time);
        using var stop = new CancellationTokenSource();

        var run = loop.RunAsync(stop.Token);
        await rig.Appender.AppendTickAsync("clock");
        Assert.True(await loop.WaitUntilAppliedAsync(6, TimeSpan.FromSeconds(30), CancellationToken.None));
        await stop.CancelAsync();
        await run;

        Assert.Equal([3L, 4, 5, 6], follower.Seen);
        Assert.Equal(0, loop.Lag);
    }

    [Fact]
    public async Task A_follower_that_may_be_left_alone_is_not_woken_by_each_commit()
    {
        await using var rig = new IngestRig();
        var time = new FakeTimeProvider();
        var follower = new ListFollower(from: 1) { Pause = TimeSpan.FromMilliseconds(10) };
        var loop = new LogFollowerLoop(rig.Stream, follower, rig.Metrics, time);
        using var stop = new CancellationTokenSource();
        await rig.Appender.AppendTickAsync("clock");
        var run = loop.RunAsync(stop.Token);
        await Eventually.TrueAsync(() => follower.Seen.Count == 1);
        for (int i = 0; i < 3; i++)
            await rig.Appender.AppendTickAsync("clock");
        Assert.Equal(1, follower.Batches);
        // What is on disk is published a moment later; the pause must not end between two of them.
        using (var witness = rig.Stream.CreateReader("witness", 2))
        {
            for (long last = 1; last < 4;)
            {
                var batch = await witness.ReadAsync(CancellationToken.None);
                last = batch[batch.Count - 1].Sequence;
            }
        }

        await Eventually.TrueAsync(() =>
        {
            time.Advance(TimeSpan.FromMilliseconds(10));
            return follower.Seen.Count == 4;
        });

        Assert.Equal(2, follower.Batches);
        await stop.CancelAsync();
        await run;
    }

    [Fact]
    public async Task A_follower_that_throws_ends_its_loop_and_says_where()
    {
        await using var rig = new IngestRig();
        await rig.Appender.AppendTickAsync("clock");
        var loop = new LogFollowerLoop(rig.Stream, new BrokenFollower(), rig.Metrics, rig.Time);

        var failure = await Assert.ThrowsAsync<LogFollowerException>(() => loop.RunAsync(CancellationToken.None));

        Assert.Equal(("broken", 1L), (failure.Follower, failure.FirstSequence));
        Assert.Contains("disk full", failure.Message, StringComparison.Ordinal);
        Assert.Equal(0, loop.AppliedSequence);
        Assert.Equal(1, loop.Lag);
    }

    [Fact]
    public async Task A_command_is_durable_and_applied_when_its_caller_hears_so()
    {
        await using var rig = new IngestRig();
        var follower = new ListFollower(from: 1);
        var loop = new LogFollowerLoop(rig.Stream, follower, rig.Metrics, rig.Time);
        using var stop = new CancellationTokenSource();
        var run = loop.RunAsync(stop.Token);

        var logged = await new LogCommands(rig.Appender).AppendAndApplyAsync(
            "alarm.acknowledge", "operator", "{}"u8.ToArray(), loop, TimeSpan.FromSeconds(30), CancellationToken.None);

        Assert.True(logged.Applied);
        Assert.Contains(logged.Sequence, follower.Seen);
        Assert.Equal("alarm.acknowledge", rig.LogRecords().Single().Topic);
        await stop.CancelAsync();
        await run;
    }

    [Fact]
    public async Task A_command_whose_follower_is_behind_is_in_the_log_all_the_same()
    {
        await using var rig = new IngestRig();
        var clock = new FakeTimeProvider();
        // Its loop does not run.
        var loop = new LogFollowerLoop(rig.Stream, new ListFollower(from: 1), rig.Metrics, clock);

        var wait = new LogCommands(rig.Appender).AppendAndApplyAsync(
            "rules.activate", "engineer", default, loop, TimeSpan.FromSeconds(5), CancellationToken.None);
        await Eventually.TrueAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return wait.IsCompleted;
        });

        Assert.Equal(new LoggedCommand(1, Applied: false), await wait);
        Assert.Single(rig.LogRecords());
    }

    private sealed class ListFollower(long from) : ILogFollower
    {
        public List<long> Seen { get; } = [];

        public string Name => "list";

        public long NextSequence => from;

        public TimeSpan Pause { get; init; }

        public int Batches { get; private set; }

        public ValueTask ApplyAsync(CommittedBatch batch, CancellationToken cancellationToken)
        {
            Batches++;
            foreach (var record in batch.Records)
                Seen.Add(record.Sequence);
            return ValueTask.CompletedTask;
        }
    }

    private sealed class BrokenFollower : ILogFollower
    {
        public string Name => "broken";

        public long NextSequence => 1;

        public ValueTask ApplyAsync(CommittedBatch batch, CancellationToken cancellationToken) => throw new IOException("disk full.");
    }
}
