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

    // Half a step of a double above 1 is 2^-53. Whether it is rounded up hangs on the last bit and on all that lies below the half, however far. Wherever the
    // digits of the sum begin: each is tried at many sizes.
    [Theory]
    [InlineData(new int[0], 0)]
    [InlineData(new[] { -53 }, 0)]
    [InlineData(new[] { -52, -53 }, 2)]
    [InlineData(new[] { -53, -54 }, 1)]
    [InlineData(new[] { -53, -60 }, 1)]
    [InlineData(new[] { -53, -70 }, 1)]
    [InlineData(new[] { -53, -85 }, 1)]
    [InlineData(new[] { -53, -86 }, 1)]
    [InlineData(new[] { -53, -117 }, 1)]
    [InlineData(new[] { -53, -300 }, 1)]
    [InlineData(new[] { -54 }, 0)]
    [InlineData(new[] { -54, -55, -56, -300 }, 0)]
    [InlineData(new[] { -52, -54, -300 }, 1)]
    [InlineData(new[] { -52, -53, -300 }, 2)]
    public void A_half_is_rounded_by_the_last_bit_and_by_all_that_lies_below(int[] powers, int steps)
    {
        for (int size = -600; size <= 900; size++)
        {
            var sum = new ExactSum();
            var negative = new ExactSum();
            foreach (int power in powers.Prepend(0))
            {
                sum.Add(Math.ScaleB(1, size + power));
                negative.Add(Math.ScaleB(-1, size + power));
            }
            Assert.Equal(Math.ScaleB(1 + (steps * Math.ScaleB(1, -52)), size), sum.Value);
            Assert.Equal(-sum.Value, negative.Value);
        }
    }

    [Fact]
    public void Whatever_was_added_before_it_was_cleared_leaves_no_trace()
    {
        var sum = new ExactSum();
        sum.Clear();
        Assert.Equal(0, sum.Value);
        sum.Add(5);
        sum.Add(-1e300);
        sum.Clear();
        Assert.Equal(0, sum.Value);
        sum.Add(0.1);
        Assert.Equal(0.1, sum.Value);
    }

    [Fact]
    public void The_smallest_sums_are_exact_too()
    {
        // 52 and 53 bits: the last without and the first with a hidden one.
        foreach (int bits in new[] { 1, 31, 32, 33, 51, 52, 53, 54 })
        {
            double half = Math.ScaleB(1, bits - 1 - 1074);
            var sum = new ExactSum();
            sum.Add(half);
            sum.Add(half - double.Epsilon);
            Assert.Equal((2 * half) - double.Epsilon, sum.Value);
            sum.Add(double.Epsilon);
            Assert.Equal(2 * half, sum.Value);
            sum.Remove(4 * half);
            Assert.Equal(-2 * half, sum.Value);
        }
    }

    [Fact]
    public void What_is_left_of_the_rounded_sum_is_told_with_it()
    {
        var sum = new ExactSum();
        foreach (double value in new[] { 1e16, 1, 1e-20 })
            sum.Add(value);
        // 1e16 has steps of 2, and 1 is half of one: with something above the half it is rounded up.
        Assert.Equal((1e16 + 2, -1.0), sum.ValueAndRemainder());
        sum.Remove(1e16);
        Assert.Equal((1.0, 1e-20), sum.ValueAndRemainder());
        sum.Add(double.MaxValue);
        sum.Add(double.MaxValue);
        Assert.Equal((double.PositiveInfinity, 0.0), sum.ValueAndRemainder());
    }

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
