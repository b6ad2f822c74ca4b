namespace SensorGrid.Rules.Model;

/// <summary>What a local day is: a day of the week, and what the calendar of the rule set says of it.</summary>
[Flags]
public enum DayKinds
{
    /// <summary>Nothing of all this.</summary>
    None = 0,

    /// <summary>Monday; the other days of the week follow in order.</summary>
    Monday = 1 << 0,

    /// <summary>Tuesday.</summary>
    Tuesday = 1 << 1,

    /// <summary>Wednesday.</summary>
    Wednesday = 1 << 2,

    /// <summary>Thursday.</summary>
    Thursday = 1 << 3,

    /// <summary>Friday.</summary>
    Friday = 1 << 4,

    /// <summary>Saturday.</summary>
    Saturday = 1 << 5,

    /// <summary>Sunday.</summary>
    Sunday = 1 << 6,

    /// <summary>People work: Monday to Friday but for holidays, and the days worked in their place (调休).</summary>
    Workday = 1 << 7,

    /// <summary>People do not work.</summary>
    DayOff = 1 << 8,

    /// <summary>Listed as a holiday.</summary>
    Holiday = 1 << 9,

    /// <summary>Listed as special: open longer, an event.</summary>
    Special = 1 << 10,
}
