namespace SensorGrid.FieldProtocols.Sl651;

/// <summary>A time step (时间步长码): days, hours or minutes, one of them; none of them stands before the twelve slots of an hour.</summary>
/// <param name="Days">0 to 31.</param>
/// <param name="Hours">0 to 23.</param>
/// <param name="Minutes">0 to 59.</param>
public readonly record struct Sl651Step(int Days, int Hours, int Minutes)
{
    /// <summary>True for 00 00 00.</summary>
    public bool IsNone => Days == 0 && Hours == 0 && Minutes == 0;

    /// <summary>The step in ticks.</summary>
    public long Ticks => Days * TimeSpan.TicksPerDay + Hours * TimeSpan.TicksPerHour + Minutes * TimeSpan.TicksPerMinute;

    /// <summary>Reads three BCD bytes; false when they are no step.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bcd, out Sl651Step step)
    {
        step = new(Sl651Digits.Pair(bcd[0]), Sl651Digits.Pair(bcd[1]), Sl651Digits.Pair(bcd[2]));
        return step.IsValid;
    }

    /// <summary>True when at most one field is set, within its range.</summary>
    public bool IsValid => Days is >= 0 and <= 31 && Hours is >= 0 and <= 23 && Minutes is >= 0 and <= 59 &&
        (Days != 0 ? 1 : 0) + (Hours != 0 ? 1 : 0) + (Minutes != 0 ? 1 : 0) <= 1;
}
