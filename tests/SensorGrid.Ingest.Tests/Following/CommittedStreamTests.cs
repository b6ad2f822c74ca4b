using System.Text;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using SensorGrid.Ingest.Admission;
using SensorGrid.Ingest.Appending;
using SensorGrid.Ingest.Following;
using SensorGrid.Ingest.Tests.Rig;
using SensorGrid.ReadingLog;

namespace SensorGrid.Ingest.Tests.Following;

public sealed class CommittedStreamTests
{
    [Fact]
    public async Task The_ring_and_the_log_give_the_same_records()
    {
        await using var rig = new IngestRig();
        await AppendOneOfEachAsync(rig);
        long last = rig.Log.LastDurableSequence;

        using var fromRing = rig.Stream.CreateReader("ring", 1);
        var live = await RecordText.ReadToAsync(fromRing, last, rig.Datastreams);
        // A stream that was made after the appends has an empty ring: everything comes from the log.
        var late = new CommittedStream(rig.Log, rig.Datastreams, rig.Options, rig.Metrics, rig.Time);
        using var fromLog = late.CreateReader("log", 1);
        var again = await RecordText.ReadToAsync(fromLog, last, rig.Datastreams);

        Assert.Equal(live, again);
        Assert.Equal(last, live.Count);
        Assert.Contains(live, text => text.Contains("raining", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_relative_time_counts_from_the_time_the_log_gave_also_when_the_clock_went_back()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 7, 1, 8, 0, 0, TimeSpan.Zero)) { AutoAdvanceAmount = TimeSpan.Zero };
        await using var rig = new IngestRig(time: clock);
        await rig.Admission.AdmitAsync(Messages.Incoming("""[{"n":"stage","u":"m","v":1}]"""u8.ToArray()));
        clock.AdjustTime(clock.GetUtcNow() - TimeSpan.FromHours(1));
        await rig.Admission.AdmitAsync(Messages.Incoming("""[{"n":"stage","u":"m","v":2}]"""u8.ToArray()));

        using var reader = rig.Stream.CreateReader("test", 1);
        // The second one is acknowledged, but it may come in a batch of its own.
        var observedAt = await RecordText.ReadToAsync(reader, 2, record => record.Readings.Readings[0].ObservedAt);

        var first = new DateTimeOffset(2026, 7, 1, 8, 0, 0, TimeSpan.Zero);
        Assert.Equal([first, first], observedAt);
    }

