namespace SensorGrid.Simulators.Recordings;

/// <summary>A time format whose fields stand at fixed places: four digits of a year, two of month, day, hour, minute and second, one to seven of a
/// fraction, and marks between them.</summary>
internal sealed class TimeShape
{
    private readonly (int At, byte Mark)[] marks;
    private readonly int year;
    private readonly int month;
    private readonly int day;
    // -1: not in the format, which means 0.
    private readonly int hour;
    private readonly int minute;
    private readonly int second;
    private readonly int fraction;
    private readonly int fractionDigits;
    private readonly long fractionUnit;

    private TimeShape(string format)
    {
        Length = format.Length;
        year = format.IndexOf('y');
        month = format.IndexOf('M');
        day = format.IndexOf('d');
        hour = format.IndexOf('H');
        minute = format.IndexOf('m');
        second = format.IndexOf('s');
        fraction = format.IndexOf('f');
        fractionDigits = format.Count(letter => letter == 'f');
        fractionUnit = TimeSpan.TicksPerSecond;
        for (int digit = 0; digit < fractionDigits; digit++)
            fractionUnit /= 10;
        marks = [.. format.Select((letter, at) => (at, (byte)letter)).Where(mark => IsMark((char)mark.Item2))];
    }

    /// <summary>Bytes of a cell of this shape.</summary>
    public int Length { get; }

    /// <summary>The shape of a .NET custom format, or null when its fields have no fixed places.</summary>
    public static TimeShape? Of(string format)
    {
        if (Math.Max(format.IndexOf('y'), 0) is var year && !format.AsSpan(year).StartsWith("yyyy", StringComparison.Ordinal))
            return null;
        string rest = format.Remove(year, 4).Insert(year, "----");
        foreach (char field in "MdHms")
        {
            int at = rest.IndexOf(field, StringComparison.Ordinal);
            bool isNeeded = field is 'M' or 'd';
            if (at < 0 && isNeeded)
                return null;
            if (at < 0)
                continue;
            if (at + 1 >= rest.Length || rest[at + 1] != field)
                return null;
            rest = rest.Remove(at, 2).Insert(at, "--");
        }
        int fraction = rest.IndexOf('f', StringComparison.Ordinal);
        int digits = rest.Count(letter => letter == 'f');
        if (digits > 7 || (digits > 0 && !rest.AsSpan(fraction).StartsWith(new string('f', digits))))
            return null;
        return rest.All(letter => letter == 'f' || IsMark(letter)) ? new(format) : null;
    }

    /// <summary>Reads ticks without an offset.</summary>
    /// <param name="cell">A cell of <see cref="Length"/> bytes.</param>
    /// <param name="ticks">The time.</param>
    /// <returns>False when the cell has another shape or names no time; nothing is said of what other parsers make of it.</returns>
    public bool TryRead(ReadOnlySpan<byte> cell, out long ticks)
    {
        ticks = 0;
        foreach (var (at, mark) in marks)
        {
            if (cell[at] != mark)
                return false;
        }
        int y = Two(cell, year) * 100 + Two(cell, year + 2), mo = Two(cell, month), d = Two(cell, day);
        int h = hour < 0 ? 0 : Two(cell, hour), mi = minute < 0 ? 0 : Two(cell, minute), s = second < 0 ? 0 : Two(cell, second);
        // What is no digit makes a number that is out of range.
        if (y is < 1 or > 9999 || mo is < 1 or > 12 || d < 1 || d > DateTime.DaysInMonth(y, mo) || (uint)h > 23 || (uint)mi > 59 || (uint)s > 59)
            return false;
        long part = 0;
        for (int i = fraction; i < fraction + fractionDigits; i++)
        {
            int digit = cell[i] - '0';
            if ((uint)digit > 9)
                return false;
            part = part * 10 + digit;
        }
        ticks = new DateTime(y, mo, d).Ticks + ((h * 60 + mi) * 60 + s) * TimeSpan.TicksPerSecond + part * fractionUnit;
        return true;
    }

    // Far below zero when one of the two is no digit.
    private static int Two(ReadOnlySpan<byte> cell, int at)
    {
        int tens = cell[at] - '0', ones = cell[at + 1] - '0';
        return (uint)tens <= 9 && (uint)ones <= 9 ? tens * 10 + ones : -1_000_000;
    }

    // Stand for themselves in a format of the invariant culture.
    private static bool IsMark(char letter) => letter is '-' or '/' or '.' or ':' or ' ' or 'T' or '_' or ',';
}
