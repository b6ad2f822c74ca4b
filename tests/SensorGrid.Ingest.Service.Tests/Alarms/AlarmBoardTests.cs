using SensorGrid.Ingest.Service.Alarms;
using SensorGrid.Ingest.Service.Metrics;

namespace SensorGrid.Ingest.Service.Tests.Alarms;

public sealed class AlarmBoardTests : IDisposable
{
    private readonly ServiceMetrics metrics = new();

    public void Dispose() => metrics.Dispose();

    [Fact]
    public void A_closed_alarm_leaves_the_board()
    {
        var board = Board(SomeAlarm.Of("a"));

        board.Publish([SomeAlarm.Of("a", 2, active: false)]);
        Assert.NotNull(board.Find("a"));
        board.Publish([SomeAlarm.Of("a", 3, active: false, acknowledged: true)]);

        Assert.Null(board.Find("a"));
        Assert.Equal(3, board.Position);
    }

    [Fact]
    public void A_stream_that_starts_at_the_lists_position_misses_nothing_and_gets_nothing_twice()
    {
        var board = Board(SomeAlarm.Of("a", 5));
        using var stream = board.TrySubscribe(5, 10, (_, _, _) => throw new InvalidOperationException("nothing to replay"))!;

        board.Publish([SomeAlarm.Of("b", 6), SomeAlarm.Of("a", 7)]);

        Assert.False(stream.MustResync);
        Assert.Empty(stream.Missed);
        Assert.Equal([6, 7], Drain(stream));
    }

    [Fact]
    public void A_stream_that_was_away_gets_what_changed_meanwhile()
    {
        var board = Board(SomeAlarm.Of("a", 9));
        using var stream = board.TrySubscribe(7, 10, (after, upTo, limit) =>
        {
            Assert.Equal((7, 9, 11), (after, upTo, limit));
            return [SomeAlarm.Of("a", 9)];
        })!;

        Assert.False(stream.MustResync);
        Assert.Equal([9L], stream.Missed.Select(missed => missed.Position));
    }

    [Fact]
    public void A_stream_that_is_too_far_behind_or_ahead_must_resync()
    {
        var board = Board(SomeAlarm.Of("a", 100));

        using var behind = board.TrySubscribe(1, 2, (_, _, limit) => [.. Enumerable.Range(2, limit).Select(i => SomeAlarm.Of($"x{i}", i))])!;
        using var ahead = board.TrySubscribe(101, 2, (_, _, _) => [])!;

        Assert.True(behind.MustResync);
        Assert.Empty(behind.Missed);
        Assert.True(ahead.MustResync);
    }

    [Fact]
    public void A_stream_that_does_not_read_is_ended_and_the_others_go_on()
    {
        var board = Board(SomeAlarm.Of("a"), queue: 2);
        using var slow = board.TrySubscribe(null, 10, (_, _, _) => [])!;
        using var quick = board.TrySubscribe(null, 10, (_, _, _) => [])!;

        for (int position = 2; position <= 5; position++)
        {
            board.Publish([SomeAlarm.Of("a", position)]);
            Assert.Equal([position], Drain(quick));
        }

        // What it was given before stays readable, then the stream is over: it resumes after 3.
        Assert.Equal([2, 3], Drain(slow));
        Assert.True(slow.Events.Completion.IsCompleted);
        Assert.Equal(1, board.Streams);
    }

    [Fact]
    public void There_are_only_as_many_streams_as_may_be()
    {
        var board = Board(SomeAlarm.Of("a"), streams: 1);
        var first = board.TrySubscribe(null, 10, (_, _, _) => []);

        Assert.Null(board.TrySubscribe(null, 10, (_, _, _) => []));
        first!.Dispose();
        Assert.NotNull(board.TrySubscribe(null, 10, (_, _, _) => []));
    }

    private AlarmBoard Board(AlarmView alarm, int queue = 16, int streams = 8) => new([alarm], alarm.Position, streams, queue, metrics);

    private static List<long> Drain(AlarmSubscription stream)
    {
        var positions = new List<long>();
        while (stream.Events.TryRead(out var alarm))
            positions.Add(alarm.Position!.Value);
        return positions;
    }
}
