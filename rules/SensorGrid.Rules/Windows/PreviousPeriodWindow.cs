using SensorGrid.Rules.Model;
using SensorGrid.Rules.Snapshots;

namespace SensorGrid.Rules.Windows;

/// <summary>A function over the last whole hour or day: yesterday's rain, as the gauge's day counts. Holds from one boundary to the next.</summary>
internal sealed class PreviousPeriodWindow(ValueExpression expression) : IWindow
{
    private const long None = long.MinValue;

    private readonly WindowSpan span = new(expression);
    private readonly IWindow running = WindowFactory.Create(expression with { Window = WindowKind.Aligned })!;
    // Start of the period that runs, and what the function was over the one before it.
    private long runningFrom = None;

    public double Value { get; private set; } = double.NaN;

    public long NextExpiry => runningFrom == None ? long.MaxValue : runningFrom + span.Length + 1;

    public bool Add(long time, double value)
    {
        ExpireAt(time);
        runningFrom = span.StartAt(time);
        return running.Add(time, value);
    }

    public void ExpireAt(long time)
    {
        long from = span.StartAt(time);
        if (runningFrom == None || from <= runningFrom)
            return;
        // When more than one period has ended since, the last of them was empty.
        if (from > runningFrom + span.Length)
            running.ExpireAt(from);
        Value = running.Value;
        running.ExpireAt(time);
        runningFrom = from;
    }

    public void ForgetFrom(long time)
    {
        running.ForgetFrom(time);
        if (runningFrom < time)
            return;
        // The period that ran has not begun by the clock that was put right, so none before it is known.
        (runningFrom, Value) = (None, double.NaN);
    }

    public void WriteTo(SnapshotWriter writer)
    {
        writer.Int64(runningFrom);
        writer.Double(Value);
        running.WriteTo(writer);
    }

    public void ReadFrom(ref SnapshotReader reader)
    {
        runningFrom = reader.Int64();
        Value = reader.Double();
        running.ReadFrom(ref reader);
    }
}
