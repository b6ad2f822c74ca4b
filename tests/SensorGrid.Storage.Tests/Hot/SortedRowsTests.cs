using CsCheck;
using SensorGrid.Readings;
using SensorGrid.Storage.Hot;

namespace SensorGrid.Storage.Tests.Hot;

/// <summary>The order of a sealed file against the same thing said in LINQ.</summary>
public sealed class SortedRowsTests
{
    private readonly record struct Row(int Datastream, long Observed, long Received);

    // Few datastreams and times, so that doubles and disorder are frequent; a gap in the datastreams.
    private static readonly Gen<Row> Rows =
        from datastream in Gen.OneOf(Gen.Int[0, 3], Gen.Const(90))
        from observed in Gen.Long[1, 30]
        from received in Gen.Long[1, 30]
        select new Row(datastream, observed, received * TimeSpan.TicksPerMicrosecond);

    [Fact]
    public void Rows_are_sorted_the_last_of_each_instant_stays_and_the_newest_is_found_among_all() =>
        Rows.Array[1, 200].Sample(rows => Check(rows), iter: 500);

    [Fact]
    public void More_rows_than_a_chunk_holds_are_sorted_across_chunks()
    {
        var random = new Random(20261125);
        Check(Enumerable.Range(0, 3 * HotChunk.Capacity + 5).Select(_ => new Row(random.Next(7), random.Next(1, 20_000), random.Next(1, 20_000) * TimeSpan.TicksPerMicrosecond)).ToArray());
    }

    [Fact]
    public void Exactly_one_full_chunk_is_sorted() =>
        Check([.. Enumerable.Range(0, HotChunk.Capacity).Select(i => new Row(i % 3, HotChunk.Capacity - i, 10))]);

    [Fact]
    public void Sorting_can_be_given_up()
    {
        var generation = Fill([new(1, 2, 10)]);

        Assert.Throws<OperationCanceledException>(() => SortedRows.Of(generation, new CancellationToken(canceled: true)));
    }

    private static void Check(Row[] rows)
    {
        var sorted = SortedRows.Of(Fill(rows), CancellationToken.None);

        var expected = rows.Select((row, place) => (row, place)).GroupBy(entry => (entry.row.Datastream, entry.row.Observed))
            .Select(instant => instant.MaxBy(entry => entry.place)).OrderBy(entry => entry.row.Datastream).ThenBy(entry => entry.row.Observed).Select(entry => entry.place);
        Assert.Equal(expected, sorted.Places.ToArray());
        Assert.Equal((rows.Min(row => row.Datastream), rows.Max(row => row.Datastream)), sorted.Datastreams);
        Assert.Equal((rows.Min(row => row.Observed), rows.Max(row => row.Observed)), sorted.Observed);
        Assert.Equal((rows.Min(row => row.Received), rows.Max(row => row.Received)), sorted.Received);
        // The log record is the place plus one.
        var newest = rows.Select((row, place) => (row, place)).GroupBy(entry => entry.row.Datastream).OrderBy(group => group.Key)
            .Select(group => group.MaxBy(entry => (Math.Min(entry.row.Observed, entry.row.Received), entry.row.Observed, entry.place)).place + 1L);
        Assert.Equal(newest, sorted.Newest.Select(reading => reading.Sequence));
    }

    private static HotGeneration Fill(Row[] rows)
    {
        var generation = new HotGeneration(1, afterSequence: 0, new(atMost: 0));
        var texts = new ReadingBatch();
        for (int i = 0; i < rows.Length; i++)
            generation.Add(i + 1, rows[i].Received, [new(new(rows[i].Datastream), rows[i].Observed, i)], texts);
        return generation;
    }
}
