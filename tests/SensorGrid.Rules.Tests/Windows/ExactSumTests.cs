using System.Numerics;
using CsCheck;
using SensorGrid.Rules.Windows;

namespace SensorGrid.Rules.Tests.Windows;

public sealed class ExactSumTests
{
    private static readonly Gen<double> AnyFinite = Gen.Long.Select(BitConverter.Int64BitsToDouble).Where(double.IsFinite);
    private static readonly Gen<double> Usual = Gen.Int[-1_000_000, 1_000_000].Select(number => number / 1000.0);

    [Fact]
    public void Sums_that_doubles_get_wrong_are_right()
    {
        var sum = new ExactSum();
        foreach (double value in new[] { 1e100, 1.0, -1e100, 1e-300 })
            sum.Add(value);
        Assert.Equal(1.0, sum.Value);
        sum.Remove(1.0);
        Assert.Equal(1e-300, sum.Value);
    }

    [Fact]
    public void Ten_tenths_are_one()
    {
        var sum = new ExactSum();
        for (int i = 0; i < 10; i++)
            sum.Add(0.1);
        Assert.Equal(1.0, sum.Value);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(double.Epsilon)]
    [InlineData(-double.Epsilon)]
    [InlineData(double.MaxValue)]
    [InlineData(double.MinValue)]
    [InlineData(2.2250738585072014E-308)]
    [InlineData(2.2250738585072009E-308)]
    public void One_value_is_its_own_sum(double value)
    {
        var sum = new ExactSum();
        sum.Add(value);
        Assert.Equal(value, sum.Value);
        sum.Remove(value);
        Assert.Equal(0.0, sum.Value);
    }

    [Fact]
    public void A_sum_beyond_the_largest_double_is_infinite()
    {
        var sum = new ExactSum();
        sum.Add(double.MaxValue);
        sum.Add(double.MaxValue);
        Assert.Equal(double.PositiveInfinity, sum.Value);
        sum.Remove(double.MaxValue);
        Assert.Equal(double.MaxValue, sum.Value);
    }

    [Fact]
    public void Sum_is_the_nearest_double_to_the_true_sum() =>
        Gen.OneOf(AnyFinite, Usual).Array[0, 40].Sample(values =>
        {
            var sum = new ExactSum();
            BigInteger exact = 0;
            foreach (double value in values)
            {
                sum.Add(value);
                exact += Scaled(value);
            }
            AssertNearest(exact, sum.Value);
        });

    [Fact]
    public void What_was_taken_out_leaves_no_trace() =>
        Gen.Select(Gen.OneOf(AnyFinite, Usual).Array[0, 20], Gen.OneOf(AnyFinite, Usual).Array[0, 20]).Sample((kept, removed) =>
        {
            var withHistory = new ExactSum();
            var without = new ExactSum();
            foreach (double value in removed)
                withHistory.Add(value);
            foreach (double value in kept)
            {
                withHistory.Add(value);
                without.Add(value);
            }
            foreach (double value in removed)
                withHistory.Remove(value);
            Assert.Equal(without.Value, withHistory.Value);
        });

    // In units of the smallest double, 2^-1074.
    private static BigInteger Scaled(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(Math.Abs(value));
        int field = (int)(bits >> 52);
        var magnitude = field == 0 ? bits : new BigInteger((bits & 0xF_FFFF_FFFF_FFFF) | (1L << 52)) << (field - 1);
        return value < 0 ? -magnitude : magnitude;
    }

    private static void AssertNearest(BigInteger exact, double candidate)
    {
        if (double.IsInfinity(candidate))
        {
            // Half a unit beyond the largest double is where rounding to it ends.
            Assert.True(BigInteger.Abs(exact) >= Scaled(double.MaxValue) + (BigInteger.One << (2045 - 1)));
            return;
        }
        var distance = BigInteger.Abs(exact - Scaled(candidate));
        foreach (double neighbour in new[] { Math.BitIncrement(candidate), Math.BitDecrement(candidate) }.Where(double.IsFinite))
        {
            var other = BigInteger.Abs(exact - Scaled(neighbour));
            Assert.True(distance < other || (distance == other && (BitConverter.DoubleToInt64Bits(candidate) & 1) == 0));
        }
    }
}
