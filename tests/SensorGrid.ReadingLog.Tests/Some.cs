using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SensorGrid.ReadingLog.Files;

namespace SensorGrid.ReadingLog.Tests;

/// <summary>Values that do not matter to a test.</summary>
internal static class Some
{
    public const int SegmentBytes = 8192;

    public static readonly DateTimeOffset Time = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static ReadingLogOptions Options() => new() { Folder = "memory", SegmentBytes = SegmentBytes, CommitInterval = TimeSpan.Zero };

    public static ReadingLogWriter Open(
        IReadingLogDirectory disk, ReadingLogOptions? options = null, TimeProvider? time = null, ILogger? logger = null, ReadingLogMetrics? metrics = null) =>
        ReadingLogWriter.Open(disk, options ?? Options(), time ?? new FakeTimeProvider(Time), logger ?? NullLogger.Instance, metrics);

    public static ReadingLogEntry Entry(string payload = "21.5", ReadingLogKind kind = ReadingLogKind.Payload) =>
        new(kind, "mqtt", "gw-1", "sensorgrid/v1/water/gw-1/readings", Encoding.UTF8.GetBytes(payload));

    public static ReadingLogEntry Entry(int bytes, ReadingLogKind kind = ReadingLogKind.Payload) => new(kind, "mqtt", "gw-1", "t", new byte[bytes]);

    public static string Text(this in ReadingLogRecord record) => Encoding.UTF8.GetString(record.Payload.Span);

    /// <summary>Appends payloads one group each.</summary>
    public static async Task AppendEachAsync(this ReadingLogWriter log, int from, int count)
    {
        for (int i = from; i < from + count; i++)
            await log.AppendAsync(Entry(i.ToString(CultureInfo.InvariantCulture)));
    }

    /// <summary>All that can be read, by sequence.</summary>
    public static SortedDictionary<long, string> ReadAll(IReadingLogDirectory disk, ILogger? logger = null)
    {
        using var reader = ReadingLogReader.Open(disk, logger: logger);
        var all = new SortedDictionary<long, string>();
        var buffer = new ReadingLogRecordBuffer(records: 7, bytes: 256);
        while (reader.Read(buffer) > 0)
        {
            foreach (var record in buffer.Records)
                all.Add(record.Sequence, record.Text());
        }
        return all;
    }

    public static SortedDictionary<long, string> ReadAll(ReadingLogWriter log)
    {
        using var follower = log.CreateFollower(log.FirstSequence);
        var all = new SortedDictionary<long, string>();
        var buffer = new ReadingLogRecordBuffer(records: 7, bytes: 256);
        while (follower.TryRead(buffer) > 0)
        {
            foreach (var record in buffer.Records)
                all.Add(record.Sequence, record.Text());
        }
        return all;
    }
}
