using System.Runtime.InteropServices;

namespace SensorGrid.Readings.Time;

/// <summary>Sleeps for a part of a millisecond: the runtime's own sleeps and timers count in milliseconds. Not on Windows.</summary>
public static class ShortSleep
{
    // prctl(2): how late Linux may wake a thread, so that it can wake several at once. It is 50 µs when not said, as long as the sleeps asked for here.
    private const int SetTimerSlack = 29;
    private const nuint SlackNanoseconds = 1000;

    [ThreadStatic]
    private static bool isPunctual;

    /// <summary>Keeps the calling thread that long, at least. Interrupted by a signal it returns early.</summary>
    public static void For(TimeSpan duration)
    {
        if (!isPunctual)
        {
            isPunctual = true;
            // Refused, it sleeps a little longer.
            if (OperatingSystem.IsLinux())
                _ = prctl(SetTimerSlack, SlackNanoseconds, 0, 0, 0);
        }
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

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int prctl(int option, nuint argument2, nuint argument3, nuint argument4, nuint argument5);
}
