using SensorGrid.Rules.Model;
using SensorGrid.Rules.Windows;

namespace SensorGrid.Rules.Areas;

/// <summary>What the values of an area's points make together. A point that changes costs the same however many there are, or for the largest and smallest the
/// logarithm of their number. It depends on the values and on nothing else: sums are exact, so the order in which they came leaves no trace.</summary>
internal sealed class AreaTotal
{
    private readonly AreaFunction function;
    private readonly double[] weights;
    private readonly double[] values;
    private readonly decimal leastWeight;
    // Of the weighted values; where not the mean is taken all weigh 1.
    private readonly ExactSum sum = new();
    private readonly ExactSum weightOfThose = new();
    private readonly OrderTree? inOrder;
    private int count;

    /// <param name="function">What is made of the values.</param>
    /// <param name="weights">The weight of each point.</param>
    /// <param name="coverage">The share of the weight that must have a value.</param>
    public AreaTotal(AreaFunction function, double[] weights, double coverage)
    {
        (this.function, this.weights) = (function, weights);
        values = new double[weights.Length];
        // In decimals: seven of ten are 0.7 of them.
        leastWeight = (decimal)coverage * (decimal)TotalOf(weights);
        if (function is AreaFunction.Maximum or AreaFunction.Minimum)
            inOrder = new(weights.Length);
        Array.Fill(values, double.NaN);
    }

    /// <summary>The value of each point; NaN for one that has none.</summary>
    public ReadOnlySpan<double> Values => values;

    /// <summary>Weight of each point.</summary>
    public ReadOnlySpan<double> Weights => weights;

    /// <summary>What they make together; NaN when too few of them have a value.</summary>
    public double Value
    {
        get
        {
            if (count == 0 || (decimal)weightOfThose.Value < leastWeight)
                return double.NaN;
            return function switch
            {
                AreaFunction.Average => sum.Value / weightOfThose.Value,
                AreaFunction.Maximum => inOrder![count - 1],
                AreaFunction.Minimum => inOrder![0],
                _ => sum.Value,
            };
        }
    }

    /// <summary>A point has another value, or none (NaN).</summary>
    /// <returns>False when it had the same.</returns>
    public bool Put(int point, double value)
    {
        double before = values[point];
        if (before.Equals(value))
            return false;
        values[point] = value;
        if (!double.IsNaN(before))
            Remove(point, before);
        if (!double.IsNaN(value))
            Add(point, value);
        return true;
    }

    private static double TotalOf(double[] weights)
    {
        var total = new ExactSum();
        foreach (double weight in weights)
            total.Add(weight);
        return total.Value;
    }

    private void Add(int point, double value)
    {
        count++;
        weightOfThose.Add(weights[point]);
        if (inOrder is not null)
            inOrder.Add(value);
        else
            sum.Add(weights[point] * value);
    }

    private void Remove(int point, double value)
    {
        count--;
        weightOfThose.Remove(weights[point]);
        if (inOrder is not null)
            inOrder.Remove(value);
        else
            sum.Remove(weights[point] * value);
    }
}
