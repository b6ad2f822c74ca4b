using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using SensorGrid.EndToEnd.Tests.Support;
using SensorGrid.ReadingLog;
using SensorGrid.Simulators.Stations;
using SensorGrid.Testing;

namespace SensorGrid.EndToEnd.Tests;

/// <summary>Commands to stations by the API of the service as a process, over real connections.</summary>
public sealed class StationCommandTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_gauge_of_sl651_is_asked_and_its_clock_is_set()
    {
        await using var line = await Line.StartAsync("Sl651");
        await line.ConnectAsync(memory => new Sl651Station(new() { Address = new(0x0012345678) }, memory, _ => 4.25), "0012345678");

        var answer = await line.AnswerAsync("0012345678", "current");
        var reading = answer.GetProperty("answers")[0].GetProperty("readings").EnumerateArray().First(one => one.GetProperty("name").GetString() == "Z");
        Assert.Equal((4.25, "m"), (reading.GetProperty("value").GetDouble(), reading.GetProperty("unit").GetString()));
        Assert.Equal("37", answer.GetProperty("answers")[0].GetProperty("function").GetString());
        Assert.Equal("answered", (await line.AnswerAsync("0012345678", "clock")).GetProperty("outcome").GetString());
        Assert.Equal("taken", (await line.AnswerAsync("0012345678", "history", new { from = "2026-01-01T00:00:00Z", until = "2026-01-01T02:00:00Z" })).GetProperty("outcome").GetString());

        await line.RefusedAsync(400, "unknown_command", "0012345678", "roll-call", null, problem => Assert.Contains("current", problem.GetProperty("commands").EnumerateArray().Select(one => one.GetString())));
        await line.RefusedAsync(400, "bad_argument", "0012345678", "elements", new { code = new[] { "39", "XX" } }, problem => Assert.Equal("code", problem.GetProperty("argument").GetString()));
        await line.RefusedAsync(400, "bad_argument", "0012345678", "elements", null, problem => Assert.Equal("code", problem.GetProperty("argument").GetString()));
        await line.RefusedAsync(400, "bad_argument", "0012345678", "current", new { now = true }, problem => Assert.Equal("now", problem.GetProperty("argument").GetString()));
        await line.RefusedAsync(409, "not_connected", "0012345679", "current");
        await line.RefusedAsync(404, "no_such_protocol", "0012345678", "current", protocol: "hj212");
        await line.RefusedAsync(400, "bad_command", "0012345678", "current", by: " ");

        // What was refused beforehand was never given, so it is not on record.
        Assert.Equal(["王 current", "王 clock", "王 history"], await line.StopAndReadCommandsAsync());
    }

    [Fact]
    public async Task An_outfall_of_hj212_is_asked_and_its_clock_is_set()
    {
        const string mn = "010000A8900016F000169DC0";
        await using var line = await Line.StartAsync("Hj212");
        await line.ConnectAsync(memory => new Hj212Station(new() { Mn = mn }, memory, _ => 42), mn);

        var now = TimeProvider.System.GetUtcNow();
        var answer = await line.AnswerAsync(mn, "query", new { cn = 2061, from = now.AddDays(-1).ToString("O"), until = now.AddHours(1).ToString("O") });
        Assert.Equal("answered", answer.GetProperty("outcome").GetString());
        var reading = answer.GetProperty("answers")[0].GetProperty("readings")[0];
        Assert.Equal(("hour/w01018-Avg", 0.042), (reading.GetProperty("name").GetString(), Math.Round(reading.GetProperty("value").GetDouble(), 9)));
        Assert.Equal("answered", (await line.AnswerAsync(mn, "clock")).GetProperty("outcome").GetString());
        await line.RefusedAsync(400, "bad_argument", mn, "interval", new { seconds = 5 }, problem => Assert.Equal("seconds", problem.GetProperty("argument").GetString()));
    }

    [Fact]
    public async Task A_fire_device_of_gb26875_is_asked_its_clock_is_set_and_the_person_on_duty_answers()
    {
        await using var line = await Line.StartAsync("Gb26875", "--FieldProtocols:Gb26875:AnswerTimeout", "1s", "--FieldProtocols:Gb26875:MaxResends", "0");
        await line.ConnectAsync(memory => new Gb26875Station(new() { Address = new(88) }, memory, _ => 3.5, isOnDuty: true), "88");
        await line.ConnectAsync(memory => new Gb26875Station(new() { Address = new(89) }, memory, _ => 3.5), "89");

        var answer = await line.AnswerAsync("88", "part-values", new { part = "1/1/01000000" });
        Assert.Contains(answer.GetProperty("answers").EnumerateArray().SelectMany(one => one.GetProperty("readings").EnumerateArray()), one =>
            one.GetProperty("name").GetString() == "part/1/1/92/01000000/height" && one.GetProperty("value").GetDouble() == 3.5);
        Assert.Equal("answered", (await line.AnswerAsync("88", "clock")).GetProperty("outcome").GetString());
        Assert.Equal("on_duty", (await line.AnswerAsync("88", "roll-call", new { minutes = 5 })).GetProperty("outcome").GetString());
        await line.RefusedAsync(409, "station_refused", "89", "roll-call", new { minutes = 5 });
        await line.RefusedAsync(400, "bad_argument", "88", "roll-call", new { minutes = 0 }, problem => Assert.Equal("minutes", problem.GetProperty("argument").GetString()));
    }

    [Fact]
    public async Task A_station_that_is_silent_has_too_much_to_do_or_goes_away_is_told_apart()
    {
        await using var line = await Line.StartAsync(
            "Sl651", "--FieldProtocols:Sl651:AnswerTimeout", "2s", "--FieldProtocols:Sl651:Resends", "0", "--FieldProtocols:Sl651:MaxCommandsPerStation", "1");
        using var silent = new TcpClient();
        await silent.ConnectAsync("127.0.0.1", line.Port);
        await silent.GetStream().WriteAsync(
            Convert.FromHexString("7E7E010030746200001232002F024465260701060036F1F1003074620048F0F02607010600261900311345200060048138121287FF090820FF3311020503B042"));
        await line.HeardAsync("0030746200");

        var first = line.PostAsync("0030746200", "current");
        await line.UntilAsync("0030746200", station => station.GetProperty("commandsUnderWay").GetInt32() == 1);
        await line.RefusedAsync(503, "too_many_commands", "0030746200", "current");
        var (status, body) = await first;
        Assert.Equal((504, "station_timed_out"), (status, body.GetProperty("code").GetString()));

        var second = line.PostAsync("0030746200", "current");
        await line.UntilAsync("0030746200", station => station.GetProperty("commandsUnderWay").GetInt32() == 1);
        silent.Close();
        (status, body) = await second;
        Assert.Equal((503, "station_gone"), (status, body.GetProperty("code").GetString()));
        await line.RefusedAsync(409, "not_connected", "0030746200", "current");
    }

    // The service with a listener for one protocol, and stations on it.
    private sealed class Line : IAsyncDisposable
    {
        private readonly TempFolder folder = new();
        private readonly RunningService service;
        private readonly string protocol;
        private readonly CancellationTokenSource stop = new();
        private readonly List<(StationLink Link, Task Run)> links = [];

        private Line(string section, string[] more)
        {
            protocol = section.ToLowerInvariant();
            Port = FreePort.Take();
            service = new(folder.Path, [$"--FieldProtocols:{section}:Listen", $"127.0.0.1:{Port}", .. more]);
        }

        public int Port { get; }

        public static async Task<Line> StartAsync(string section, params string[] more)
        {
            var line = new Line(section, more);
            await line.service.StartAsync();
            return line;
        }

        public async Task ConnectAsync(Func<StationMemory, IStation> create, string station)
        {
            var link = new StationLink("127.0.0.1", Port, create(new()), TimeProvider.System);
            links.Add((link, link.RunAsync(stop.Token)));
            long now = TimeProvider.System.GetUtcNow().UtcTicks;
            link.Report(now - now % TimeSpan.TicksPerHour);
            await HeardAsync(station);
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
            var found = new List<string>();
            using var reader = ReadingLogReader.Open(Path.Combine(folder.Path, "log"));
            var buffer = new ReadingLogRecordBuffer();
            while (reader.Read(buffer) > 0)
            {
                foreach (var record in buffer.Records)
                {
                    if (record.Kind == ReadingLogKind.Command && record.Topic == "station.command")
                        found.Add($"{record.Principal} {JsonDocument.Parse(Encoding.UTF8.GetString(record.Payload.Span)).RootElement.GetProperty("command").GetString()}");
                }
            }
            return found;
        }

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            foreach (var (link, run) in links)
            {
                await run;
                link.Dispose();
            }
            service.Dispose();
            stop.Dispose();
            folder.Dispose();
        }
    }
}
