using System.Globalization;
using System.Text;
using CsCheck;
using SensorGrid.ReadingLog.Tests.Disks;

namespace SensorGrid.ReadingLog.Tests;

/// <summary>Random lives of a log on a disk that forgets, against a list: what was acknowledged or shown is there after every crash, in order, under
/// its number; nothing is invented, and nothing comes back that was once found missing.</summary>
public sealed class ModelTests
{
    private static readonly Gen<Step> Steps = Gen.Frequency(
        (8, Gen.Int[0, 600].Select(size => new Step(Act.Append, size))),
        (4, Gen.Int[0, 600].Select(size => new Step(Act.Enqueue, size))),
        (1, Gen.Int[4000, 9000].Select(size => new Step(Act.Command, size))),
        (4, Gen.Const(new Step(Act.Settle, 0))),
        (2, Gen.Int[0, 20].Select(n => new Step(Act.Read, n))),
        (1, Gen.Int[0, 100].Select(percent => new Step(Act.Trim, percent))),
        (1, Gen.Const(new Step(Act.Reopen, 0))),
        (2, Gen.Int.Select(seed => new Step(Act.Crash, seed))),
        (2, Gen.Int[0, 8].Select(calls => new Step(Act.StopSoon, calls))),
        (1, Gen.Int[0, 4].Select(syncs => new Step(Act.FailSyncSoon, syncs))));

    private enum Act
    {
        Append,
        Enqueue,
        Command,
        Settle,
        Read,
        Trim,
        Reopen,
        Crash,
        StopSoon,
        FailSyncSoon,
    }

    [Fact]
    public void Random_lives_keep_every_acknowledged_record() =>
        Gen.Select(Steps.Array[5, 60], Gen.Int).Sample(
            (steps, seed) => RunAsync(steps, seed).GetAwaiter().GetResult(), iter: 1000, print: life => $"{string.Join(' ', life.Item1.AsEnumerable())}; crash seed {life.Item2}");

    private static async Task RunAsync(Step[] steps, int seed)
    {
        var life = new Life(seed);
        foreach (var step in steps)
            await life.DoAsync(step);
        await life.CrashAsync(seed);
        await life.EndAsync();
    }

    private readonly record struct Step(Act Act, int Value)
    {
        public override string ToString() => $"{Act}({Value})";
    }

    private sealed class Life(int seed)
    {
        private readonly Random random = new(seed);
        private readonly ReadingLogRecordBuffer buffer = new(records: 5, bytes: 300);
        private readonly List<(string Text, ReadingLogKind Kind)> written = [];
        private readonly List<(int Id, Task<long> Append)> pending = [];

        // Id by sequence of what must be there: acknowledged, or shown to a follower.
        private readonly SortedDictionary<long, int> kept = [];
        private readonly HashSet<int> lost = [];
        private FaultDisk disk = new();
        private ReadingLogWriter? log;
        private ReadingLogFollower? follower;
        private long next = 1;
        private long trimmed;

        public async Task DoAsync(Step step)
        {
            Open();
            switch (step.Act)
            {
                case Act.Append or Act.Command:
                    pending.Add((written.Count, log!.AppendAsync(Entry(step)).AsTask()));
                    break;
                case Act.Enqueue:
                    await EnqueueAsync(Entry(step));
                    break;
                case Act.Settle:
                    await SettleAsync();
                    break;
                case Act.Read:
                    Read(step.Value);
                    break;
                case Act.Trim:
                    await TrimAsync(log!.LastDurableSequence * step.Value / 100);
                    break;
                case Act.Reopen:
                    await CloseAsync();
                    break;
                case Act.Crash:
                    await CrashAsync(step.Value);
                    break;
                case Act.StopSoon:
                    disk.CallsUntilStop = step.Value;
                    break;
                case Act.FailSyncSoon:
                    disk.GoodSyncs = step.Value;
                    break;
            }
        }

        /// <summary>The power goes, and comes back.</summary>
        public async Task CrashAsync(int crashSeed)
        {
            var after = disk.Crash(new Random(crashSeed));
            await EndAsync();
            disk = after;
            Open();
            CheckAll();
        }

        public async Task EndAsync()
        {
            follower?.Dispose();
            follower = null;
            if (log is not null)
                await log.DisposeAsync();
            log = null;
            await SettleAsync();
        }

        // The process ends, the machine does not.
        private async Task CloseAsync()
        {
            await EndAsync();
            Open();
        }

