using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SensorGrid.Ingest.Appending;
using SensorGrid.Readings.Time;
using SensorGrid.Testing;

namespace SensorGrid.Ingest.Tests.Appending;

/// <summary>The machine's clock is set while the log's goes on.</summary>
public sealed class ClockWatchTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 7, 1, 8, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider monotonic = new(Start);
    private readonly SettableClock machine;
    private readonly SteadyTimeProvider steady;
    private readonly IngestMetrics metrics = new();
    private readonly List<(DateTimeOffset At, TimeSpan Ahead)> told = [];
    private readonly ClockWatch watch;

    public ClockWatchTests()
    {
        machine = new(monotonic);
        steady = new(machine);
        watch = Watch(steady, speed: 1);
    }

    [Fact]
    public async Task A_right_clock_is_not_spoken_of()
    {
        await PassAsync(100);
        Assert.Empty(told);
        Assert.Null(watch.Problem);
        Assert.Equal(machine.GetUtcNow(), steady.GetUtcNow());
    }

    [Fact]
    public async Task A_clock_that_is_a_little_off_is_followed_and_not_spoken_of()
    {
        machine.Set(TimeSpan.FromSeconds(0.9));
        await PassAsync(200);
        Assert.Empty(told);
        Assert.True(steady.Deviation.Duration() < TimeSpan.FromMilliseconds(7));
    }

    [Fact]
    public async Task A_step_forward_enters_the_log_before_the_log_s_time_follows()
    {
        var atAppend = DateTimeOffset.MinValue;
        var checking = new ClockWatch(steady, steady, 1, (at, ahead) =>
        {
            atAppend = steady.GetUtcNow();
            told.Add((at, ahead));
            return ValueTask.CompletedTask;
        }, metrics, NullLogger.Instance);
        machine.Set(TimeSpan.FromHours(1));
        Assert.Equal(Start, steady.GetUtcNow());
        await checking.CheckAsync();
        Assert.Equal([(Start.AddHours(1), TimeSpan.FromHours(1))], told);
        Assert.Equal(Start, atAppend);
        Assert.Equal(Start.AddHours(1), steady.GetUtcNow());
        Assert.Contains("01:00:00", checking.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_step_back_lets_the_log_s_time_go_on_and_tells_how_far_it_is_ahead()
    {
        machine.Set(TimeSpan.FromHours(-1));
        await PassAsync(1000);
        // 5 ms a second nearer: 5 s in 1000 s, too little to be told again.
        Assert.Equal([(Start, TimeSpan.FromHours(1))], told);
        Assert.Equal(Start.AddSeconds(995), steady.GetUtcNow());
        await PassAsync(5100);
        Assert.Equal(2, told.Count);
        Assert.Equal(TimeSpan.FromSeconds(3570), told[1].Ahead);
    }

    [Fact]
    public async Task A_clock_that_comes_back_is_right_again()
    {
        machine.Set(TimeSpan.FromHours(-1));
        await PassAsync(10);
        machine.Set(TimeSpan.FromHours(1));
        await PassAsync(60);
        Assert.Equal([TimeSpan.FromHours(1), TimeSpan.Zero], told.Select(t => t.Ahead));
        Assert.Null(watch.Problem);
    }

    [Fact]
    public async Task There_and_back_again_leaves_the_log_ahead_of_both_until_the_clock_has_caught_up()
    {
        machine.Set(TimeSpan.FromDays(1));
        await PassAsync(10);
        machine.Set(TimeSpan.FromDays(-1));
        await PassAsync(10);
        Assert.Equal([TimeSpan.FromDays(1)], told.Select(t => t.Ahead));
        Assert.Equal(Start.AddDays(1).AddMilliseconds(19_950), steady.GetUtcNow());
    }

    [Fact]
    public async Task A_step_that_can_only_be_a_machine_that_learns_the_time_is_believed()
    {
        machine.Set(TimeSpan.FromDays(7300));
        await PassAsync(2);
        Assert.Equal([(Start.AddDays(7300), TimeSpan.Zero)], told);
        Assert.Null(watch.Problem);
    }

    [Fact]
    public async Task A_log_that_ends_in_the_future_goes_on_there()
    {
        watch.BeginAfter(Start.AddMinutes(30).UtcTicks);
        await watch.CheckAsync();
        Assert.Equal([(Start.AddMinutes(30), TimeSpan.FromMinutes(30))], told);
        Assert.Equal(Start.AddMinutes(30), steady.GetUtcNow());
        watch.BeginAfter(Start.UtcTicks);
        Assert.Equal(Start.AddMinutes(30), steady.GetUtcNow());
    }

    [Fact]
    public async Task A_simulated_clock_steps_by_as_much_more_as_it_is_faster()
    {
        var simulated = new ScaledTimeProvider(steady, Start, Start, speed: 60);
        var scaled = new ClockWatch(steady, simulated, 60, TellAsync, metrics, NullLogger.Instance);
        machine.Set(TimeSpan.FromMinutes(1));
        await scaled.CheckAsync();
        Assert.Equal([(Start.AddHours(1), TimeSpan.FromHours(1))], told);
        Assert.Equal(Start.AddHours(1), simulated.GetUtcNow());
    }

    public void Dispose() => metrics.Dispose();

    private ClockWatch Watch(TimeProvider time, double speed) => new(steady, time, speed, TellAsync, metrics, NullLogger.Instance);

    private ValueTask TellAsync(DateTimeOffset at, TimeSpan ahead)
    {
        told.Add((at, ahead));
        return ValueTask.CompletedTask;
    }

    private async Task PassAsync(int seconds)
    {
        for (int second = 0; second < seconds; second++)
        {
            await watch.CheckAsync();
            monotonic.Advance(TimeSpan.FromSeconds(1));
        }
    }
}
