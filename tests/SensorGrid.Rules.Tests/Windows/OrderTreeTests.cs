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

    // Neither half is more than three times the other, so each level holds three quarters of the one above it at most, and a lowest node weighs two.
    [Fact]
    public void It_is_as_deep_as_its_balance_allows_at_every_size_while_it_grows_and_shrinks()
    {
        var random = new Random(20261127);
        foreach (string order in new[] { "rising", "falling", "any" })
        {
            var tree = new OrderTree(600);
            var held = new List<double>();
            for (int turn = 0; turn < 4000; turn++)
            {
                bool grows = turn / 500 % 2 == 0 ? held.Count < 600 && random.Next(4) > 0 : held.Count == 0 || (held.Count < 600 && random.Next(4) == 0);
                if (grows)
                {
                    held.Add(order switch { "rising" => turn, "falling" => -turn, _ => random.Next(400) });
                    tree.Add(held[^1]);
                }
                else
                {
                    int which = order == "any" ? random.Next(held.Count) : 0;
                    tree.Remove(held[which]);
                    held.RemoveAt(which);
                }
                Assert.Equal(held.Count, tree.Count);
                Assert.InRange(tree.Depth, 0, held.Count == 0 ? 0 : 1 + (Math.Log((held.Count + 1) / 2.0) / Math.Log(4 / 3.0)) + 1e-9);
            }
        }
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