    [Fact]
    public async Task A_follower_that_fell_out_of_the_ring_reads_on_from_the_log()
    {
        await using var rig = new IngestRig(new IngestOptions { RingRecords = 64, FollowerBatchRecords = 10 });
        using var reader = rig.Stream.CreateReader("slow", 1);
        for (int i = 0; i < 500; i++)
            await rig.Admission.AdmitAsync(Messages.Incoming(Messages.Pack(i)));

        var texts = await RecordText.ReadToAsync(reader, 500, rig.Datastreams);

        Assert.Equal(Enumerable.Range(1, 500), texts.Select(text => int.Parse(text.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task The_ring_is_bounded_by_bytes_too()
    {
        await using var rig = new IngestRig(new IngestOptions { RingRecords = 1024, RingBytes = 1 << 20 });
        byte[] large = Encoding.UTF8.GetBytes("[" + string.Join(',', Enumerable.Range(0, 900).Select(i => $$"""{"n":"a","t":{{i + 1_450_000_000}},"v":1}""")) + "]");
        for (int i = 0; i < 30; i++)
            Assert.Equal(AdmissionOutcome.Accepted, (await rig.Admission.AdmitAsync(Messages.Incoming(large))).Outcome);

        var into = new CommittedBatch(1);
        Assert.Equal(RingAnswer.Gone, rig.Stream.Ring.Take(rig.Stream.Ring.Enter(1), into, out _));
        Assert.Equal(RingAnswer.Taken, rig.Stream.Ring.Take(rig.Stream.Ring.Enter(30), into, out _));
        into.Clear();
        using var reader = rig.Stream.CreateReader("all", 1);
        Assert.Equal(30, (await RecordText.ReadToAsync(reader, 30, rig.Datastreams)).Count);
    }

    [Fact]
    public async Task A_large_command_is_read_from_the_log()
    {
        await using var rig = new IngestRig();
        byte[] bundle = new byte[200_000];
        Random.Shared.NextBytes(bundle);
        using var reader = rig.Stream.CreateReader("test", 1);
        await rig.Appender.AppendCommandAsync("api", "rules.activate", "engineer", bundle);
        await rig.Appender.AppendTickAsync("clock");

        var batch = await reader.ReadAsync(CancellationToken.None);

        Assert.Equal(bundle, batch[0].Payload.ToArray());
        await RecordText.ReadToAsync(reader, 2, rig.Datastreams);
        Assert.Equal(3, reader.NextSequence);
    }

    [Fact]
    public async Task A_record_that_was_appended_past_the_appender_is_delivered_in_its_place()
    {
        await using var rig = new IngestRig();
        using var reader = rig.Stream.CreateReader("test", 1);
        await rig.Appender.AppendTickAsync("clock");
        await rig.Log.AppendAsync(ReadingLogEntry.Tick("stranger"));
        await rig.Appender.AppendTickAsync("clock");

        var texts = await RecordText.ReadToAsync(reader, 3, rig.Datastreams);

        Assert.Equal(["clock", "stranger", "clock"], texts.Select(text => text.Split(' ')[3]));
    }

    [Fact]
    public async Task A_record_is_not_seen_before_it_is_durable_and_only_a_commit_wakes_readers()
    {
        var ring = new CommittedRing(64, 1 << 20, 1);
        var reader = ring.Enter(1);
        var into = new CommittedBatch(8);
        Assert.Equal(RingAnswer.NotYet, ring.Take(reader, into, out var change));
        for (int sequence = 1; sequence <= 3; sequence++)
            ring.Publish(Tick(sequence));
        Assert.False(change.IsCompleted);
        Assert.Equal(RingAnswer.NotYet, ring.Take(reader, into, out _));
        ring.Advance(2);
        await change;
        Assert.Equal(RingAnswer.Taken, ring.Take(reader, into, out _));
        Assert.Equal(2, into.Count);
        Assert.Equal(RingAnswer.NotYet, ring.Take(reader, into, out _));
    }

    [Fact]
    public void What_fell_out_before_it_was_durable_is_read_from_the_log_once_it_is()
    {
        var ring = new CommittedRing(4, 1 << 20, 1);
        var reader = ring.Enter(1);
        var into = new CommittedBatch(8);
        for (int sequence = 1; sequence <= 6; sequence++)
            ring.Publish(Tick(sequence));
        Assert.Equal(RingAnswer.NotYet, ring.Take(reader, into, out _));
        ring.Advance(6);
        Assert.Equal(RingAnswer.Gone, ring.Take(reader, into, out _));
        Assert.Equal(RingAnswer.Taken, ring.Take(ring.Enter(3), into, out _));
    }

    [Fact]
    public void A_record_goes_when_the_last_reader_has_taken_it()
    {
        var ring = new CommittedRing(64, 1 << 20, 1);
        RingReader fast = ring.Enter(1), slow = ring.Enter(1);
        for (int sequence = 1; sequence <= 6; sequence++)
            ring.Publish(Tick(sequence));
        ring.Advance(6);

        Assert.Equal([1L, 2L, 3L, 4L, 5L, 6L], Take(ring, fast, 8));
        Assert.Equal([1L, 2L, 3L], Take(ring, slow, 3));

        // A third one, who comes late, finds what the slow one has not taken, and nothing before it.
        Assert.Equal(RingAnswer.Gone, ring.Take(ring.Enter(3), new(8), out _));
        Assert.Equal([4L, 5L, 6L], Take(ring, ring.Enter(4), 8));
        Assert.Equal([4L, 5L, 6L], Take(ring, slow, 8));
    }

    [Fact]
    public void Who_is_far_behind_holds_nothing_back_until_it_comes_near()
    {
        var ring = new CommittedRing(8, 1 << 20, 1);
        RingReader near = ring.Enter(1), far = ring.Enter(1);
        Publish(ring, 1, 6);
        Assert.Equal(6, Take(ring, near, 8).Length);
        // The far one stands more than half of the ring behind: its records are gone, it reads the log …
        Assert.Equal(RingAnswer.Gone, ring.Take(far, new(8), out _));
        ring.Passed(far, 5);
        Publish(ring, 7, 8);
        Assert.Equal([7L, 8L], Take(ring, near, 8));
        // … and once it is near, what it has not reached yet is kept for it.
        Assert.Equal(RingAnswer.Gone, ring.Take(far, new(8), out _));
        ring.Passed(far, 7);
        Assert.Equal([7L, 8L], Take(ring, far, 8));
    }

    [Fact]
    public void A_reader_that_leaves_holds_nothing_back()
    {
        var ring = new CommittedRing(64, 1 << 20, 1);
        RingReader stays = ring.Enter(1), leaves = ring.Enter(1);
        Publish(ring, 1, 4);
        Take(ring, stays, 8);
        Assert.Equal([1L], Take(ring, leaves, 1));

        ring.Leave(leaves);

        Assert.Equal(RingAnswer.Gone, ring.Take(ring.Enter(2), new(8), out _));
    }

    [Fact]
    public async Task A_record_out_of_order_waits_for_the_one_before_it()
    {
        var ring = new CommittedRing(64, 1 << 20, 1);
        var reader = ring.Enter(1);
        var into = new CommittedBatch(8);
        ring.Publish(Tick(2));
        ring.Advance(2);
        Assert.Equal(RingAnswer.NotYet, ring.Take(reader, into, out var change));
        Assert.False(change.IsCompleted);
        ring.Publish(Tick(1));
        await change;
        Assert.Equal(RingAnswer.Taken, ring.Take(reader, into, out _));
        Assert.Equal([1L, 2L], into.Records.ToArray().Select(r => r.Sequence));
    }

    [Fact]
    public async Task Nothing_is_delivered_before_it_is_durable()
    {
        using var disk = new GatedDisk();
        await using var rig = new IngestRig(disk: disk);
        await rig.Appender.AppendTickAsync("clock");
        using var reader = rig.Stream.CreateReader("test", 2);
        disk.Hold();
        var admit = rig.Admission.AdmitAsync(Messages.Incoming(Messages.Pack())).AsTask();
        await Eventually.TrueAsync(() => disk.Waiting == 1);
        var read = reader.ReadAsync(CancellationToken.None).AsTask();
        Assert.False(read.IsCompleted);

        disk.LetGo();

        Assert.Equal(2, (await read)[0].Sequence);
        Assert.Equal(2, (await admit).Sequence);
    }

    [Fact]
    public void Random_appends_and_reads_deliver_each_record_once_and_in_order()
    {
        // Small ring and small batches, so that readers fall out of it and come back; several appenders, so that publications overtake.
        var plans = Gen.Select(Gen.Int[1, 60], Gen.Int[1, 4], Gen.Int[1, 7], Gen.Int[64, 80], Gen.Bool);
        plans.Sample(plan => RunAsync(plan.Item1, plan.Item2, plan.Item3, plan.Item4, plan.Item5).GetAwaiter().GetResult(), iter: 40);

        static async Task RunAsync(int appendsEach, int appenders, int batch, int ring, bool lateStart)
        {
            await using var rig = new IngestRig(new IngestOptions { RingRecords = ring, FollowerBatchRecords = batch });
            long last = (long)appendsEach * appenders;
            var early = lateStart ? null : ReadAllAsync(rig, last);
            await Task.WhenAll(Enumerable.Range(0, appenders).Select(a => Task.Run(() => AppendAsync(rig, a, appendsEach))));
            var first = await (early ?? ReadAllAsync(rig, last));
            var second = await ReadAllAsync(rig, last);
            Assert.Equal(Enumerable.Range(1, (int)last).Select(i => (long)i), first.Select(text => long.Parse(text.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture)));
            Assert.Equal(first, second);
        }

        static async Task<List<string>> ReadAllAsync(IngestRig rig, long last)
        {
            using var reader = rig.Stream.CreateReader("model", 1);
            return await RecordText.ReadToAsync(reader, last, rig.Datastreams);
        }

        static async Task AppendAsync(IngestRig rig, int appender, int count)
        {
            for (int i = 0; i < count; i++)
            {
                switch ((appender + i) % 5)
                {
                    case 3:
                        await rig.Appender.AppendTickAsync("clock");
                        break;
                    case 4:
                        await rig.Appender.AppendCommandAsync("api", "alarm.acknowledge", "operator", new byte[i]);
                        break;
                    default:
                        await rig.Admission.AdmitAsync(Messages.Incoming(i % 7 == 6 ? Messages.Unreadable : Messages.Pack(i, "n" + appender)));
                        break;
                }
            }
        }
    }

    private static async Task AppendOneOfEachAsync(IngestRig rig)
    {
        await rig.Admission.AdmitAsync(Messages.Incoming(Messages.Pack()));
        await rig.Admission.AdmitAsync(Messages.Incoming("""[{"n":"sky","vs":"raining"},{"n":"gate","vb":true},{"n":"sum","s":3},{"n":"blob","vd":"AQID"}]"""u8.ToArray()));
        await rig.Admission.AdmitAsync(Messages.Incoming("""[{"n":"p","u":"lat","v":21.2},{"n":"p","u":"lon","v":110.4},{"n":"q","u":"lat","v":1}]"""u8.ToArray()));
        await rig.Admission.AdmitAsync(Messages.Incoming("""[{"n":"stage","t":-60,"u":"m","v":1}]"""u8.ToArray(), "sensorgrid/v1/water/water-gw-1/backlog"));
        await rig.Admission.AdmitAsync(Messages.Incoming(Messages.Unreadable));
        await rig.Admission.AdmitAsync(Messages.Incoming("""{"online":true}"""u8.ToArray(), "sensorgrid/v1/water/water-gw-1/status"));
        await rig.Admission.AdmitAsync(Messages.Incoming("done"u8.ToArray(), "sensorgrid/v1/water/water-gw-1/replies"));
        await rig.Appender.AppendTickAsync(ClockTicker.Source);
        await new LogCommands(rig.Appender).AppendAsync("alarm.acknowledge", "operator", """{"alarm":"x","note":null}"""u8.ToArray());
    }

    private static void Publish(CommittedRing ring, long first, long last)
    {
        for (long sequence = first; sequence <= last; sequence++)
            ring.Publish(Tick(sequence));
        ring.Advance(last);
    }

    private static long[] Take(CommittedRing ring, RingReader reader, int atMost)
    {
        var into = new CommittedBatch(atMost);
        Assert.Equal(RingAnswer.Taken, ring.Take(reader, into, out _));
        return [.. into.Records.ToArray().Select(record => record.Sequence)];
    }

    private static CommittedRecord Tick(long sequence)
    {
        var record = new CommittedRecordPool(64).Rent();
        record.Set(new(sequence, 0), ReadingLogKind.Tick, "", "", "", "", default, default, 1);
        return record;
    }
}
