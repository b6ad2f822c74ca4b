using System.Diagnostics;

namespace SensorGrid.Benches.Store;

/// <summary>Looks now and then at what the process holds in memory and what DuckDB has spilled, and keeps the most it saw.</summary>
internal sealed class MemoryWatch : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(200);

    private readonly string spillFolder;
    private readonly Timer timer;
    private long spilled;

    public MemoryWatch(string spillFolder)
    {
        this.spillFolder = spillFolder;
        timer = new(_ => Look(), null, Period, Period);
    }

    public void Dispose() => timer.Dispose();

    public override string ToString()
    {
        using var process = Process.GetCurrentProcess();
        return $"{process.WorkingSet64 >> 20:N0} MiB (most {process.PeakWorkingSet64 >> 20:N0}), spilled at most {Volatile.Read(ref spilled) >> 20:N0} MiB";
    }

    private void Look()
    {
        long bytes = 0;
        foreach (var file in new DirectoryInfo(spillFolder).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            // DuckDB deletes them when it likes.
            if (file.Exists)
                bytes += file.Length;
        }
        if (bytes > Volatile.Read(ref spilled))
            Volatile.Write(ref spilled, bytes);
    }
}
