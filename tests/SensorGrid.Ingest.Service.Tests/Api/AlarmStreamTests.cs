using System.Net.ServerSentEvents;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using SensorGrid.Ingest.Service.Alarms;
using SensorGrid.Ingest.Service.Api;
using SensorGrid.Ingest.Service.Metrics;
using SensorGrid.Ingest.Service.Tests.Alarms;

namespace SensorGrid.Ingest.Service.Tests.Api;

public sealed class AlarmStreamTests : IDisposable
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(5);
    private readonly ServiceMetrics metrics = new();
    private readonly FakeTimeProvider time = new(SomeAlarm.Noon);
    private readonly CancellationTokenSource ended = new();

    public void Dispose()
    {
        ended.Dispose();
        metrics.Dispose();
    }

    [Fact]
    public async Task Begins_with_what_was_missed_and_a_heartbeat_then_goes_on_live()
    {
        var board = new AlarmBoard([SomeAlarm.Of("a", 4)], 4, 8, 16, metrics);
        await using var stream = Open(board, after: 3, missed: [SomeAlarm.Of("a", 4)]);

        Assert.Equal(("alarm", "4"), TypeAndId(await NextAsync(stream)));
        var beat = await NextAsync(stream);
        Assert.Equal(("heartbeat", null), TypeAndId(beat));
        Assert.Equal("""{"now":"2026-01-31T12:00:00.000Z","position":4,"warnings":7}""", Encoding.UTF8.GetString(beat.Data));
        board.Publish([SomeAlarm.Of("b", 5)]);
        Assert.Equal(("alarm", "5"), TypeAndId(await NextAsync(stream)));
    }

    [Fact]
    public async Task What_is_no_alarm_comes_without_a_position_to_resume_from()
    {
        var board = new AlarmBoard([], 4, 8, 16, metrics);
        await using var stream = Open(board, after: null);
        await NextAsync(stream);

        board.Tell("warnings", new { revision = 9 });

        var told = await NextAsync(stream);
        Assert.Equal(("warnings", null), TypeAndId(told));
        Assert.Equal("""{"revision":9}""", Encoding.UTF8.GetString(told.Data));
        time.Advance(Heartbeat);
        Assert.Contains("\"position\":4", Encoding.UTF8.GetString((await NextAsync(stream)).Data), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silence_is_filled_with_heartbeats()
    {
        var board = new AlarmBoard([], 0, 8, 16, metrics);
        await using var stream = Open(board, after: null);
        await NextAsync(stream);

        var next = NextAsync(stream);
        Assert.False(next.IsCompleted);
        time.Advance(Heartbeat);

        Assert.Equal("heartbeat", (await next).EventType);
    }

    [Fact]
    public async Task A_client_too_far_behind_is_told_to_resync()
    {
        var board = new AlarmBoard([], 7, 8, 16, metrics);
        await using var stream = Open(board, after: 9);

        Assert.Equal(("resync", "7"), TypeAndId(await NextAsync(stream)));
    }

    [Fact]
    public async Task The_stream_ends_when_the_service_stops()
    {
        var board = new AlarmBoard([], 0, 8, 16, metrics);
        await using var stream = Open(board, after: null);
        await NextAsync(stream);

        board.EndStreams();

        Assert.False(await stream.MoveNextAsync());
        Assert.Equal(0, board.Streams);
    }

    private IAsyncEnumerator<SseItem<byte[]>> Open(AlarmBoard board, long? after, params AlarmView[] missed) =>
        AlarmStream.RunAsync(board.TrySubscribe(after, 100, (_, _, _) => missed)!, () => 7, Heartbeat, time, ended.Token).GetAsyncEnumerator();

    private static async Task<SseItem<byte[]>> NextAsync(IAsyncEnumerator<SseItem<byte[]>> stream)
    {
        Assert.True(await stream.MoveNextAsync());
        return stream.Current;
    }

    private static (string, string?) TypeAndId(SseItem<byte[]> item) => (item.EventType, item.EventId);
}