        private void Open()
        {
            if (log is { Failed.IsCompleted: false })
                return;
            follower?.Dispose();
            follower = null;
            log?.DisposeAsync().AsTask().GetAwaiter().GetResult();
            SettleAsync().GetAwaiter().GetResult();
            while (log is null or { Failed.IsCompleted: true })
            {
                disk.Kill();
                try
                {
                    log = Some.Open(disk, Some.Options() with { MaxCommandBytes = 10_000, QueueRecords = 16, QueueBytes = 4096 });
                }
                catch (ReadingLogException e) when (e.Fault == ReadingLogFault.StorageFailed)
                {
                    // A machine that stopped (perhaps in the middle of recovery) starts again; after a failed sync only the process does.
                    if (disk.Stopped)
                        disk = disk.Crash(random);
                    else
                        disk.GoodSyncs = int.MaxValue;
                }
            }
            CheckAll();
        }

        private ReadingLogEntry Entry(Step step)
        {
            var kind = step.Act == Act.Command ? ReadingLogKind.Command : ReadingLogKind.Payload;
            string text = written.Count.ToString(CultureInfo.InvariantCulture) + "," + new string((char)('a' + (written.Count % 26)), step.Value);
            written.Add((text, kind));
            return new(kind, "s", "p", "t", Encoding.UTF8.GetBytes(text));
        }

        private async Task EnqueueAsync(ReadingLogEntry entry)
        {
            try
            {
                await log!.EnqueueAsync(entry);
            }
            catch (ReadingLogException e) when (e.Fault == ReadingLogFault.StorageFailed)
            {
                // Not promised, so nothing to remember.
            }
        }

        private async Task SettleAsync()
        {
            foreach (var (id, append) in pending)
            {
                try
                {
                    long sequence = await append;
                    if (sequence >= trimmed)
                        kept[sequence] = id;
                }
                catch (ReadingLogException e) when (e.Fault == ReadingLogFault.StorageFailed)
                {
                    // Not acknowledged: it may be there after the next opening, or not.
                }
            }
            pending.Clear();
        }

        private void Read(int reads)
        {
            if (next < log!.FirstSequence)
                next = log.FirstSequence;
            follower ??= log.CreateFollower(next);
            for (int i = 0; i < reads && follower.TryRead(buffer) > 0; i++)
            {
                foreach (var record in buffer.Records)
                    Keep(record);
            }
            next = follower.NextSequence;
        }

        private async Task TrimAsync(long before)
        {
            follower?.Dispose();
            follower = null;
            try
            {
                await log!.TrimAsync(before);
            }
            catch (ReadingLogException e) when (e.Fault == ReadingLogFault.StorageFailed)
            {
                // The segments are there again after the next opening, or not.
            }
            trimmed = Math.Max(trimmed, log!.FirstSequence);
            foreach (long sequence in kept.Keys.TakeWhile(s => s < trimmed).ToArray())
                kept.Remove(sequence);
        }

        private void CheckAll()
        {
            using var all = log!.CreateFollower(log.FirstSequence);
            var seen = new HashSet<long>();
            var seenIds = new HashSet<int>();
            int previousId = -1;
            long ticks = 0;
            while (all.TryRead(buffer) > 0)
            {
                foreach (var record in buffer.Records)
                {
                    int id = Keep(record);
                    Assert.True(id > previousId, $"record {id} follows {previousId}");
                    Assert.True(record.ReceivedAtTicks >= ticks);
                    previousId = id;
                    ticks = record.ReceivedAtTicks;
                    seen.Add(record.Sequence);
                    seenIds.Add(id);
                }
            }
            foreach (var (sequence, id) in kept)
                Assert.True(seen.Contains(sequence), $"record {sequence} (entry {id}) was acknowledged or shown, and is gone");
            Assert.True(log.NextSequence > (kept.Count == 0 ? 0 : kept.Keys.Max()));
            for (int id = 0; id < written.Count; id++)
            {
                // Entries that never got a number or were not there once do not come later. (Trimmed ones may: their deletion may be forgotten.)
                if (!seenIds.Contains(id))
                    lost.Add(id);
            }
        }

        private int Keep(in ReadingLogRecord record)
        {
            string text = record.Text();
            int id = int.Parse(text.AsSpan(0, text.IndexOf(',', StringComparison.Ordinal)), CultureInfo.InvariantCulture);
            Assert.Equal(written[id], (text, record.Kind));
            Assert.False(record.Sequence >= trimmed && lost.Contains(id), $"entry {id} was missing and came back as {record.Sequence}");
            if (record.Sequence >= trimmed)
            {
                Assert.True(!kept.TryGetValue(record.Sequence, out int known) || known == id, $"number {record.Sequence} was given to {known} and to {id}");
                kept[record.Sequence] = id;
            }
            return id;
        }
    }
}
