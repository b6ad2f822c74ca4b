using System.Text;
using Microsoft.Extensions.Logging.Abstractions;

namespace SensorGrid.ReadingLog.Tests;

/// <summary>The log on a real disk.</summary>
public sealed class DiskLogTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("sensorgrid-log-").FullName;

    [Fact]
    public async Task What_was_appended_is_read_back_after_reopening()
    {
        await using (var log = Open())
        {
            for (int i = 1; i <= 300; i++)
                Assert.Equal(i, await log.AppendAsync(Entry($"payload {i}")));
        }
        await using var again = Open();
        Assert.Equal(300, again.LastDurableSequence);
        using var follower = again.CreateFollower(1);
        var buffer = new ReadingLogRecordBuffer(records: 64);
        int next = 1;
        while (next <= 300)
        {
            await follower.ReadAsync(buffer);
            foreach (var record in buffer.Records)
            {
                Assert.Equal(next, record.Sequence);
                Assert.Equal($"payload {next}", Encoding.UTF8.GetString(record.Payload.Span));
                Assert.Equal("gw-1", record.Principal);
                next++;
            }
        }
        Assert.Equal(0, follower.TryRead(buffer));
    }

    [Fact]
    public async Task A_waiting_follower_is_woken_by_the_next_durable_record()
    {
        await using var log = Open();
        using var follower = log.CreateFollower(1);
        var buffer = new ReadingLogRecordBuffer();
        for (int i = 1; i <= 100; i++)
        {
            var reading = follower.ReadAsync(buffer);
            Assert.False(reading.IsCompleted);
            await log.AppendAsync(Entry("x"));
            Assert.Equal(1, await reading);
            Assert.Equal(i, buffer[0].Sequence);
        }
    }

    [Fact]
    public async Task A_second_writer_is_refused_and_told_who_has_the_log()
    {
        await using var log = Open();
        var e = Assert.Throws<ReadingLogException>(Open);
        Assert.Equal(ReadingLogFault.Locked, e.Fault);
        Assert.Contains($"in process {Environment.ProcessId}", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_log_is_free_again_when_it_was_closed_or_could_not_be_opened()
    {
        await using (Open())
        {
        }
        await File.WriteAllBytesAsync(Path.Combine(folder, "00000000000000000001.segment"), Enumerable.Repeat((byte)7, 9000).ToArray());
        Assert.Equal(ReadingLogFault.Unreadable, Assert.Throws<ReadingLogException>(Open).Fault);
        File.Delete(Path.Combine(folder, "00000000000000000001.segment"));
        await using var log = Open();
        Assert.Equal(1, await log.AppendAsync(Entry("x")));
    }

    [Fact]
    public async Task A_segment_is_allocated_whole_and_rolled_and_trimmed_as_files()
    {
        await using var log = Open();
        for (int i = 1; i <= 400; i++)
            await log.AppendAsync(Entry(new string('x', 60)));
        string[] segments = Directory.GetFiles(folder, "*.segment");
        Assert.True(segments.Length > 3);
        Assert.All(segments, s => Assert.Equal(16_384, new FileInfo(s).Length));
        await log.TrimAsync(400);
        Assert.Single(Directory.GetFiles(folder, "*.segment"));
        Assert.True(log.FirstSequence > 300);
    }

    [Fact]
    public async Task After_reopening_retention_sees_how_large_the_segments_are()
    {
        await using (var log = Open())
        {
            for (int i = 1; i <= 400; i++)
                await log.AppendAsync(Entry(new string('x', 60)));
        }
        await using var again = Open();
        Assert.True(again.Segments.Count > 3);
        Assert.All(again.Segments, segment => Assert.InRange(segment.Bytes, 4096, 16_384));
        Assert.InRange(again.Segments.Sum(segment => segment.Bytes), 400 * 60, 16_384 * again.Segments.Count);
    }

    [Fact]
    public async Task A_copied_folder_is_read_without_touching_it()
    {
        string copy = Directory.CreateTempSubdirectory("sensorgrid-copy-").FullName;
        try
        {
            await using var log = Open();
            for (int i = 1; i <= 300; i++)
                await log.AppendAsync(Entry($"{i}"));
            foreach (string file in Directory.GetFiles(folder, "*.segment"))
                File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
            using var reader = ReadingLogReader.Open(copy, fromSequence: 100);
            Assert.Equal(1, reader.FirstSequence);
            Assert.Equal(300, reader.LastSequence);
            var buffer = new ReadingLogRecordBuffer(records: 10);
            Assert.Equal(10, reader.Read(buffer));
            Assert.Equal("100", buffer[0].Text());
            Assert.All(Directory.GetFiles(copy), f => Assert.EndsWith(".segment", f, StringComparison.Ordinal));
        }
        finally
        {
            Directory.Delete(copy, recursive: true);
        }
    }

    [Fact]
    public void A_folder_that_is_not_there_is_named()
    {
        string missing = Path.Combine(folder, "missing");
        var e = Assert.Throws<ReadingLogException>(() => ReadingLogReader.Open(missing));
        Assert.Equal(ReadingLogFault.StorageFailed, e.Fault);
        Assert.Contains(missing, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_callers_at_once_get_every_number_once()
    {
        await using var log = Open();
        var callers = Enumerable.Range(0, 16).Select(async caller =>
        {
            var mine = new List<long>();
            for (int i = 0; i < 100; i++)
                mine.Add(await log.AppendAsync(Entry($"{caller},{i}")));
            return mine;
        });
        var lists = await Task.WhenAll(callers);
        Assert.All(lists, l => Assert.Equal(l.Order(), l));
        Assert.Equal(Enumerable.Range(1, 1600).Select(s => (long)s), lists.SelectMany(l => l).Order());
        var all = Some.ReadAll(log);
        for (int caller = 0; caller < lists.Length; caller++)
        {
            for (int i = 0; i < 100; i++)
                Assert.Equal($"{caller},{i}", all[lists[caller][i]]);
        }
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private ReadingLogWriter Open() =>
        ReadingLogWriter.Open(new ReadingLogOptions { Folder = folder, SegmentBytes = 16_384 }, TimeProvider.System, NullLogger.Instance);

    private static ReadingLogEntry Entry(string payload) =>
        new(ReadingLogKind.Payload, "mqtt", "gw-1", "sensorgrid/v1/water/gw-1/readings", Encoding.UTF8.GetBytes(payload));
}
