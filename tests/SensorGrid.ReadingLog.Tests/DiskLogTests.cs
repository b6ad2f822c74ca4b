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
            for (int i = 1; i <= 1000; i++)
                Assert.Equal(i, await log.AppendAsync(Entry($"payload {i}")));
        }
        await using var again = Open();
        Assert.Equal(1000, again.LastDurableSequence);
        using var follower = again.CreateFollower(1);
        var buffer = new ReadingLogRecordBuffer(records: 64);
        int next = 1;
        while (next <= 1000)
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

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private ReadingLogWriter Open() =>
        ReadingLogWriter.Open(new ReadingLogOptions { Folder = folder, SegmentBytes = 16_384 }, TimeProvider.System, NullLogger.Instance);

    private static ReadingLogEntry Entry(string payload) =>
        new(ReadingLogKind.Payload, "mqtt", "gw-1", "sensorgrid/v1/water/gw-1/readings", Encoding.UTF8.GetBytes(payload));
}
