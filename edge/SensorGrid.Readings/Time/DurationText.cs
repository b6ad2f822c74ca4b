using System.Buffers;
using System.Globalization;

namespace SensorGrid.Readings.Time;

/// <summary>Durations as people write them in catalogue and rule files: <c>500ms</c>, <c>30s</c>, <c>15min</c>, <c>1h</c>, <c>2d</c>,
/// put together as in <c>1h30min</c>, or ISO 8601 as in <c>PT15M</c> and <c>P1DT2H</c> (weeks and less: months have no fixed length).</summary>
public static class DurationText
{
    /// <summary>What a duration may look like, for messages.</summary>
    public const string Rule = "a number with ms, s, min, h or d (30s, 15min, 1h30min, 2d), or ISO 8601 (PT15M)";

    private static readonly SearchValues<char> NumberSigns = SearchValues.Create("0123456789.");

    /// <summary>Reads a duration; never negative.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        duration = default;
        if (text.Length is 0 or > 64)
            return false;
        decimal ticks = 0;
        bool read = text[0] == 'P' ? TryIso(text[1..], ref ticks) : TryUnits(text, inTime: null, ref ticks);
        if (!read || ticks > TimeSpan.MaxValue.Ticks || decimal.Truncate(ticks) != ticks)
            return false;
        duration = TimeSpan.FromTicks((long)ticks);
        return true;
    }

    /// <summary>The shortest usual form: <c>90s</c> is <c>90s</c>, 900 s is <c>15min</c>.</summary>
    public static string Format(TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(duration, TimeSpan.Zero);
        (long unit, string word) = duration.Ticks switch
        {
            0 => (TimeSpan.TicksPerSecond, "s"),
            var ticks when ticks % TimeSpan.TicksPerDay == 0 => (TimeSpan.TicksPerDay, "d"),
            var ticks when ticks % TimeSpan.TicksPerHour == 0 => (TimeSpan.TicksPerHour, "h"),
            var ticks when ticks % TimeSpan.TicksPerMinute == 0 => (TimeSpan.TicksPerMinute, "min"),
            _ => (TimeSpan.TicksPerSecond, "s"),
        };
        return ((decimal)duration.Ticks / unit).ToString("0.#######", CultureInfo.InvariantCulture) + word;
    }

    private static bool TryIso(ReadOnlySpan<char> text, ref decimal ticks)
    {
        int time = text.IndexOf('T');
        var days = time < 0 ? text : text[..time];
        var rest = time < 0 ? default : text[(time + 1)..];
        if (days.IsEmpty && rest.IsEmpty || time >= 0 && rest.IsEmpty)
            return false;
        return (days.IsEmpty || TryUnits(days, inTime: false, ref ticks)) && (rest.IsEmpty || TryUnits(rest, inTime: true, ref ticks));
    }

    // One or more of number and unit, each unit smaller than the one before: 1h30min, not 30min1h.
    private static bool TryUnits(ReadOnlySpan<char> text, bool? inTime, ref decimal ticks)
    {
        long before = long.MaxValue;
        while (!text.IsEmpty)
        {
            int digits = text.IndexOfAnyExcept(NumberSigns);
            if (digits <= 0 || text[0] == '.' || text[digits - 1] == '.')
                return false;
            if (!decimal.TryParse(text[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number))
                return false;
            text = text[digits..];
            int letters = text.IndexOfAnyInRange('0', '9');
            var word = letters < 0 ? text : text[..letters];
            long unit = inTime is { } time ? IsoUnit(word, time) : Unit(word);
            if (unit == 0 || unit >= before || number > TimeSpan.MaxValue.Ticks / unit)
                return false;
            ticks += number * unit;
            before = unit;
            text = text[word.Length..];
        }
        return true;
    }

    private static long Unit(ReadOnlySpan<char> word) => word switch
    {
        "ms" => TimeSpan.TicksPerMillisecond,
        "s" => TimeSpan.TicksPerSecond,
        "min" => TimeSpan.TicksPerMinute,
        "h" => TimeSpan.TicksPerHour,
        "d" => TimeSpan.TicksPerDay,
        _ => 0,
    };

    private static long IsoUnit(ReadOnlySpan<char> word, bool inTime) => word switch
    {
        "W" when !inTime => 7 * TimeSpan.TicksPerDay,
        "D" when !inTime => TimeSpan.TicksPerDay,
        "H" when inTime => TimeSpan.TicksPerHour,
        "M" when inTime => TimeSpan.TicksPerMinute,
        "S" when inTime => TimeSpan.TicksPerSecond,
        _ => 0,
    };
}
