using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;

namespace SensorGrid.ReadingLog.Tests;

/// <summary>A log whose segments are so small that it rolls, prepares and trims all the time; says on standard output what it promised.</summary>
internal static class RollingLog
{
    public const string Command = "roll";

    /// <summary>Bytes of a segment: 4 KiB of records.</summary>
    public const int SegmentBytes = 8192;

    private const int Records = 24;
    private const int PayloadBytes = 600;
    private const int TrimEach = 8;

    // The runtime's console writes would be system calls among those that are counted, but not to a file of the log.
#pragma warning disable RS0030
    public static async Task RunAsync(string folder)
    {
        await using var log = ReadingLogWriter.Open(
            new ReadingLogOptions { Folder = folder, SegmentBytes = SegmentBytes, CommitInterval = TimeSpan.Zero }, TimeProvider.System, NullLogger.Instance);
        for (int i = 1; i <= Records; i++)
        {
            string text = i.ToString(CultureInfo.InvariantCulture).PadRight(PayloadBytes);
            long sequence = await log.AppendAsync(new(ReadingLogKind.Payload, "test", "gw", "t", Encoding.ASCII.GetBytes(text)));
            Console.Out.WriteLine($"acknowledged {sequence}");
            if (i % TrimEach != 0)
                continue;
            Console.Out.WriteLine($"trimming {sequence - TrimEach}");
            await log.TrimAsync(sequence - TrimEach);
        }
        Console.Out.WriteLine("done");
    }
#pragma warning restore RS0030
}
