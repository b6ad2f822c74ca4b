namespace SensorGrid.Rules.Model;

/// <summary>Which days are holidays, worked in place of others (调休), or special: listed in a rule set and shared by its rules. Immutable.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Hash">Fingerprint of its text: a rule that uses it is another rule when it changes.</param>
/// <param name="Holidays">Nobody works.</param>
/// <param name="Workdays">Days of the weekend on which people work all the same.</param>
/// <param name="SpecialDays">Days with hours of their own.</param>
public sealed record DayCalendar(
    string Id, string Hash, IReadOnlySet<DateOnly> Holidays, IReadOnlySet<DateOnly> Workdays, IReadOnlySet<DateOnly> SpecialDays)
{
    /// <summary>All that a day is.</summary>
    public DayKinds KindsOf(DateOnly day)
    {
        var kinds = WeekdayOf(day);
        bool isHoliday = Holidays.Contains(day);
        bool isWorked = Workdays.Contains(day) || (!isHoliday && day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday));
        kinds |= isWorked ? DayKinds.Workday : DayKinds.DayOff;
        if (isHoliday)
            kinds |= DayKinds.Holiday;
        if (SpecialDays.Contains(day))
            kinds |= DayKinds.Special;
        return kinds;
    }

    /// <summary>The day of the week.</summary>
    public static DayKinds WeekdayOf(DateOnly day) => (DayKinds)(1 << (((int)day.DayOfWeek + 6) % 7));
}
