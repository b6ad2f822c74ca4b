using System.Diagnostics;

namespace SensorGrid.Benches.Load;

/// <summary>The service as a process of its own, with the run's catalogue and rules, on free ports.</summary>
internal sealed class ServiceUnderLoad : IDisposable
{
    private readonly Process process;
    private readonly Task rest;

    private ServiceUnderLoad(Process process, Uri http, int mqttPort, Task rest)
    {
        this.process = process;
        this.rest = rest;
        Http = http;
        MqttPort = mqttPort;
    }

    public Uri Http { get; }

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
        return process.TotalProcessorTime;
    }

    public static async Task<ServiceUnderLoad> StartAsync(LoadPlan plan, CancellationToken cancellation)
    {
        if (Directory.Exists(plan.DataFolder))
            Directory.Delete(plan.DataFolder, recursive: true);
        string catalogue = Path.Combine(plan.DataFolder, "catalogue"), rules = Path.Combine(plan.DataFolder, "rules");
        LoadCatalogue.Write(plan, catalogue, rules);
        var start = new ProcessStartInfo("dotnet",
            [FindService(), "--data", Path.Combine(plan.DataFolder, "data"), "--http", "127.0.0.1:0", "--mqtt", "127.0.0.1:0", "--catalogue", catalogue, "--rules", rules])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start) ?? throw new InvalidOperationException("the service did not start");
        string log = Path.Combine(plan.DataFolder, "service.log");
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

    public void Dispose()
    {
        Kill(process);
        rest.GetAwaiter().GetResult();
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
