using System.Diagnostics;

namespace SensorGrid.Benches.Load;

/// <summary>The service as a process of its own, with the run's catalogue and rules, on free ports.</summary>
internal sealed class ServiceUnderLoad : ILoadTarget
{
    private readonly Process process;
    private readonly Task rest;
    private readonly HttpClient api;

    private ServiceUnderLoad(Process process, Uri http, int mqttPort, Task rest)
    {
        this.process = process;
        this.rest = rest;
        MqttPort = mqttPort;
        api = new() { BaseAddress = http };
    }

    public string Name => "sensorgrid";

    public Uri Http => api.BaseAddress!;

    public int MqttPort { get; }

    public long PeakMemoryMiB
    {
        get
        {
            process.Refresh();
            return process.PeakWorkingSet64 >> 20;
        }
    }

    public TimeSpan CpuTime()
    {
        process.Refresh();
        return process.HasExited ? throw new InvalidOperationException("the service has ended; service.log in the run's data folder says why") : process.TotalProcessorTime;
    }

    public Task<long> StoredAsync(CancellationToken cancellation) => MetricsPage.ReadAsync(api, "sensorgrid_storage_readings_appended_total", cancellation);

    public async Task<IAlarmSource> SubscribeAlarmsAsync(CancellationToken cancellation) => await MqttAlarms.SubscribeAsync(MqttPort, "sensorgrid/alarms/v1/+/events", cancellation);

    public static async Task<ServiceUnderLoad> StartAsync(LoadPlan plan, CancellationToken cancellation)
    {
        // The peers have folders beside it, with the lists of their processes.
        string folder = Path.Combine(plan.DataFolder, "service");
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        string catalogue = Path.Combine(folder, "catalogue"), rules = Path.Combine(folder, "rules");
        LoadCatalogue.Write(plan, catalogue, rules);
        var start = new ProcessStartInfo("dotnet",
            [FindService(), "--data", Path.Combine(folder, "data"), "--http", "127.0.0.1:0", "--mqtt", "127.0.0.1:0", "--catalogue", catalogue, "--rules", rules])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start) ?? throw new InvalidOperationException("the service did not start");
        string log = Path.Combine(folder, "service.log");
        var logged = KeepAsync(process.StandardError.BaseStream, log);
        try
        {
            var (http, mqttPort) = await ReadAddressesAsync(process.StandardOutput, log, cancellation);
            // Read on, so that a full pipe never stops it; ends with the process.
            return new(process, http, mqttPort, Task.WhenAll(logged, process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None)));
        }
        catch
        {
            // A run that does not begin leaves no service behind.
            Kill(process);
            await logged;
            process.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        api.Dispose();
        Kill(process);
        await rest;
        process.Dispose();
    }

    private static async Task KeepAsync(Stream from, string file)
    {
        await using var to = File.Create(file);
        await from.CopyToAsync(to);
    }

    private static void Kill(Process process)
    {
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
    }

    private static async Task<(Uri Http, int MqttPort)> ReadAddressesAsync(StreamReader output, string log, CancellationToken cancellation)
    {
        Uri? http = null;
        int mqtt = 0;
        while (await output.ReadLineAsync(cancellation) is { } line)
        {
            if (line.StartsWith("http: ", StringComparison.Ordinal))
                http = new Uri(line[6..]);
            else if (line.StartsWith("mqtt: ", StringComparison.Ordinal))
                mqtt = new Uri(line[6..]).Port;
            else if (line == "ready" && http is not null && mqtt != 0)
                return (http, mqtt);
        }
        throw new InvalidOperationException($"the service ended before it was ready; {log} says why");
    }

    private static string FindService()
    {
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string dll = Path.Combine(folder.FullName, "ingest/SensorGrid.Ingest.Service/bin", configuration, "net10.0/SensorGrid.Ingest.Service.dll");
            if (File.Exists(dll))
                return dll;
        }
        throw new FileNotFoundException($"the service is not built ({configuration}): build SensorGrid.sln first");
    }
}
