using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Tests.Windows;

/// <summary>What a function over a window is, worked out the slow and obvious way from all readings so far. Shares nothing with the product but the
/// description of the function.</summary>
internal static class WindowOracle
{
    public static double ValueAt(ValueExpression expression, List<(long Time, double Value)> history, long now)
    {
        if (history.Count == 0)
            return double.NaN;
        long from = now - expression.WindowTicks, to = now;
        if (expression.Window != WindowKind.Sliding)
        {
            // The last boundary before now; at a boundary the period that ends there still runs.
            from = now - 1;
            while ((from - expression.AnchorTicks) % expression.WindowTicks != 0)
                from--;
        }
        if (expression.Window == WindowKind.PreviousAligned)
        {
            // Nothing is known of a period before the one that the first reading is in.
            if (history[0].Time > from)
                return double.NaN;
            (from, to) = (from - expression.WindowTicks, from);
        }
        var known = history.Where(reading => reading.Time <= to).ToList();
        var inside = known.Where(reading => reading.Time > from).ToList();
        double[] values = [.. inside.Select(reading => reading.Value)];
        return expression.Function switch
        {
            ValueFunction.Sum => values.Sum(),
            ValueFunction.Count => values.Length,
            ValueFunction.Average => values.Length == 0 ? double.NaN : values.Sum() / values.Length,
            ValueFunction.Minimum => values.Length == 0 ? double.NaN : values.Min(),
            ValueFunction.Maximum => values.Length == 0 ? double.NaN : values.Max(),
            ValueFunction.Increase => known.Count == 0 ? double.NaN : Increase(known, from, expression.Argument),
            ValueFunction.StandardDeviation => values.Length < 2 ? double.NaN : Deviation(values),
            ValueFunction.Quantile => values.Length == 0 ? double.NaN : Quantile(values, expression.Argument),
            ValueFunction.Coverage => Coverage(expression, known, from),
            _ => throw new NotSupportedException($"{expression.Function}"),
        };
    }

    private static double Increase(List<(long Time, double Value)> known, long from, double wrapsAt)
    {
        double total = 0;
        for (int i = 1; i < known.Count; i++)
        {
            double before = known[i - 1].Value, after = known[i].Value;
            double step = after >= before ? after - before
                : before <= wrapsAt && before - after > wrapsAt / 2 ? wrapsAt - before + Math.Max(after, 0)
                : Math.Max(after, 0);
            if (known[i].Time > from)
                total += step;
        }
        return total;
    }

    private static double Deviation(double[] values)
    {
        decimal mean = values.Sum(value => (decimal)value) / values.Length;
        return Math.Sqrt((double)(values.Sum(value => ((decimal)value - mean) * ((decimal)value - mean)) / (values.Length - 1)));
    }

    private static double Quantile(double[] values, double share)
    {
        Array.Sort(values);
        double place = (values.Length - 1) * share;
        double lower = values[(int)Math.Floor(place)], upper = values[(int)Math.Ceiling(place)];
        return lower + ((upper - lower) * (place - Math.Floor(place)));
    }

    // Instant by instant: which are vouched for by the reading that ends them, and how often.
    private static double Coverage(ValueExpression expression, List<(long Time, double Value)> known, long from)
    {
        long vouched = 0;
        for (int i = 0; i < known.Count; i++)
        {
            if (known[i].Time <= from)
                continue;
            for (long instant = known[i].Time; instant > known[i].Time - expression.PerTicks; instant--)
            {
                bool isBefore = i > 0 && instant <= known[i - 1].Time;
                bool isOutside = expression.Window != WindowKind.Sliding && instant <= from;
                if (!isBefore && !isOutside)
                    vouched++;
            }
        }
        return Math.Min(1, vouched / (double)expression.WindowTicks);
    }
}
