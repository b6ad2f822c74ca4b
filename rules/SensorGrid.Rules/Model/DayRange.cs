using SensorGrid.Readings.Catalogue;

namespace SensorGrid.Rules.Model;

/// <summary>Local days from one to another, both included: of every year (a season), or once.</summary>
/// <param name="Yearly">Days of every year, or null.</param>
/// <param name="First">First day, when it is once.</param>
/// <param name="Last">Last day, when it is once.</param>
public readonly record struct DayRange(YearlyPeriod? Yearly, DateOnly First = default, DateOnly Last = default)
{
    /// <summary>True for one of the days.</summary>
    public bool Contains(DateOnly day) => Yearly is { } yearly ? yearly.Contains(new MonthDay(day.Month, day.Day)) : day >= First && day <= Last;
}
