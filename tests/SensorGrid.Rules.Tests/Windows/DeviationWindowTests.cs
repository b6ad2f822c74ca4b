using System.Numerics;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Windows;

namespace SensorGrid.Rules.Tests.Windows;

/// <summary>The deviation against one worked out in whole numbers: nothing but its root is rounded there.</summary>
public sealed class DeviationWindowTests
{
    private const int Seed = 20261127;

    // A double of this size or larger is a whole number of these.
    private const int BitsOfUnit = 60;

    // Squares of 1e9 in a hundred readings whose spread is a thousandth: 24 digits cancel, of 32.
    [Theory]
    [InlineData(1e9, 1e-3, 100)]
    [InlineData(-1e9, 1e-3, 99)]
    [InlineData(101_325, 1e-6, 37)]
    [InlineData(0, 1, 3)]
    [InlineData(1e-3, 1, 1000)]
    [InlineData(1e12, 1, 17)]
    public void Is_right_however_large_the_mean_is_against_it(double mean, double spread, int count)
    {
        var random = new Random(Seed);
        var window = new DeviationWindow(new(ValueFunction.StandardDeviation, 1_000_000));
        double[] values = [.. Enumerable.Range(0, count).Select(_ => mean + (spread * (random.NextDouble() - 0.5)))];
        // What has left must leave nothing behind, not in the last digit.
        window.Add(1, 77.7 * mean);
        window.Add(2, mean / 3);
        for (int i = 0; i < count; i++)
            window.Add(1_000_002 + i, values[i]);
        Assert.Equal(Exact(values), window.Value, 1e-7 * spread);
    }

    private static double Exact(double[] values)
    {
        BigInteger[] whole = [.. values.Select(value => (BigInteger)Math.ScaleB(value, BitsOfUnit))];
        Assert.All(values.Zip(whole), pair => Assert.Equal(pair.First, Math.ScaleB((double)pair.Second, -BitsOfUnit)));
        var sum = whole.Aggregate(BigInteger.Zero, (one, other) => one + other);
        // n * sum of squares - square of the sum, over n (n - 1).
        var times = (whole.Length * whole.Aggregate(BigInteger.Zero, (sofar, value) => sofar + (value * value))) - (sum * sum);
        return Math.ScaleB(Math.Sqrt((double)times / ((double)whole.Length * (whole.Length - 1))), -BitsOfUnit);
    }
}
