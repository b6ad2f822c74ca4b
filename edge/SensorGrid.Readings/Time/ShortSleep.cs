using System.Runtime.InteropServices;

namespace SensorGrid.Readings.Time;

/// <summary>Sleeps for a part of a millisecond: the runtime's own sleeps and timers count in milliseconds. Not on Windows.</summary>
public static class ShortSleep
{
    /// <summary>Keeps the calling thread that long, at least. Interrupted by a signal it returns early.</summary>
    public static void For(TimeSpan duration)
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
