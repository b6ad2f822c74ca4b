using Microsoft.Extensions.Logging.Abstractions;
using SensorGrid.Ingest.Admission;
using SensorGrid.Ingest.Following;
using SensorGrid.Ingest.Sources;
using SensorGrid.Ingest.Tests.Rig;

namespace SensorGrid.Ingest.Tests.Admission;

/// <summary>Live readings go before backlog: it waits while the rules have enough to do.</summary>
public sealed class BacklogTests
{
    private const string Backlog = "sensorgrid/v1/water/water-gw-1/backlog";
    private const int Limit = 100;

    [Fact]
    public async Task Backlog_waits_while_the_rules_are_behind_and_live_readings_do_not()
    {
        await using var rig = new IngestRig(new IngestOptions { BacklogBehindRecords = Limit });
        var follower = new HeldFollower();
        var loop = new LogFollowerLoop(rig.Stream, follower, rig.Metrics, rig.Time);
        var admission = new ReadingAdmission(rig.Appender, rig.Stream, rig.Register, rig.Options, rig.Metrics, rig.Time, NullLogger<ReadingAdmission>.Instance) { Before = loop };
        ICommittingSink sink = admission;
        using var stop = new CancellationTokenSource();
        var running = loop.RunAsync(stop.Token);

        for (int i = 0; i < Limit; i++)
            Assert.Equal(AdmissionTicketKind.Appended, sink.Admit(Messages.Incoming(Messages.Pack(), Backlog)).Kind);
        Assert.Equal(AdmissionTicketKind.NoRoomForBacklog, sink.Admit(Messages.Incoming(Messages.Pack(), Backlog)).Kind);
        Assert.Equal(AdmissionTicketKind.Appended, sink.Admit(Messages.Incoming(Messages.Pack())).Kind);
        var room = sink.BacklogRoomAsync(CancellationToken.None).AsTask();
        var external = admission.AdmitAsync(Messages.Incoming(Messages.Pack(), Backlog)).AsTask();
        Assert.False(room.IsCompleted || external.IsCompleted);

        follower.May.SetResult();
        await room;
        Assert.Equal(AdmissionOutcome.Accepted, (await external).Outcome);
        Assert.Equal(AdmissionTicketKind.Appended, sink.Admit(Messages.Incoming(Messages.Pack(), Backlog)).Kind);
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task Backlog_that_waits_for_a_log_that_fails_is_let_go()
    {
        using var disk = new GatedDisk();
        await using var rig = new IngestRig(new IngestOptions { BacklogBehindRecords = Limit }, disk: disk);
        var loop = new LogFollowerLoop(rig.Stream, new HeldFollower(), rig.Metrics, rig.Time);
        ICommittingSink sink = new ReadingAdmission(rig.Appender, rig.Stream, rig.Register, rig.Options, rig.Metrics, rig.Time, NullLogger<ReadingAdmission>.Instance) { Before = loop };
        disk.Hold();
        for (int i = 0; i < Limit; i++)
            sink.Admit(Messages.Incoming(Messages.Pack()));
        var room = sink.BacklogRoomAsync(CancellationToken.None).AsTask();
        Assert.False(room.IsCompleted);
        disk.Break();
        await room;
        Assert.Equal(AdmissionTicketKind.Unavailable, sink.Admit(Messages.Incoming(Messages.Pack())).Kind);
    }

    private sealed class HeldFollower : ILogFollower
    {
        public TaskCompletionSource May { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Name => "held";

        public long NextSequence => 1;

        public async ValueTask ApplyAsync(CommittedBatch batch, CancellationToken cancellationToken) => await May.Task.WaitAsync(cancellationToken);
    }
}
