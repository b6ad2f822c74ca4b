using SensorGrid.Rules.Snapshots;

namespace SensorGrid.Rules.Windows;

/// <summary>What is known of another datastream. Its newest reading must not be further than <see cref="MeasureInput.WithinTicks"/> from the time at which it
/// is asked for, before or after: a gauge that is silent, or whose clock is wrong, says nothing.</summary>
internal sealed class ReferencedInput(MeasureInput input)
{
    private const long Never = long.MinValue;

    private IWindow? window = WindowFactory.Create(input.Call);
    private double last = double.NaN;
    private long lastAt = Never;

    public long Within => input.WithinTicks;

    /// <summary>Event time at which its value changes with no new reading.</summary>
    public long NextChange(long now)
    {
        if (lastAt == Never || now > lastAt + Within)
            return long.MaxValue;
        long silent = lastAt + Within + 1;
        return window?.NextExpiry is { } expiry && expiry > now ? Math.Min(silent, expiry) : silent;
    }

    /// <summary>Takes a reading.</summary>
    /// <returns>False when the oldest reading of its window had to leave early.</returns>
    public bool Add(long time, double value)
    {
        (last, lastAt) = (value, time);
        return window?.Add(time, value) ?? true;
    }

    /// <summary>Takes a reading older than its newest into its window.</summary>
    /// <returns>True when it belonged there.</returns>
    public bool AddLate(long time, double value) => window is not null && time < lastAt && window.AddLate(time, value, lastAt);

    public double ValueAt(long now)
    {
        if (lastAt == Never || Math.Abs(now - lastAt) > Within)
            return double.NaN;
        if (window is null)
            return last;
        window.ExpireAt(Math.Max(now, lastAt));
        return window.Value;
    }

    /// <summary>Its clock was put right: what it stamped from here on is not known.</summary>
    public void ForgetFrom(long time)
    {
        window?.ForgetFrom(time);
        if (lastAt >= time)
            (last, lastAt) = (double.NaN, Never);
    }

    /// <summary>Goes on from what the same input of an earlier measure knew, which is no more.</summary>
    public void Adopt(ReferencedInput before) => (last, lastAt, window) = (before.last, before.lastAt, before.window);

    public void WriteTo(SnapshotWriter writer)
    {
        writer.Double(last);
        writer.Int64(lastAt);
        window?.WriteTo(writer);
    }

    public void ReadFrom(ref SnapshotReader reader)
    {
        last = reader.Double();
        lastAt = reader.Int64();
        window?.ReadFrom(ref reader);
    }
}
