using SensorGrid.Rules.Model;
using SensorGrid.Rules.Snapshots;

namespace SensorGrid.Rules.Windows;

/// <summary>A function over the last whole hour or day: yesterday's rain, as the gauge's day counts. Holds from one boundary to the next, but that the last
/// reading of a period often comes a moment after the boundary and still belongs to it:
/// <code>
/// time in the period of the newest reading │ what the period before it gave
/// time in the one after that               │ what the readings so far give: the last ones may still be on their way
/// time further on                          │ the period that ended last was empty
/// </code></summary>
internal sealed class PreviousPeriodWindow(ValueExpression expression) : IWindow
{
    private const long None = long.MinValue;

    private readonly WindowSpan span = new(expression);
    private readonly IWindow period = WindowFactory.CreateWithin(expression with { Window = WindowKind.Aligned });
    private readonly double empty = expression.Function is ValueFunction.Sum or ValueFunction.Count or ValueFunction.Increase or ValueFunction.Coverage ? 0 : double.NaN;
    // Start of the period of the newest reading, and of the one that time has come to.
    private long readFrom = None;
    private long nowFrom = None;
    private double before = double.NaN;

    public double Value => nowFrom == readFrom ? before : nowFrom == readFrom + span.Length ? period.Value : empty;

    public long NextExpiry => readFrom == None || nowFrom > readFrom + span.Length ? long.MaxValue : nowFrom + span.Length + 1;

    public bool Add(long time, double value)
    {
        long from = span.StartAt(time);
        if (readFrom != None && from > readFrom)
            before = from == readFrom + span.Length ? period.Value : empty;
        readFrom = from;
        nowFrom = Math.Max(nowFrom, from);
        return period.Add(time, value);
    }

    // Of the period whose value stands nothing but that is known any more; the one that is being read takes it.
    public bool AddLate(long time, double value, long now) => readFrom != None && span.StartAt(time) == readFrom && period.AddLate(time, value, readFrom + span.Length);

    public void ExpireAt(long time)
    {
        if (readFrom != None)
            nowFrom = Math.Max(nowFrom, span.StartAt(time));
    }

    public void ForgetFrom(long time)
    {
        period.ForgetFrom(time);
        if (readFrom == None)
            return;
        // A period that has not begun by the clock that was put right was none, and what was before it is not known.
        if (readFrom >= time)
            (readFrom, nowFrom, before) = (None, None, double.NaN);
        else
            nowFrom = Math.Clamp(nowFrom, readFrom, Math.Max(readFrom, span.StartAt(time)));
    }

    public void WriteTo(SnapshotWriter writer)
    {
        writer.Int64(readFrom);
        writer.Int64(nowFrom);
        writer.Double(before);
        period.WriteTo(writer);
    }

    public void ReadFrom(ref SnapshotReader reader)
    {
        readFrom = reader.Int64();
        nowFrom = reader.Int64();
        before = reader.Double();
        period.ReadFrom(ref reader);
    }
}
