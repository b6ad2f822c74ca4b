using SensorGrid.Rules.Model;
using SensorGrid.Rules.Snapshots;
using SensorGrid.Rules.Thresholds;

namespace SensorGrid.Rules.Changes;

/// <summary>Where a value was before it went away at once, and how far from there it is.
/// <code>
/// at home ─(change between two successive values within the time reaches a limit)─► out, from the value before
/// out     ─(caller: it is back, or it has been out for long enough)─► at home, wherever it is now
/// </code></summary>
internal struct JumpWatch(JumpRule rule)
{
    private const long Never = long.MinValue;

    private double last = double.NaN;
    private long lastAt = Never;
    private double from = double.NaN;

    public bool IsOut { get; private set; }

    /// <summary>When it went away.</summary>
    public long OutAt { get; private set; }

    /// <summary>When the newest value was observed, while it is out.</summary>
    public readonly long HeldAt => Math.Max(OutAt, lastAt);

    /// <summary>How far a value is from where it was; 0 while it is at home.</summary>
    public readonly double DistanceOf(double value) => IsOut ? Change(from, value) : 0;

    /// <summary>Looks whether this value has gone away from the one before.</summary>
    public void Look(long at, double value, LimitTable limits)
    {
        if (IsOut || lastAt == Never || at - lastAt > rule.WithinTicks || limits.RaisedBy(Change(last, value)) == Level.None)
            return;
        (IsOut, OutAt, from) = (true, at, last);
    }

    /// <summary>Where it is now is its home.</summary>
    public void Settle() => IsOut = false;

    /// <summary>Remembers the value for the next one.</summary>
    public void Remember(long at, double value) => (last, lastAt) = (value, at);

    /// <summary>The clock was set: no change can be measured across that, and what is out went out now.</summary>
    public void RestartFrame(long at) => (lastAt, OutAt) = (Never, at);

    public readonly void WriteTo(SnapshotWriter writer)
    {
        writer.Double(last);
        writer.Int64(lastAt);
        writer.Double(from);
        writer.Int64(OutAt);
        writer.Byte(IsOut ? (byte)1 : (byte)0);
    }

    public void ReadFrom(ref SnapshotReader reader)
    {
        last = reader.Double();
        lastAt = reader.Int64();
        from = reader.Double();
        OutAt = reader.Int64();
        IsOut = reader.Byte() != 0;
    }

    /// <summary>Goes on from where the watch of an earlier version of the rule was.</summary>
    public void Adopt(in JumpWatch before) =>
        (last, lastAt, from, OutAt, IsOut) = (before.last, before.lastAt, before.from, before.OutAt, before.IsOut);

    private readonly double Change(double before, double after) => rule.Direction switch
    {
        ChangeDirection.Up => LimitTable.Subtract(after, before),
        ChangeDirection.Down => LimitTable.Subtract(before, after),
        _ => Math.Abs(LimitTable.Subtract(after, before)),
    };
}
