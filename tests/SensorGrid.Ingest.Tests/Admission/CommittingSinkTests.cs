using Microsoft.Extensions.Time.Testing;
using SensorGrid.Ingest.Admission;
using SensorGrid.Ingest.Sources;
using SensorGrid.Ingest.Tests.Following;
using SensorGrid.Ingest.Tests.Rig;
using SensorGrid.Readings.Wire;

namespace SensorGrid.Ingest.Tests.Admission;

/// <summary>Admission without waiting: many messages of one sender in flight, told together when they are durable.</summary>
public sealed class CommittingSinkTests
{
    [Fact]
    public async Task Messages_are_taken_in_without_waiting_and_followed_once_they_are_durable()
    {
        using var disk = new GatedDisk();
        await using var rig = new IngestRig(disk: disk);
        ICommittingSink sink = rig.Admission;
        var heard = new Listener();
        sink.Subscribe(heard);
        disk.Hold();
        var tickets = Enumerable.Range(1, 50).Select(i => sink.Admit(Messages.Incoming(Messages.Pack(i)))).ToList();
        Assert.Equal(Enumerable.Range(1, 50).Select(i => new AdmissionTicket(AdmissionTicketKind.Appended, i)), tickets);
        Assert.Equal(0, sink.DurableSequence);
        Assert.Empty(heard.Durable);
        using var reader = rig.Stream.CreateReader("test", 1);
        using var enough = new CancellationTokenSource(TimeSpan.FromMilliseconds(50), rig.Time);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await reader.ReadAsync(enough.Token));

