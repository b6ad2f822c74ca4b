namespace SensorGrid.Rules.Model;

/// <summary>Hours of certain days. They belong to the day on which they begin, also when they pass midnight.</summary>
/// <param name="FromTicks">Start, ticks after local midnight.</param>
/// <param name="ToTicks">End, ticks after local midnight; at or before the start it is one of the next day.</param>
public sealed record HoursSpan(long FromTicks, long ToTicks)
{
    /// <summary>The whole of a day.</summary>
    public static HoursSpan WholeDay { get; } = new(0, TimeSpan.TicksPerDay);

    /// <summary>The days, one of which it must be; none for all.</summary>
    public DayKinds Days { get; init; }

    /// <summary>The days that are left out.</summary>
    public DayKinds Except { get; init; }

    /// <summary>The ranges of days, in one of which it must lie; none for all.</summary>
    public IReadOnlyList<DayRange> Dates { get; init; } = [];

    /// <summary>How long they last by the clock on the wall.</summary>
    public long LengthTicks => ToTicks > FromTicks ? ToTicks - FromTicks : ToTicks - FromTicks + TimeSpan.TicksPerDay;

    /// <summary>True when they begin on a day.</summary>
    /// <param name="day">The day.</param>
    /// <param name="kinds">What the day is.</param>
    public bool IsOn(DateOnly day, DayKinds kinds)
    {
        if ((Days != DayKinds.None && (kinds & Days) == 0) || (kinds & Except) != 0)
            return false;
        foreach (var range in Dates)
        {
            if (range.Contains(day))
                return true;
        }
        return Dates.Count == 0;
    }
}
