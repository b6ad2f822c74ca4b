using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using SensorGrid.ReadingLog;
using SensorGrid.Simulators.Stations;
using SensorGrid.Testing;

namespace SensorGrid.EndToEnd.Tests.Support;

/// <summary>The service as a process with a listener for one protocol, and stations on it that are asked by its API.</summary>
internal sealed class StationCentre : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly TempFolder folder = new();
    private readonly RunningService service;
    private readonly string protocol;
    private readonly List<(StationLink Link, Task Run, CancellationTokenSource End)> links = [];

    private StationCentre(string section, string[] more)
    {
        protocol = section.ToLowerInvariant();
        Port = FreePort.Take();
        service = new(folder.Path, [$"--FieldProtocols:{section}:Listen", $"127.0.0.1:{Port}", .. more]);
    }

    public int Port { get; }

    public string Output => service.Output;

    public Task<string> MetricsAsync() => service.Client.GetStringAsync("/metrics");

    public static async Task<StationCentre> StartAsync(string section, params string[] more)
    {
        var line = new StationCentre(section, more);
        await line.service.StartAsync();
        return line;
    }

    public async Task ConnectAsync(Func<StationMemory, IStation> create, string station)
    {
        Begin(create);
        await HeardAsync(station);
    }

    /// <summary>Waits until a counter is there.</summary>
    public async Task MetricAsync(string name)
    {
        long began = TimeProvider.System.GetTimestamp();
        while (!(await MetricsAsync()).Contains(name, StringComparison.Ordinal))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience, $"no {name}\n{service.Output}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    /// <summary>Connects a station and has it report, whatever becomes of it.</summary>
    public void Begin(Func<StationMemory, IStation> create)
    {
        var link = new StationLink("127.0.0.1", Port, create(new()), TimeProvider.System);
        var end = new CancellationTokenSource();
        links.Add((link, link.RunAsync(end.Token), end));
        long now = TimeProvider.System.GetUtcNow().UtcTicks;
        link.Report(now - now % TimeSpan.TicksPerHour);
    }

    /// <summary>Waits for the newest reading of a datastream.</summary>
    public async Task<double> ReadAsync(string datastream)
    {
        long began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            using var response = await service.Client.GetAsync($"/api/v1/readings?datastream={Uri.EscapeDataString(datastream)}&from=2020-01-01T00:00:00Z");
            var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
            if (response.IsSuccessStatusCode && answer.GetProperty("readings").EnumerateArray().ToList() is [.., var newest])
                return newest.GetProperty("value").GetDouble();
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience, $"{datastream}: {answer}\n{service.Output}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    /// <summary>A gauge that reports once and answers nothing.</summary>
    public async Task<TcpClient> ConnectSilentAsync()
    {
        var silent = new TcpClient();
        await silent.ConnectAsync("127.0.0.1", Port);
        await silent.GetStream().WriteAsync(
            Convert.FromHexString("7E7E010030746200001232002F024465260701060036F1F1003074620048F0F02607010600261900311345200060048138121287FF090820FF3311020503B042"));
        await HeardAsync("0030746200");
        return silent;
    }

    public async Task KillAndRestartAsync()
    {
        service.KillHard();
        await service.StartAsync();
    }

    public Task<JsonElement> GetAsync(string path) => service.GetAsync(path);

    public async Task<int> StatusOfAsync(string path)
    {
        using var response = await service.Client.GetAsync(path);
        return (int)response.StatusCode;
    }

    /// <summary>Waits until the list of commands says something.</summary>
    public async Task<IReadOnlyList<JsonElement>> CommandsAsync(Func<IReadOnlyList<JsonElement>, bool> holds, string query = "")
    {
        long began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var list = (await service.GetAsync($"/api/v1/stations/commands{query}")).GetProperty("commands").EnumerateArray().ToList();
            if (holds(list))
                return list;
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience, $"{string.Join('\n', list)}\n{service.Output}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    public async Task EndNewestAsync()
    {
        var (link, run, end) = links[^1];
        links.RemoveAt(links.Count - 1);
        await end.CancelAsync();
        await run;
        link.Dispose();
        end.Dispose();
    }

    public Task HeardAsync(string station) => UntilAsync(station, _ => true);

    public async Task UntilAsync(string station, Func<JsonElement, bool> holds)
    {
        long began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var list = await service.GetAsync($"/api/v1/stations/connected?protocol={protocol}");
            Assert.NotEmpty(list.GetProperty("protocols")[0].GetProperty("commands").EnumerateArray());
            if (list.GetProperty("stations").EnumerateArray().Any(one => one.GetProperty("station").GetString() == station && holds(one)))
                return;
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience, $"{list}\n{service.Output}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    public async Task<(int Status, JsonElement Body)> PostAsync(string station, string command, object? arguments = null, string? protocol = null, string by = "王")
    {
        using var response = await service.Client.PostAsJsonAsync($"/api/v1/stations/{protocol ?? this.protocol}/{station}/commands", new { @operator = by, command, arguments });
        return ((int)response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }

    public async Task<JsonElement> AnswerAsync(string station, string command, object? arguments = null)
    {
        var (status, body) = await PostAsync(station, command, arguments);
        Assert.True(status == 200, $"{body}\n{service.Output}");
        return body;
    }

    public async Task RefusedAsync(
        int status, string code, string station, string command, object? arguments = null, Action<JsonElement>? more = null, string? protocol = null, string by = "王")
    {
        var answer = await PostAsync(station, command, arguments, protocol, by);
        Assert.True((status, code) == (answer.Status, answer.Body.GetProperty("code").GetString()), answer.Body.ToString());
        more?.Invoke(answer.Body);
    }

    public async Task<List<string>> StopAndReadCommandsAsync()
    {
        await service.StopAsync();
        return ReadRecords("station.command", (record, payload) => $"{record.Principal} {payload.GetProperty("command").GetString()}");
    }

    /// <summary>Ends of commands in the log of a service that was stopped.</summary>
    public List<string> ReadEnds() =>
        ReadRecords("station.command.ended", (_, payload) => $"{payload.GetProperty("command").GetString()} {payload.GetProperty("outcome").GetString()}");

    private List<string> ReadRecords(string type, Func<ReadingLogRecord, JsonElement, string> say)
    {
        var found = new List<string>();
        using var reader = ReadingLogReader.Open(Path.Combine(folder.Path, "log"));
        var buffer = new ReadingLogRecordBuffer();
        while (reader.Read(buffer) > 0)
        {
            foreach (var record in buffer.Records)
            {
                if (record.Kind == ReadingLogKind.Command && record.Topic == type)
                    found.Add(say(record, JsonDocument.Parse(Encoding.UTF8.GetString(record.Payload.Span)).RootElement));
            }
        }
        return found;
    }

    public async ValueTask DisposeAsync()
    {
        while (links.Count > 0)
            await EndNewestAsync();
        service.Dispose();
        folder.Dispose();
    }
}
