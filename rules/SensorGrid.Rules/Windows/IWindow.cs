using SensorGrid.Rules.Snapshots;

namespace SensorGrid.Rules.Windows;

/// <summary>One function over the readings of a window of event time. Times only go forward; work per reading does not depend on the window's
/// length (a quantile's grows with its logarithm); memory is bounded by <see cref="WindowRoom"/>.</summary>
internal interface IWindow
{
    /// <summary>The function's value, or NaN when the readings in the window give none.</summary>
    double Value { get; }

    /// <summary>Event time at which the value changes with no new reading; <see cref="long.MaxValue"/> when it never does.</summary>
    long NextExpiry { get; }

    /// <summary>Takes a reading newer than all before.</summary>
    /// <returns>False when the oldest reading had to leave early.</returns>
    bool Add(long time, double value);

    /// <summary>Takes a reading older than the newest, when it belongs to the window that ends at a time and is not in it. A full window takes none.</summary>
    /// <returns>True when it was put into the window.</returns>
    bool AddLate(long time, double value, long now);

    /// <summary>Lets readings leave that are outside the window ending at this time.</summary>
    void ExpireAt(long time);

    /// <summary>Drops readings from a time onwards: they were stamped by a clock that has since been put right.</summary>
    void ForgetFrom(long time);

    /// <summary>Writes all that it holds.</summary>
    void WriteTo(SnapshotWriter writer);

    /// <summary>Reads what <see cref="WriteTo"/> wrote.</summary>
    void ReadFrom(ref SnapshotReader reader);
}
