using SensorGrid.Rules.Model;
using SensorGrid.Rules.Snapshots;

namespace SensorGrid.Rules.Windows;

/// <summary>A function over the hour or day that runs. A reading that comes after the boundary was passed, but belongs before it, does not bring the old
/// period back.</summary>
internal sealed class RunningPeriodWindow(ValueExpression expression) : IWindow
{
    private readonly WindowSpan span = new(expression);
    private readonly IWindow period = WindowFactory.CreateWithin(expression);
    private long from = long.MinValue;

    public double Value => period.Value;

    public long NextExpiry => period.NextExpiry;

    public bool Add(long time, double value)
    {
        bool room = period.Add(time, value);
        if (span.StartAt(time) < from)
            period.ExpireAt(from + 1);
        else
            from = span.StartAt(time);
        return room;
    }

    public bool AddLate(long time, double value, long now) => span.StartAt(time) >= from && period.AddLate(time, value, now);

    public void ExpireAt(long time)
    {
        from = Math.Max(from, span.StartAt(time));
        period.ExpireAt(from + 1);
    }

    public void ForgetFrom(long time)
    {
        period.ForgetFrom(time);
        from = Math.Min(from, span.StartAt(time));
    }

    public void WriteTo(SnapshotWriter writer)
    {
        writer.Int64(from);
        period.WriteTo(writer);
    }

    public void ReadFrom(ref SnapshotReader reader)
    {
        from = reader.Int64();
        period.ReadFrom(ref reader);
    }
}
