using System.Runtime.InteropServices;

namespace SensorGrid.ReadingLog.Queue;

/// <summary>Keeps the starts of two group commits at least an interval apart: under load a commit then carries what came in that time, instead
/// of one or two records with a sync each. A record that comes after a quiet moment is committed at once, so a quiet log waits for nothing and
/// syncs no more often than it gets records. Where waiting brings no company (one caller who sends the next record after the answer), it is left
/// out, and tried again now and then.</summary>
/// <param name="interval">Least time between two starts; zero keeps none.</param>
/// <param name="clock">Real time, whatever the log's clock says: this is about the disk.</param>
/// <param name="sleep">Sleeps that long.</param>
internal sealed class CommitPace(TimeSpan interval, TimeProvider clock, Action<TimeSpan> sleep)
{
    // After so many waits in a row that brought nothing, waiting is left out for so many commits.
    private const int WaitsInVain = 3;
    private const int CommitsWithout = 64;

    private long? lastStart;
    private int inVain;
    private int without;

    public CommitPace(TimeSpan interval)
        : this(interval, TimeProvider.System, Sleep)
    {
    }

    /// <summary>Waits until the next commit may start.</summary>
    /// <returns>Whether there was a wait; <see cref="Brought"/> is to be told what came of it.</returns>
    public bool Keep()
    {
        var left = lastStart is { } last ? interval - clock.GetElapsedTime(last) : TimeSpan.Zero;
        bool waits = left > TimeSpan.Zero && !IsLeftOut();
        if (waits)
            sleep(left);
        lastStart = clock.GetTimestamp();
        return waits;
    }

    /// <summary>What came of the wait.</summary>
    /// <param name="company">More records came meanwhile.</param>
    public void Brought(bool company)
    {
        inVain = company ? 0 : inVain + 1;
        without = 0;
    }

    private bool IsLeftOut() => inVain >= WaitsInVain && ++without <= CommitsWithout;

    // The runtime's sleeps and timers count in milliseconds. Interrupted by a signal it returns early, and the commit starts early.
    private static void Sleep(TimeSpan duration)
    {
        var request = new TimeSpec { Seconds = 0, Nanoseconds = (nint)(duration.Ticks * TimeSpan.NanosecondsPerTick) };
        _ = nanosleep(request, 0);
    }

    // time_t and long are as wide as a pointer on the systems that .NET runs on.
    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int nanosleep(in TimeSpec request, nint remaining);
}
