namespace SensorGrid.Ingest.Service.Hosting;

/// <summary>Stages that run beside each other and stop together. A stage that ends by itself with an error ends the service.</summary>
internal sealed class StageGroup : IDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly List<Task> stages = [];
    private readonly Action<string, Exception> failed;

    /// <param name="failed">Told the stage and the reason, once for each stage that fails.</param>
    public StageGroup(Action<string, Exception> failed) => this.failed = failed;

    public void Run(string name, Func<CancellationToken, Task> stage) => stages.Add(WatchAsync(name, stage));

    public async Task StopAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(stages);
    }

    public void Dispose() => stop.Dispose();

    private async Task WatchAsync(string name, Func<CancellationToken, Task> stage)
    {
        // Away from the caller: a stage may work long before its first wait.
        await Task.Yield();
        try
        {
            await stage(stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // As told.
        }
        catch (Exception e)
        {
            failed(name, e);
        }
    }
}
