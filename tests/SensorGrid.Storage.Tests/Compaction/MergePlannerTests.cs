using SensorGrid.Storage.Compaction;
using SensorGrid.Storage.Parquet;
using SensorGrid.Storage.Tests.Support;

namespace SensorGrid.Storage.Tests.Compaction;

public sealed class MergePlannerTests
{
    private static readonly StorageOptions Options = new() { MergeSealedFiles = 3, MergePieces = 3, MergeAfter = TimeSpan.FromHours(1), MergedFileRows = 1000 };

    private static readonly long Now = Some.Start.UtcTicks;

    private static readonly TimePartition Today = TimePartition.DayOf(Now);

    private static readonly TimePartition Yesterday = TimePartition.DayOf(Today.StartTicks - 1);

    private long ids;

    [Fact]
    public void Sealed_files_wait_until_they_are_enough_or_old_enough()
    {
        var two = new[] { Sealed(-10), Sealed(-5) };
        Assert.Null(Next(two));
        Assert.Equal(MergeKind.Split, Next([.. two, Sealed(-1)])!.Kind);
        Assert.Equal(MergeKind.Split, Next([Sealed(-60)])!.Kind);
        Assert.Null(Next([Sealed(-59)]));
    }

    [Fact]
    public void A_split_takes_the_oldest_first_and_not_all_at_once()
    {
        var files = Enumerable.Range(0, 60).Select(i => Sealed(-60 + i)).Reverse().ToArray();

        var task = Next(files)!;

        Assert.Equal(files.OrderBy(file => file.FirstSequence).Take(48), task.Inputs);
    }

    [Fact]
    public void Today_is_merged_when_it_has_pieces_of_several_merges_and_not_before()
    {
        var two = new[] { Piece(Today, revision: 1), Piece(Today, revision: 1), Piece(Today, revision: 2) };
        Assert.Null(Next(two));

        var task = Next([.. two, Piece(Today, revision: 3)])!;

        Assert.Equal((MergeKind.Day, Today, 4), (task.Kind, task.Partition, task.Inputs.Count));
    }

    [Fact]
    public void A_past_day_is_merged_when_nothing_came_for_it_for_a_while()
    {
        Assert.Null(Next([Piece(Yesterday, revision: 1, receivedMinutes: -59)]));
        Assert.Equal(Yesterday, Next([Piece(Yesterday, revision: 1, receivedMinutes: -60)])!.Partition);
    }

    [Fact]
    public void Only_merged_files_that_share_a_datastream_are_made_anew_unless_all_fit_in_one()
    {
        var piece = Piece(Yesterday, 9, -60, low: 10, high: 20);
        SealedFile before = Merged(Yesterday, 0, 9, rows: 900), touched = Merged(Yesterday, 10, 15, rows: 900), after = Merged(Yesterday, 21, 30, rows: 900);

        Assert.Equal([piece, touched], Next([before, piece, touched, after])!.Inputs);
        SealedFile small = Merged(Yesterday, 0, 9, rows: 5), other = Merged(Yesterday, 21, 30, rows: 5);
        Assert.Equal([piece, small, other], Next([small, piece, other])!.Inputs);
    }

    [Fact]
    public void A_file_that_cannot_be_read_waits_and_so_does_the_day_it_is_merged_into()
    {
        SealedFile piece = Piece(Yesterday, 9, -60), broken = Piece(Yesterday, 8, -60), merged = Merged(Yesterday, 0, 5, rows: 900);

        Assert.Equal([piece, merged], Next([broken, piece, merged], unreadable: broken)!.Inputs);
        Assert.Null(Next([piece, merged], unreadable: merged));
        var elsewhere = Piece(TimePartition.DayOf(Yesterday.StartTicks - 1), 9, -60);
        Assert.Equal([elsewhere], Next([piece, merged, elsewhere], unreadable: merged)!.Inputs);
    }

    [Fact]
    public void Hours_are_merged_by_month()
    {
        var may = TimePartition.MonthOf(new DateTime(2024, 5, 20).Ticks);
        var pieces = new[] { 1, 17 }.Select(day => Piece(TimePartition.DayOf(new DateTime(2024, 5, day).Ticks), day, -600) with { Kind = FileKind.Hours }).ToArray();

        var task = Next(pieces)!;

        Assert.Equal((MergeKind.Month, may), (task.Kind, task.Partition));
        Assert.Equal(pieces, task.Inputs);
    }

    private static MergeTask? Next(SealedFile[] files, SealedFile? unreadable = null) =>
        MergePlanner.Next(files, file => file != unreadable, Options, Now);

    private SealedFile Sealed(int receivedMinutes) => New(receivedMinutes, 0, 5, 10);

    private SealedFile Piece(TimePartition day, long revision, int receivedMinutes = -5, int low = 0, int high = 5) =>
        New(receivedMinutes, low, high, 10) with { Level = FileLevel.Piece, Partition = day, Revision = revision };

    private SealedFile Merged(TimePartition day, int low, int high, long rows) =>
        New(-600, low, high, rows) with { Level = FileLevel.Merged, Partition = day };

    private SealedFile New(int receivedMinutes, int low, int high, long rows)
    {
        long received = Now + receivedMinutes * TimeSpan.TicksPerMinute;
        ids++;
        return new(ids, $"{ids}.parquet", rows, received, received, received, received, low, high, 1000 + receivedMinutes, 1000 + receivedMinutes, 100, "");
    }
}
