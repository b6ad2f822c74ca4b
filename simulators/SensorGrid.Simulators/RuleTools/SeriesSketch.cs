namespace SensorGrid.Simulators.RuleTools;

/// <summary>Smallest and largest value in equal stretches of time: enough for a chart, and the same size however long the course is. When the
/// stretches are used up, two become one.</summary>
public sealed class SeriesSketch
{
    private const int Capacity = 1024;

    private readonly (double Low, double High)[] stretches = new (double, double)[Capacity];
    private long begin;
    private long width = TimeSpan.TicksPerSecond;

    /// <summary>Stretches in use.</summary>
    public int Count { get; private set; }

    /// <summary>Those that hold a value: middle, smallest and largest.</summary>
    public IEnumerable<(long AtTicks, double Low, double High)> Points
    {
        get
        {
            for (int i = 0; i < Count; i++)
            {
                if (stretches[i].Low <= stretches[i].High)
                    yield return (begin + i * width + width / 2, stretches[i].Low, stretches[i].High);
            }
        }
    }

    /// <summary>Takes a value; times must not go back.</summary>
    public void Take(long atTicks, double value)
    {
        if (!double.IsFinite(value))
            return;
        if (Count == 0)
            begin = atTicks;
        while ((atTicks - begin) / width >= Capacity)
            Halve();
        int at = (int)((atTicks - begin) / width);
        for (; Count <= at; Count++)
            stretches[Count] = (double.PositiveInfinity, double.NegativeInfinity);
        stretches[at] = (Math.Min(stretches[at].Low, value), Math.Max(stretches[at].High, value));
    }

    private void Halve()
    {
        width *= 2;
        for (int i = 0; i < Count; i += 2)
        {
            var (low, high) = stretches[i];
            var next = i + 1 < Count ? stretches[i + 1] : (Low: double.PositiveInfinity, High: double.NegativeInfinity);
            stretches[i / 2] = (Math.Min(low, next.Low), Math.Max(high, next.High));
        }
        Count = (Count + 1) / 2;
    }
}
