namespace SensorGrid.Rules.CheckIns;

/// <summary>One slot of a plan: somebody must check in within [<paramref name="From"/>, <paramref name="Until"/>).</summary>
/// <param name="Begin">What the slot is called by: its begin, or the listed time.</param>
/// <param name="From">From when on a check-in counts.</param>
/// <param name="Until">From when on it is missed.</param>
internal readonly record struct CheckInSlot(long Begin, long From, long Until)
{
    /// <summary>No slot is waited for.</summary>
    public static CheckInSlot None => new(long.MaxValue, long.MaxValue, long.MaxValue);

    public bool IsNone => Until == long.MaxValue;

    public bool Contains(long at) => at >= From && at < Until;
}
