using CsCheck;
using SensorGrid.Rules.Windows;

namespace SensorGrid.Rules.Tests.Windows;

public sealed class OrderTreeTests
{
    [Fact]
    public void Every_place_holds_what_a_sorted_list_holds_there() =>
        Gen.Select(Gen.Bool, Gen.Int[-6, 6]).Array[0, 120].Sample(doings =>
        {
            var tree = new OrderTree(capacity: 120);
            var list = new List<double>();
            foreach (var (adds, number) in doings)
            {
                double value = number / 2.0;
                if (adds)
                {
                    tree.Add(value);
                    list.Add(value);
                }
                else if (list.Remove(value))
                {
                    tree.Remove(value);
                }
                list.Sort();
                Assert.Equal(list, Enumerable.Range(0, tree.Count).Select(place => tree[place]));
            }
        });

    [Theory]
    [InlineData("rising")]
    [InlineData("falling")]
    [InlineData("inwards")]
    [InlineData("equal")]
    public void Full_of_values_in_any_order_it_stays_as_deep_as_the_logarithm_of_their_number(string order)
    {
        const int Count = 8192;
        var tree = new OrderTree(Count);
        double[] values = [.. Enumerable.Range(0, Count).Select(i => order switch
        {
            "rising" => i,
            "falling" => -i,
            "inwards" => i % 2 == 0 ? i : -i,
            _ => 1.0,
        })];
        foreach (double value in values)
            tree.Add(value);
        // The oldest leaves, a new one comes: what a window does, twice over.
        for (int turn = 0; turn < 2 * Count; turn++)
        {
            tree.Remove(values[turn % Count]);
            tree.Add(values[turn % Count]);
        }
        Assert.Equal(Count, tree.Count);
        // Neither half is more than three times the other: at most log(8193) / log(4/3) + 1.
        Assert.InRange(tree.Depth, 13, 33);
    }

    [Fact]
    public void Zero_and_minus_zero_are_one_value()
    {
        var tree = new OrderTree(4);
        tree.Add(-0.0);
        tree.Add(0.0);
        Assert.Equal(0, BitConverter.DoubleToInt64Bits(tree[0]));
        Assert.Equal(0, BitConverter.DoubleToInt64Bits(tree[1]));
    }
}
