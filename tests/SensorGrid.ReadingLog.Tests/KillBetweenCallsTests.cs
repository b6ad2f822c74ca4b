using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using SensorGrid.Testing;
using Xunit.Abstractions;

namespace SensorGrid.ReadingLog.Tests;

/// <summary>A process that rolls, prepares and trims segments on a real file system is killed at every system call of that: the log always opens, and what
/// it promised is there.</summary>
public sealed class KillBetweenCallsTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // Only calls on files of the log count; strace counts them in each thread for itself.
    public static TheoryData<string> Calls => ["openat", "fallocate", "pwrite64", "fdatasync", "rename", "unlink", "fsync"];

    [SkippableTheory]
    [MemberData(nameof(Calls))]
    public async Task The_log_opens_wherever_the_process_is_killed(string call)
    {
        string? strace = ChildProcess.Find("strace");
        Skip.If(strace is null, "strace is not installed (apt install strace)");
        int rounds = int.TryParse(Environment.GetEnvironmentVariable("SENSORGRID_TEST_CALLS"), CultureInfo.InvariantCulture, out int asked) ? asked : 6;
        int kills = 0;
        for (int nth = 1; nth <= rounds; nth++)
        {
            string folder = Directory.CreateTempSubdirectory("sensorgrid-kill-").FullName;
            try
            {
                bool killed = await KillAtAsync(strace!, call, nth, folder);
                kills += killed ? 1 : 0;
                if (!killed)
                    break;
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }
        output.WriteLine($"killed at {kills} calls of {call}");
        Assert.True(kills > 0, $"no call of {call} was met");
    }

    [SkippableFact]
    public async Task A_write_that_was_shorter_than_the_kernel_said_costs_its_own_record_and_no_other()
    {
        string? strace = ChildProcess.Find("strace");
        Skip.If(strace is null, "strace is not installed (apt install strace)");
        string folder = Directory.CreateTempSubdirectory("sensorgrid-short-").FullName;
        try
        {
            // In a segment that is not trimmed any more. Five bytes are said to be written, and none is.
            var said = await RunAsync(strace!, "pwrite64", "retval=5:when=26", folder);
            Assert.Contains("done", said);
            using var counts = new Counts();
            await using var log = ReadingLogWriter.Open(
                new ReadingLogOptions { Folder = folder, SegmentBytes = RollingLog.SegmentBytes }, TimeProvider.System, NullLogger.Instance, counts.Metrics);
            var found = Some.ReadAll(log);
            long damaged = Enumerable.Range((int)log.FirstSequence, (int)(log.LastDurableSequence - log.FirstSequence + 1)).Single(sequence => !found.ContainsKey(sequence));
            // By the opening, when it is in the last segment, and by whoever reads.
            Assert.True(counts["records.corrupted"] >= 1);
            Assert.All(found, record => Assert.Equal(record.Key.ToString(CultureInfo.InvariantCulture), record.Value.Trim()));
            output.WriteLine($"record {damaged} is missing, {found.Count} are there");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<IReadOnlyList<string>> RunAsync(string strace, string call, string what, string folder)
    {
        // Calls by path are found by the folder or by a segment in it.
        string[] paths = [folder, Path.Combine(folder, "next.prepared"), .. Enumerable.Range(1, 24).Select(n => Path.Combine(folder, n.ToString("D20", CultureInfo.InvariantCulture) + ".segment"))];
        using var process = new ChildProcess(
            strace,
            ["-f", "-qq", "-o", "/dev/null", .. paths.SelectMany(path => (string[])["-P", path]), "-e", $"trace={call}", "-e", $"inject={call}:{what}",
                "dotnet", "exec", typeof(RollingLog).Assembly.Location, RollingLog.Command, folder]);
        await process.ExitAsync(Patience);
        return process.Printed;
    }

    private static async Task<bool> KillAtAsync(string strace, string call, int nth, string folder)
    {
        var said = await RunAsync(strace, call, $"signal=KILL:when={nth}", folder);
        string context = $"killed at call {nth} of {call}, after \"{(said.Count > 0 ? said[^1] : "")}\"";
        long acknowledged = NumberOf(said, "acknowledged ");
        long trimmed = NumberOf(said, "trimming ");

        await using var log = ReadingLogWriter.Open(
            new ReadingLogOptions { Folder = folder, SegmentBytes = RollingLog.SegmentBytes }, TimeProvider.System, NullLogger.Instance);
        var found = Some.ReadAll(log);
        for (long sequence = Math.Max(trimmed, 1); sequence <= acknowledged; sequence++)
        {
            Assert.True(found.TryGetValue(sequence, out string? text), $"{context}: record {sequence} of {acknowledged} is gone");
            Assert.Equal(sequence.ToString(CultureInfo.InvariantCulture), text.Trim());
        }
        Assert.True(log.LastDurableSequence <= acknowledged + 1, context);
        await log.AppendAsync(Some.Entry());
        return !said.Contains("done");
    }

    private static long NumberOf(IReadOnlyList<string> said, string start) =>
        said.LastOrDefault(line => line.StartsWith(start, StringComparison.Ordinal)) is { } line ? long.Parse(line.AsSpan(start.Length), CultureInfo.InvariantCulture) : 0;
}
