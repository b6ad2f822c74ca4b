using System.Globalization;

namespace SensorGrid.Storage.Parquet;

/// <summary>A stretch of observed time (UTC) whose rows lie in files of their own: an hour, a day, a month, or everything.</summary>
/// <param name="StartTicks">Start, inclusive.</param>
/// <param name="EndTicks">End, exclusive.</param>
internal readonly record struct TimePartition(long StartTicks, long EndTicks)
{
    /// <summary>Of sealed files, and of rows scattered over more days than get files of their own.</summary>
    public static readonly TimePartition All = new(long.MinValue, long.MaxValue);

    public bool IsAll => StartTicks == long.MinValue;

    public static TimePartition HourOf(long ticks) => From(ticks, TimeSpan.TicksPerHour);

    public static TimePartition DayOf(long ticks) => From(ticks, TimeSpan.TicksPerDay);

    public static TimePartition MonthOf(long ticks)
    {
        var at = new DateTime(Math.Clamp(ticks, 0, DateTime.MaxValue.Ticks));
        long start = new DateTime(at.Year, at.Month, 1).Ticks;
        return new(start, start + DateTime.DaysInMonth(at.Year, at.Month) * TimeSpan.TicksPerDay);
    }

    public bool Contains(TimePartition other) => StartTicks <= other.StartTicks && other.EndTicks <= EndTicks;

    public bool Contains(long ticks) => StartTicks <= ticks && ticks < EndTicks;

    /// <summary>As it stands in file names: <c>hour-20240131T23</c>, <c>day-20240131</c>, <c>month-202401</c>, <c>scattered</c>.</summary>
    public string Name
    {
        get
        {
            if (IsAll)
                return "scattered";
            var start = new DateTime(Math.Max(0, StartTicks));
            var format = (EndTicks - StartTicks) switch
            {
                TimeSpan.TicksPerHour => "'hour-'yyyyMMdd'T'HH",
                TimeSpan.TicksPerDay => "'day-'yyyyMMdd",
                _ => "'month-'yyyyMM",
            };
            return start.ToString(format, CultureInfo.InvariantCulture);
        }
    }

    private static TimePartition From(long ticks, long length)
    {
        long start = ticks - (ticks % length + length) % length;
        return new(start, start + length);
    }
}
