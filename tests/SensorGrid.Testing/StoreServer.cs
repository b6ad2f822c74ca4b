using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

namespace SensorGrid.Testing;

/// <summary>A time-series server of somebody else's, on free ports of loopback with its files in a temporary folder; killed by its process when
/// the test ends. A test asks <see cref="IsInstalled"/> first, and skips with <see cref="HowToInstall"/>.</summary>
public sealed class StoreServer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("sensorgrid-tsdb-");
    private readonly string program;
    private readonly string[] arguments;
    private readonly string alive;
    private ChildProcess? process;

    private StoreServer(string program, int port, Func<string, string[]> arguments, string alive)
    {
        this.program = program;
        this.alive = alive;
        Url = new($"http://127.0.0.1:{port}");
        this.arguments = arguments(folder.FullName);
        Http = new() { BaseAddress = Url, Timeout = Patience };
    }

    public Uri Url { get; }

    public HttpClient Http { get; }

    public static string HowToInstall(string program) => $"{program} is not installed (Debian: apt install victoria-metrics influxdb).";

    public static bool IsInstalled(string program) => File.Exists($"/usr/bin/{program}");

    /// <summary>VictoriaMetrics, not started yet; keeps everything, however old.</summary>
    public static StoreServer VictoriaMetrics()
    {
        int port = FreePort.Take();
        return new("victoria-metrics", port, folder =>
        [
            $"-httpListenAddr=127.0.0.1:{port}", $"-storageDataPath={folder}", "-retentionPeriod=100y", "-search.latencyOffset=0s", "-memory.allowedBytes=64MB", "-dedup.minScrapeInterval=1ms",
        ], "/health");
    }

    /// <summary>InfluxDB 1.x, not started yet.</summary>
    public static StoreServer InfluxDb1()
    {
        int port = FreePort.Take();
        int backup = FreePort.Take();
        return new("influxd", port, folder =>
        {
            string configuration = Path.Combine(folder, "influxdb.conf");
            File.WriteAllText(configuration, $"""
                reporting-disabled = true
                bind-address = "127.0.0.1:{backup}"
                [meta]
                dir = "{folder}/meta"
                [data]
                dir = "{folder}/data"
                wal-dir = "{folder}/wal"
                query-log-enabled = false
                [monitor]
                store-enabled = false
                [http]
                bind-address = "127.0.0.1:{port}"
                log-enabled = false
                """);
            return ["-config", configuration];
        }, "/ping");
    }

    /// <summary>Starts it and waits until it answers.</summary>
    public async Task StartAsync()
    {
        process = new($"/usr/bin/{program}", arguments);
        long began = TimeProvider.System.GetTimestamp();
        while (!await AnswersAsync())
        {
            if (process.HasExited || TimeProvider.System.GetElapsedTime(began) > Patience)
                throw new InvalidOperationException($"{program} did not come up:\n{process.Output}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    /// <summary>Ends it; its files stay for the next start.</summary>
    public void Kill()
    {
        process?.Dispose();
        process = null;
    }

    /// <summary>A statement of InfluxQL; rows of the first series as cells.</summary>
    public async Task<IReadOnlyList<IReadOnlyDictionary<string, JsonElement>>> QueryInfluxAsync(string statement, string database = "")
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["q"] = statement, ["db"] = database, ["epoch"] = "ns" });
        using var response = await Http.PostAsync("/query", form);
        response.EnsureSuccessStatusCode();
        using var answer = (await response.Content.ReadFromJsonAsync<JsonDocument>())!;
        var result = answer.RootElement.GetProperty("results")[0];
        if (result.TryGetProperty("error", out var error))
            throw new InvalidOperationException(error.GetString());
        if (!result.TryGetProperty("series", out var series))
            return [];
        var rows = new List<IReadOnlyDictionary<string, JsonElement>>();
        foreach (var one in series.EnumerateArray().Where(one => one.TryGetProperty("values", out _)))
        {
            string[] columns = [.. one.GetProperty("columns").EnumerateArray().Select(column => column.GetString()!)];
            foreach (var row in one.GetProperty("values").EnumerateArray())
                rows.Add(columns.Zip(row.EnumerateArray()).ToDictionary(cell => cell.First, cell => cell.Second.Clone()));
        }
        return rows;
    }

    /// <summary>Every value that VictoriaMetrics has, as <c>name{label="value",…} value milliseconds</c>, in order.</summary>
    public async Task<IReadOnlyList<string>> ExportVictoriaAsync()
    {
        // Fresh rows are not yet visible to queries otherwise.
        await Http.GetStringAsync("/internal/force_flush");
        string answer = await Http.GetStringAsync("/api/v1/export?match[]=" + Uri.EscapeDataString("{__name__!=\"\"}"));
        var values = new List<string>();
        foreach (string line in answer.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var series = JsonDocument.Parse(line);
            var labels = series.RootElement.GetProperty("metric").EnumerateObject().ToDictionary(label => label.Name, label => label.Value.GetString()!);
            string name = labels["__name__"];
            string rest = string.Join(',', labels.Where(label => label.Key != "__name__").OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}=\"{label.Value}\""));
            values.AddRange(series.RootElement.GetProperty("values").EnumerateArray().Zip(series.RootElement.GetProperty("timestamps").EnumerateArray())
                .Select(pair => string.Create(CultureInfo.InvariantCulture, $"{name}{{{rest}}} {pair.First.GetDouble()} {pair.Second.GetInt64()}")));
        }
        values.Sort(StringComparer.Ordinal);
        return values;
    }

    public void Dispose()
    {
        Kill();
        Http.Dispose();
        folder.Delete(recursive: true);
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            using var response = await Http.GetAsync(alive);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
