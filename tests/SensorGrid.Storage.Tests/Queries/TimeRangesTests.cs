using CsCheck;
using SensorGrid.Storage.Queries;

namespace SensorGrid.Storage.Tests.Queries;

public sealed class TimeRangesTests
{
    private static readonly Gen<(bool Add, int From, int To)> Changes =
        from add in Gen.Frequency((3, Gen.Const(true)), (1, Gen.Const(false)))
        from start in Gen.Int[0, 40]
        from length in Gen.Int[0, 12]
        select (add, start, start + length);

    [Fact]
    public void Adding_and_removing_is_that_of_a_set_of_instants() => Changes.Array[0, 20].Sample(changes =>
    {
        var ranges = new TimeRanges();
        var instants = new HashSet<int>();
        foreach (var (add, from, to) in changes)
        {
            if (add)
            {
                ranges.Add(from, to);
                instants.UnionWith(Enumerable.Range(from, to - from));
            }
            else
            {
                ranges.Remove(from, to);
                instants.ExceptWith(Enumerable.Range(from, to - from));
            }
        }

        Assert.All(Enumerable.Range(0, 60), instant => Assert.Equal(instants.Contains(instant), ranges.Contains(instant)));
        Assert.All(Enumerable.Range(0, 50), first => Assert.Equal(instants.Overlaps(Enumerable.Range(first, 5)), ranges.Overlaps(first, first + 4)));
        // Apart from each other: as many stretches as instants that have no neighbour before them.
        if (changes.All(change => change.Add))
            Assert.Equal(instants.Count(instant => !instants.Contains(instant - 1)), ranges.Count);
    });

    [Fact]
    public void Coalescing_closes_the_smallest_gaps()
    {
        var ranges = new TimeRanges();
        foreach (int from in new[] { 0, 10, 13, 30 })
            ranges.Add(from, from + 2);

        ranges.Coalesce(2);

        Assert.Equal("(t >= 0 AND t < 15) OR (t >= 30 AND t < 32)", ranges.ToSql("t"));
    }
}
