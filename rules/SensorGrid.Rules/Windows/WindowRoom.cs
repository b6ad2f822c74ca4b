using System.Numerics;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Windows;

/// <summary>How many readings a window has room for. A window of three days over a sensor that is heard every ten seconds needs 25,920; where nobody says how often one is heard, a
/// broken sensor must not take so much.</summary>
internal static class WindowRoom
{
    /// <summary>The most that a window ever has room for: a day of one reading each second, with what comes more often than expected. 2 MiB.</summary>
    public const int MostReadings = 131_072;

    /// <summary>The most that all windows of one rule have room for beyond what every window has: 256 MiB of times and values.</summary>
    public const int MostOfRule = 1 << 24;

    /// <summary>Room beyond <see cref="SlidingWindow.MaxReadings"/> that a function needs.</summary>
    /// <param name="call">The function.</param>
    /// <param name="interval">How often the datastream is expected to be heard, as the catalogue says.</param>
    /// <returns>A power of two, so that a small change of the interval leaves the window as it is; 0 when what every window has is enough, or nobody knows.</returns>
    public static int Of(ValueExpression call, TimeSpan? interval)
    {
        long readings = ReadingsIn(call, interval);
        // Clocks and lines are not exact: an eighth more.
        readings += readings / 8;
        return readings <= SlidingWindow.MaxReadings ? 0 : (int)BitOperations.RoundUpToPowerOf2((uint)Math.Min(readings, MostReadings));
    }

    /// <summary>How many readings lie in the window of a function; 0 where it keeps few of them however many there are, or nobody knows.</summary>
    /// <param name="call">The function.</param>
    /// <param name="interval">How often the datastream is expected to be heard.</param>
    public static long ReadingsIn(ValueExpression call, TimeSpan? interval) =>
        call.Function is ValueFunction.Last or ValueFunction.Minimum or ValueFunction.Maximum || interval is not { Ticks: > 0 } known ? 0 : call.WindowTicks / known.Ticks;

    /// <summary>Readings that the window of a function holds at most.</summary>
    /// <param name="call">The function.</param>
    public static int Within(ValueExpression call) => Math.Max(call.MostReadings, SlidingWindow.MaxReadings);
}
