using SensorGrid.Readings.Time;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Files;

/// <summary>Reads and writes windows: a duration for one that slides, or the words for hours and days in Beijing time.</summary>
internal static class WindowText
{
    /// <summary>What a window may look like, for messages.</summary>
    public const string Rule = "a duration up to a year: " + DurationText.Rule + "; or hour, day, hydrological day, meteorological day, each also as previous …";

    private const string Previous = "previous ";

    private static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    // Boundaries in Beijing time (UTC+8, no daylight saving since 1991) and in UTC: 00:00 is 16:00 of the day before, 08:00 is 00:00, 20:00 is 12:00.
    private static readonly (string Word, long Length, long Anchor)[] Periods =
    [
        ("hour", TimeSpan.TicksPerHour, 0),
        ("day", TimeSpan.TicksPerDay, 16 * TimeSpan.TicksPerHour),
        ("hydrological day", TimeSpan.TicksPerDay, 0),
        ("meteorological day", TimeSpan.TicksPerDay, 12 * TimeSpan.TicksPerHour),
    ];

    /// <summary>Reads a window.</summary>
    /// <param name="text">As written.</param>
    /// <param name="window">An expression with that window; its function means nothing.</param>
    public static bool TryParse(string text, out ValueExpression window)
    {
        window = default;
        if (DurationText.TryParse(text, out var duration))
        {
            window = new(default, duration.Ticks);
            return duration > TimeSpan.Zero && duration <= Longest;
        }
        bool isPrevious = text.StartsWith(Previous, StringComparison.Ordinal);
        string word = isPrevious ? text[Previous.Length..] : text;
        foreach (var (name, length, anchor) in Periods)
        {
            if (name != word)
                continue;
            window = new(default, length) { Window = isPrevious ? WindowKind.PreviousAligned : WindowKind.Aligned, AnchorTicks = anchor };
            return true;
        }
        return false;
    }

    /// <summary>The shortest text that <see cref="TryParse"/> reads as the window of this expression.</summary>
    public static string Format(ValueExpression expression)
    {
        if (expression.Window == WindowKind.Sliding)
            return DurationText.Format(TimeSpan.FromTicks(expression.WindowTicks));
        string word = Periods.First(period => (period.Length, period.Anchor) == (expression.WindowTicks, expression.AnchorTicks)).Word;
        return expression.Window == WindowKind.PreviousAligned ? Previous + word : word;
    }
}
