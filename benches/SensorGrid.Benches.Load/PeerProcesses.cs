using System.Diagnostics;

namespace SensorGrid.Benches.Load;

/// <summary>What a user would pick instead: processes that <c>benches/peers/peer.sh</c> starts and stops.</summary>
internal sealed class PeerProcesses : ILoadTarget
{
    /// <summary>Peers that store and watch, counted at the store.</summary>
    public static readonly string[] Storing = ["node-red", "python", "mqttnet"];

    /// <summary>Brokers alone, counted by acknowledgements.</summary>
    public static readonly string[] EndpointsAlone = ["mosquitto", "mqttnet-server"];

    private readonly string folder;
    private readonly List<(string Name, Process Process)> processes;
    private readonly HttpClient? store;

    private PeerProcesses(string name, string folder, int mqttPort, Uri? storeAddress, List<(string Name, Process Process)> processes)
    {
        this.folder = folder;
        this.processes = processes;
        Name = name;
        MqttPort = mqttPort;
        store = storeAddress is null ? null : new() { BaseAddress = storeAddress };
    }

    public string Name { get; }

    public int MqttPort { get; }

    public long PeakMemoryMiB
    {
        get
        {
            long bytes = 0;
            foreach (var (_, process) in processes)
            {
                process.Refresh();
                bytes += process.PeakWorkingSet64;
            }
            return bytes >> 20;
        }
    }

    public TimeSpan CpuTime()
    {
        var sum = TimeSpan.Zero;
        foreach (var (name, process) in processes)
        {
            process.Refresh();
            if (process.HasExited || IsUnburied(process))
                throw new InvalidOperationException($"{Name}: {name} has ended; {Path.Combine(folder, name + ".log")} says why");
            sum += process.TotalProcessorTime;
        }
        return sum;
    }

    public static async Task<PeerProcesses> StartAsync(string name, LoadPlan plan, CancellationToken cancellation)
    {
        string folder = Path.Combine(plan.DataFolder, "peer-" + name);
        Directory.CreateDirectory(folder);
        string rules = Path.Combine(folder, "rules.json");
        LoadCatalogue.WritePeerRules(plan, rules);
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        try
        {
            return Read(name, folder, await ScriptAsync(cancellation, "start", name, "--folder", folder, "--rules", rules, "--configuration", configuration));
        }
        catch
        {
            // A script that was interrupted may have started some of them.
            await ScriptAsync(CancellationToken.None, "stop", "--folder", folder);
            throw;
        }
    }

    public Task<long> StoredAsync(CancellationToken cancellation) => store is null
        ? throw new InvalidOperationException($"{Name} has no store")
        // VictoriaMetrics makes this page anew once a second at most: RateTrial allows for that.
        : MetricsPage.ReadAsync(store, "vm_rows_inserted_total{type=\"influx\"}", cancellation);

    public async Task<IAlarmSource> SubscribeAlarmsAsync(CancellationToken cancellation) => await MqttAlarms.SubscribeAsync(MqttPort, "alarms/#", cancellation);

    public async ValueTask DisposeAsync()
    {
        store?.Dispose();
        await ScriptAsync(CancellationToken.None, "stop", "--folder", folder);
        foreach (var (_, process) in processes)
            process.Dispose();
    }

    // Not our child: one that has ended stays in the list of processes until its parent asks for it, which in a container may be never.
    private static bool IsUnburied(Process process) => File.ReadAllText($"/proc/{process.Id}/stat").Split(") ")[^1].StartsWith('Z');

    private static PeerProcesses Read(string name, string folder, string output)
    {
        int port = 0;
        Uri? store = null;
        var processes = new List<(string, Process)>();
        foreach (string line in output.Split('\n'))
        {
            switch (line.Split(' '))
            {
                case ["mqtt:", var address]:
                    port = new Uri("mqtt://" + address).Port;
                    break;
                case ["store:", var address]:
                    store = new Uri(address);
                    break;
                case ["process:", var program, var id]:
                    processes.Add((program, Process.GetProcessById(int.Parse(id, System.Globalization.CultureInfo.InvariantCulture))));
                    break;
            }
        }
        return new(name, folder, port, store, processes);
    }

    private static async Task<string> ScriptAsync(CancellationToken cancellation, params string[] arguments)
    {
        var start = new ProcessStartInfo("bash", [FindScript(), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var script = Process.Start(start)!;
        var output = script.StandardOutput.ReadToEndAsync(cancellation);
        var errors = script.StandardError.ReadToEndAsync(cancellation);
        await script.WaitForExitAsync(cancellation);
        return script.ExitCode == 0 ? await output : throw new InvalidOperationException($"{string.Join(' ', arguments.Take(2))}: {(await errors).Trim()}");
    }

    private static string FindScript()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string script = Path.Combine(folder.FullName, "benches/peers/peer.sh");
            if (File.Exists(script))
                return script;
        }
        throw new FileNotFoundException("benches/peers/peer.sh is not above this program: run it from its checkout");
    }
}
