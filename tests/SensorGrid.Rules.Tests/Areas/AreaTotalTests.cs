using CsCheck;
using SensorGrid.Rules.Areas;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Tests.Areas;

public sealed class AreaTotalTests
{
    private static readonly Gen<double> Value = Gen.OneOf(Gen.Const(double.NaN), Gen.Int[-6, 6].Select(number => number / 4.0), Gen.Double[-1e9, 1e9], Gen.Double[-1e-9, 1e-9]);

    [Theory]
    [InlineData(AreaFunction.Count)]
    [InlineData(AreaFunction.Average)]
    [InlineData(AreaFunction.Maximum)]
    [InlineData(AreaFunction.Minimum)]
    [InlineData(AreaFunction.Sum)]
    public void Depends_on_the_values_there_are_to_the_last_bit_and_not_on_how_they_came(AreaFunction function) =>
        Gen.Select(Gen.Double[0.001, 1].Array[1, 12], Gen.Select(Gen.Int[0, 11], Value).Array[0, 60], Gen.Int[0, 10]).Sample((weights, puts, coverage) =>
        {
            if (function != AreaFunction.Average)
                Array.Fill(weights, 1);
            var total = new AreaTotal(function, weights, coverage / 10.0);
            double[] values = new double[weights.Length];
            Array.Fill(values, double.NaN);
            foreach (var (point, value) in puts)
            {
                total.Put(point % weights.Length, value);
                values[point % weights.Length] = value;
            }
            var fresh = new AreaTotal(function, weights, coverage / 10.0);
            for (int point = weights.Length - 1; point >= 0; point--)
                fresh.Put(point, values[point]);
            Assert.Equal(fresh.Value, total.Value);
            Assert.Equal(Naive(function, weights, values, coverage / 10.0), total.Value, 6 * Math.Max(1e-9, values.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max() * 1e-12));
        });

    [Fact]
    public void The_same_value_again_is_no_change()
    {
        var total = new AreaTotal(AreaFunction.Sum, [1, 1], 0);
        Assert.True(total.Put(0, 3));
        Assert.False(total.Put(0, 3));
        Assert.False(total.Put(1, double.NaN));
        Assert.Equal(3, total.Value);
    }

    // Slow and obvious.
    private static double Naive(AreaFunction function, double[] weights, double[] values, double coverage)
    {
        var there = weights.Zip(values).Where(pair => !double.IsNaN(pair.Second)).ToList();
        if (there.Count == 0 || (decimal)there.Sum(pair => pair.First) < (decimal)coverage * (decimal)weights.Sum())
            return double.NaN;
        return function switch
        {
            AreaFunction.Average => there.Sum(pair => pair.First * pair.Second) / there.Sum(pair => pair.First),
            AreaFunction.Maximum => there.Max(pair => pair.Second),
            AreaFunction.Minimum => there.Min(pair => pair.Second),
            _ => there.Sum(pair => pair.Second),
        };
    }
}
