using SensorGrid.Readings;

namespace SensorGrid.Storage.Rollups;

/// <summary>The numbers of one datastream in one minute, hour or bucket, and how they are added up.
/// <para>Adding doubles in another order gives another last bit. So that a rollup and the readings it was made from give the same answer
/// to the bit, there is one order: readings of a minute by time, minutes of an hour by time, hours of a bucket by time.</para></summary>
internal struct RollupUnit(long startTicks)
{
    /// <summary>What may be added up: <see cref="Quality"/> and kind of a row, as SQL over the columns that queries work on.</summary>
    public static readonly string CountsSql =
        $"kind IN ({(int)ReadingKind.Number}, {(int)ReadingKind.Boolean}) AND quality IN ({(int)Quality.Good}, {(int)Quality.Suspect}, {(int)Quality.Estimated}) AND isfinite(value)";

    public long StartTicks { get; } = startTicks;

    public double Min { get; private set; }

    public double Max { get; private set; }

    public double Sum { get; private set; }

    /// <summary>Zero when readings are there and none of them counts: the row then says that an earlier version of it is void.</summary>
    public long Count { get; private set; }

    public double Last { get; private set; }

    public long LastTicks { get; private set; }

    public static RollupUnit From(long startTicks, double min, double max, double sum, long count, double last, long lastTicks) =>
        new(startTicks) { Min = min, Max = max, Sum = sum, Count = count, Last = last, LastTicks = lastTicks };

    /// <summary>Adds a reading; call in order of time.</summary>
    public void Add(long observedTicks, double value) => Add(From(observedTicks, value, value, value, 1, value, observedTicks));

    /// <summary>Adds what lies after everything added before.</summary>
    public void Add(in RollupUnit next)
    {
        if (next.Count == 0)
            return;
        bool first = Count == 0;
        Min = first ? next.Min : Math.Min(Min, next.Min);
        Max = first ? next.Max : Math.Max(Max, next.Max);
        Sum = first ? next.Sum : Sum + next.Sum;
        Count += next.Count;
        (Last, LastTicks) = (next.Last, next.LastTicks);
    }
}
