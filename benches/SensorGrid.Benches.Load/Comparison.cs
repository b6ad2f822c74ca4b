using System.Net.Sockets;

namespace SensorGrid.Benches.Load;

/// <summary>The service and its peers, one after the other, with the same plan.</summary>
/// <param name="plan">What is sent.</param>
/// <param name="say">Takes lines for a reader.</param>
internal sealed class Comparison(LoadPlan plan, Action<string> say)
{
    private readonly List<string> rows = [];

    /// <summary>Rows of a Markdown table under <see cref="LoadResult.TableHead"/>.</summary>
    public IReadOnlyList<string> Rows => rows;

    /// <summary>A target did not run; the others did.</summary>
    public bool Failed { get; private set; }

    public async Task RunAsync(IReadOnlyCollection<string> peers, bool withService, CancellationToken cancellation)
    {
        if (withService)
            await RunOneAsync("sensorgrid", ServiceAsync);
        foreach (string name in peers.Intersect(PeerProcesses.EndpointsAlone))
            await RunOneAsync(name, end => EndpointAsync(name, end));
        var storing = peers.Intersect(PeerProcesses.Storing).ToList();
        if (withService && storing.Count > 0)
            await RunOneAsync("sensorgrid", end => SustainedRate.MeasureAsync(plan, async stop => await ServiceUnderLoad.StartAsync(plan, stop), say, end));
        foreach (string name in storing)
            await RunOneAsync(name, end => SustainedRate.MeasureAsync(plan, async stop => await PeerProcesses.StartAsync(name, plan, stop), say, end));

        async Task RunOneAsync(string name, Func<CancellationToken, Task<LoadResult>> run)
        {
            try
            {
                var result = await run(cancellation);
                say(result.ToString());
                rows.Add(result.Row(plan));
            }
            catch (Exception failure) when (!cancellation.IsCancellationRequested && failure is InvalidOperationException or TimeoutException or IOException or SocketException or HttpRequestException)
            {
                // One that does not run takes nothing from the others, and the run ends with an error.
                say($"{name}: did not run: {failure.Message}");
                rows.Add(LoadResult.RowWithout(plan, name, failure.Message));
                Failed = true;
            }
        }
    }

    private async Task<LoadResult> ServiceAsync(CancellationToken cancellation)
    {
        await using var service = await ServiceUnderLoad.StartAsync(plan, cancellation);
        await using var alarms = SseAlarms.Open(service.Http);
        return await LoadRun.ByAcknowledgementsAsync(plan, service, "sensorgrid (PUBACK: on disk; alarm on SSE)", alarms, cancellation);
    }

    private async Task<LoadResult> EndpointAsync(string name, CancellationToken cancellation)
    {
        await using var broker = await PeerProcesses.StartAsync(name, plan, cancellation);
        return await LoadRun.ByAcknowledgementsAsync(plan, broker, $"{name} alone (nothing on disk, nothing decoded, no rules)", null, cancellation);
    }
}
