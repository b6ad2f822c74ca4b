using SensorGrid.Ingest.Service.Hosting;

namespace SensorGrid.Ingest.Service.Tests.Rig;

/// <summary>Holds a start before one of its stages, until it is let go on.</summary>
internal sealed class HeldStart(StartStage before)
{
    private readonly TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the start stands there.</summary>
    public Task Reached => reached.Task.WaitAsync(Wait.Patience);

    public void Release() => released.TrySetResult();

    /// <summary>Opens the service, and begins the rest of its start.</summary>
    public async Task<(RunningService Service, Task<bool> Starting)> BeginAsync(ServiceFolder folder, CancellationToken stopAsked = default)
    {
        var settings = ServiceSettings.Read(new CommandLine(folder.Arguments("--Logging:LogLevel:Default", "Error")), folder.Path);
        var service = await Program.OpenAsync(settings with { Before = HoldAsync });
        if (stopAsked.CanBeCanceled)
            service.StopAsked = stopAsked;
        return (service, service.StartAsync());
    }

    private Task HoldAsync(StartStage stage, CancellationToken stop)
    {
        if (stage != before)
            return Task.CompletedTask;
        reached.TrySetResult();
        return released.Task.WaitAsync(stop);
    }
}
