using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SensorGrid.Ingest.Service.Hosting;
using SensorGrid.Ingest.Service.Tests.Rig;
using SensorGrid.ReadingLog;

namespace SensorGrid.Ingest.Service.Tests.Hosting;

public class RunningServiceTests
{
    private readonly FakeTimeProvider time = new();
    private readonly ServiceHealth health = new();
    private readonly List<string> ended = [];

    [Theory]
    [InlineData(true, ExitCode.StorageFailed)]
    [InlineData(false, ExitCode.StageFailed)]
    public async Task A_failed_stage_is_shown_for_a_moment_and_then_ends_the_process(bool storage, int exitCode)
    {
        var service = Service();
        health.SetStarted();
        Exception reason = storage ? new ReadingLogException(ReadingLogFault.StorageFailed, "the disk is gone") : new InvalidOperationException("a mistake");

        service.Followers.Run("The reading log", _ => throw reason);
        var running = service.RunAsync();
        await WaitUntilAsync(() => health.NotReady is not null);

        Assert.Contains(reason.Message, health.NotReady, StringComparison.Ordinal);
        Assert.False(running.IsCompleted, "A probe must have time to read the reason.");
        await WaitUntilAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return running.IsCompleted;
        });
        Assert.Equal(exitCode, await running);
        Assert.Equal(["second", "first"], ended);
    }

    [Fact]
    public async Task Asked_to_stop_it_ends_everything_in_reverse_order()
    {
        using var asked = new CancellationTokenSource();
        var service = Service();
        service.StopAsked = asked.Token;
        bool stopped = false;
        service.Producers.Run("A stage", async token =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, time, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stopped = true;
        });
        var running = service.RunAsync();

        await asked.CancelAsync();

        Assert.Equal(ExitCode.Stopped, await running);
        Assert.True(stopped);
        Assert.Equal(["second", "first"], ended);
        Assert.Null(health.Failure);
    }

    [Fact]
    public async Task What_fails_after_the_first_failure_does_not_hide_it()
    {
        var service = Service();
        service.OnEnd("third", () => throw new IOException("and this too"));

        service.Producers.Run("A stage", _ => throw new ReadingLogException(ReadingLogFault.StorageFailed, "first"));

        Assert.Equal(ExitCode.StorageFailed, await RunToEndAsync(service));
        Assert.Equal(["second", "first"], ended);
    }

    [Fact]
    public async Task A_stage_that_fails_before_the_service_is_ready_ends_it_like_one_that_fails_later()
    {
        var service = Service();
        service.Starting = async stop =>
        {
            service.Followers.Run("The store follower", _ => throw new ReadingLogException(ReadingLogFault.StorageFailed, "the disk is gone"));
            await Task.Delay(Timeout.InfiniteTimeSpan, time, stop);
        };

        Assert.False(await service.StartAsync());

        Assert.Contains("the disk is gone", health.NotReady, StringComparison.Ordinal);
        Assert.Equal(ExitCode.StorageFailed, await RunToEndAsync(service));
        Assert.Equal(["second", "first"], ended);
    }

    [Fact]
    public async Task Storage_that_fails_at_work_during_the_start_ends_it_with_the_code_of_failed_storage()
    {
        var service = Service();
        service.Starting = _ =>
        {
            health.Start.Enter(StartStage.Activating);
            throw new ReadingLogException(ReadingLogFault.StorageFailed, "the disk is gone");
        };

        Assert.False(await service.StartAsync());

        Assert.Equal(ExitCode.StorageFailed, await RunToEndAsync(service));
    }

    [Fact]
    public async Task Storage_that_cannot_be_opened_is_a_start_that_a_person_must_look_at()
    {
        var service = Service();
        service.Starting = _ => throw new ReadingLogException(ReadingLogFault.StorageFailed, "the folder is not ours");

        var told = await Assert.ThrowsAsync<StartException>(service.StartAsync);

        Assert.Equal((ExitCode.CannotStart, "the folder is not ours"), (told.ExitCode, Assert.Single(told.Reasons)));
        Assert.Equal(["second", "first"], ended);
    }

    private async Task<int> RunToEndAsync(RunningService service)
    {
        var running = service.RunAsync();
        await WaitUntilAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return running.IsCompleted;
        });
        return await running;
    }

    private RunningService Service()
    {
        var service = new RunningService(health, TimeSpan.FromSeconds(1), time, NullLogger.Instance);
        service.OnEnd("first", () => ended.Add("first"));
        service.OnEnd("second", () => ended.Add("second"));
        return service;
    }

    private static async Task WaitUntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(Wait.Patience);
        while (!condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