        disk.LetGo();
        var texts = await RecordText.ReadToAsync(reader, 50, rig.Datastreams);
        Assert.Equal(50, texts.Count);
        Assert.All(texts, text => Assert.Contains("stage", text, StringComparison.Ordinal));
        await Eventually.TrueAsync(() => heard.Durable is [.., 50]);
        Assert.Equal((50, 50), (rig.Register.Find(Messages.Gateway)!.Accepted, rig.Metrics.Readings));
        sink.Unsubscribe(heard);
        await rig.Admission.AdmitAsync(Messages.Incoming(Messages.Pack()));
        Assert.Equal(50, heard.Durable[^1]);
    }

    [Fact]
    public async Task Waiting_and_not_waiting_give_the_same_records()
    {
        await using var rig = new IngestRig();
        byte[][] payloads = [Messages.Pack(), Messages.Unreadable, """[{"n":"a","v":1},{"n":"b","vs":"raining"}]"""u8.ToArray()];
        foreach (byte[] payload in payloads)
            await rig.Admission.AdmitAsync(Messages.Incoming(payload));
        var kinds = payloads.Select(payload => ((ICommittingSink)rig.Admission).Admit(Messages.Incoming(payload)).Kind).ToList();
        Assert.Equal([AdmissionTicketKind.Appended, AdmissionTicketKind.AppendedUnreadable, AdmissionTicketKind.Appended], kinds);

        using var reader = rig.Stream.CreateReader("test", 1);
        var texts = await RecordText.ReadToAsync(reader, 6, rig.Datastreams);
        // Sequence, and the received-at that relative times count from, differ.
        Assert.Equal(texts.Take(3).Select(Rest), texts.Skip(3).Select(Rest));

        static string Rest(string text) => string.Join(' ', text.Split('\n')[0].Split(' ').Skip(3));
    }

    [Fact]
    public async Task A_relative_time_counts_from_the_time_the_log_gave_also_when_the_clock_went_back()
    {
        var start = new DateTimeOffset(2026, 7, 1, 8, 0, 0, TimeSpan.Zero);
        var clock = new FakeTimeProvider(start);
        await using var rig = new IngestRig(time: clock);
        ICommittingSink sink = rig.Admission;
        byte[] relative = """[{"n":"stage","u":"m","v":1,"t":-60}]"""u8.ToArray();
        sink.Admit(Messages.Incoming(relative));
        // As when another connection was faster: the log does not go back with it.
        clock.AdjustTime(start - TimeSpan.FromHours(1));
        sink.Admit(Messages.Incoming(relative));
        sink.Admit(Messages.Incoming(Messages.Pack()));

        using var reader = rig.Stream.CreateReader("test", 1);
        var stamps = new List<DateTimeOffset>();
        while (stamps.Count < 3)
        {
            foreach (ref readonly var record in (await reader.ReadAsync(CancellationToken.None)).Records)
                stamps.Add(record.Readings.Readings[0].ObservedAt);
        }
        Assert.Equal([start.AddMinutes(-1), start.AddMinutes(-1), DateTimeOffset.FromUnixTimeSeconds(1_450_000_000)], stamps);
    }

    [Fact]
    public async Task A_message_that_is_refused_is_not_in_the_log_and_says_why()
    {
        await using var rig = new IngestRig();
        ICommittingSink sink = rig.Admission;
        Assert.Equal(
            new AdmissionTicket(AdmissionTicketKind.NotAllowed, NotAllowedReason: NotAllowedReason.OtherGateway),
            sink.Admit(Messages.Incoming(Messages.Pack(), "sensorgrid/v1/water/water-gw-2/readings")));
        var unreadable = sink.Admit(Messages.Incoming(Messages.Unreadable));
        Assert.Equal((AdmissionTicketKind.AppendedUnreadable, 1L), (unreadable.Kind, unreadable.Sequence));
        Assert.NotEqual(PayloadReason.None, unreadable.PayloadReason);
        Assert.Equal(2, rig.Register.RecentRejections.Count);
    }

    [Fact]
    public async Task A_full_log_says_that_there_is_no_room_and_when_there_is()
    {
        using var disk = new GatedDisk();
        await using var rig = new IngestRig(disk: disk, log: options => options with { QueueRecords = 3 });
        ICommittingSink sink = rig.Admission;
        disk.Hold();
        Assert.Equal(AdmissionTicketKind.Appended, sink.Admit(Messages.Incoming(Messages.Pack())).Kind);
        await Eventually.TrueAsync(() => disk.Waiting == 1);
        for (int i = 0; i < 3; i++)
            Assert.Equal(AdmissionTicketKind.Appended, sink.Admit(Messages.Incoming(Messages.Pack())).Kind);
        Assert.Equal(AdmissionTicketKind.NoRoom, sink.Admit(Messages.Incoming(Messages.Pack())).Kind);
        var room = sink.RoomAsync(CancellationToken.None).AsTask();
        Assert.False(room.IsCompleted);
        disk.LetGo();
        await room;
        AdmissionTicket ticket;
        while ((ticket = sink.Admit(Messages.Incoming(Messages.Pack()))).Kind == AdmissionTicketKind.NoRoom)
            await sink.RoomAsync(CancellationToken.None);
        Assert.Equal(new AdmissionTicket(AdmissionTicketKind.Appended, 5), ticket);
    }

    [Fact]
    public async Task A_broken_log_is_told_to_those_who_listen_now_and_later()
    {
        using var disk = new GatedDisk();
        await using var rig = new IngestRig(disk: disk);
        ICommittingSink sink = rig.Admission;
        var heard = new Listener();
        sink.Subscribe(heard);
        disk.Break();
        Assert.Equal(AdmissionTicketKind.Appended, sink.Admit(Messages.Incoming(Messages.Pack())).Kind);
        await rig.Log.Failed;
        await Eventually.TrueAsync(() => heard.Failures > 0);
        Assert.Equal(AdmissionTicketKind.Unavailable, sink.Admit(Messages.Incoming(Messages.Pack())).Kind);
        await sink.RoomAsync(CancellationToken.None);
        var late = new Listener();
        sink.Subscribe(late);
        Assert.Equal(1, late.Failures);
        Assert.Empty(heard.Durable);
        Assert.False(sink.IsAvailable);
    }

    private sealed class Listener : ICommitListener
    {
        private readonly Lock gate = new();
        private readonly List<long> durable = [];
        private int failures;

        public IReadOnlyList<long> Durable
        {
            get
            {
                lock (gate)
                    return [.. durable];
            }
        }

        public int Failures => Volatile.Read(ref failures);

        public void Committed(long durableSequence)
        {
            lock (gate)
                durable.Add(durableSequence);
        }

        public void Failed() => Interlocked.Increment(ref failures);
    }
}
