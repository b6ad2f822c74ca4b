using System.Globalization;
using System.Net;
using System.Text.Json;
using SensorGrid.Ingest.Service.Hosting;
using SensorGrid.Ingest.Service.Tests.Rig;
using SensorGrid.Testing;

namespace SensorGrid.Ingest.Service.Tests;

/// <summary>The service as a process, with an external store beside it: what an operator sees of both.</summary>
public sealed class ExternalStoreServiceTests : IDisposable
{
    private readonly ServiceFolder folder = new();
    private readonly ScriptedStore store = new();

    public void Dispose()
    {
        store.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task While_the_store_is_down_alarms_go_on_and_afterwards_it_has_every_reading_also_over_a_kill()
    {
        store.Otherwise = _ => new(503, "closed for repair", []);
        double start = Math.Floor(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0) - 1000;
        await using (var service = await ServiceProcess.StartAsync(folder, Settings()))
        {
            using var api = new ApiClient(service.Http);
            await using var gateway = await TestGateway.ConnectAsync(service.Mqtt);
            for (int i = 0; i < 200; i++)
                await gateway.SendStageAsync(2 + i / 100.0, DateTimeOffset.UnixEpoch.AddSeconds(start + i));

            // Levels of 3 and more are alarms: raised while the store refuses everything.
            Assert.Equal("yellow", (await api.OpenAlarmAsync()).GetProperty("level").GetString());
            var status = await StatusAsync(api, one => one.GetProperty("problem").GetString() is not null);
            Assert.Contains("closed for repair", status.GetProperty("problem").GetString(), StringComparison.Ordinal);
            Assert.True(status.GetProperty("lag").GetInt64() >= 200);
            Assert.Equal(("degraded", HttpStatusCode.OK), await HealthAsync(api));
            Assert.True((await api.GetAsync("/api/v1/status")).GetProperty("ready").GetBoolean());
            Assert.Equal("name kind address lag accepted retried dead deadLetterBytes recordsLost acceptedAt problem",
                string.Join(' ', status.EnumerateObject().Select(property => property.Name)));
            string metrics = await api.Http.GetStringAsync("/metrics");
            Assert.Contains("sensorgrid_stores_failing{store=\"city\"} 1", metrics, StringComparison.Ordinal);
            foreach (string name in new[]
            {
                "points_accepted_total", "points_retried_total", "points_dead_total", "points_expired_total", "lag", "requests_failed_total", "records_lost_total",
                "values_omitted_total", "dead_letters_size_bytes",
            })
            {
                Assert.Matches($"(?m)^sensorgrid_stores_{name}{{.*store=\"city\"", metrics);
            }
            Assert.DoesNotContain("secret", service.Errors, StringComparison.Ordinal);
            service.Kill();
        }

        store.Otherwise = null;
        await using var again = await ServiceProcess.StartAsync(folder, Settings());
        using var after = new ApiClient(again.Http);
        await Wait.ForAsync<object>("every reading in the store", () => Task.FromResult<object?>(store.Taken.Distinct().Count() >= 200 ? store : null));

        Assert.Equal(
            Enumerable.Range(0, 200).Select(i => string.Create(CultureInfo.InvariantCulture, $"value={2 + i / 100.0:R},quality=0i {(long)(start + i)}000000000")),
            store.Taken.Distinct().Select(line => line[(line.IndexOf(' ') + 1)..]));
        var recovered = await StatusAsync(after, one => one.GetProperty("problem").GetString() is null && one.GetProperty("acceptedAt").ValueKind == JsonValueKind.String);
        Assert.Equal("influxdb2", recovered.GetProperty("kind").GetString());
        Assert.Equal(("ok", HttpStatusCode.OK), await HealthAsync(after));
        Assert.Equal(0, await again.StopAsync());
    }

    [Fact]
    public async Task What_the_store_refused_is_sent_again_by_the_command_resend_while_the_service_runs()
    {
        store.Otherwise = request => request.Text.Contains("value=4", StringComparison.Ordinal)
            ? new(422, """{"code":"unprocessable entity","message":"field type conflict"}""", []) : new(204, "", []);
        await using var service = await ServiceProcess.StartAsync(folder, Settings());
        using var api = new ApiClient(service.Http);
        await using var gateway = await TestGateway.ConnectAsync(service.Mqtt);
        double now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
        for (int i = 0; i < 5; i++)
            await gateway.SendStageAsync(i, DateTimeOffset.UnixEpoch.AddSeconds(now + i));
        await StatusAsync(api, one => one.GetProperty("accepted").GetInt64() == 4 && one.GetProperty("dead").GetInt64() == 1);

        string[] resend = ["resend", "--data", folder.Data, "--store", "city", .. Settings()];
        Assert.Equal(ExitCode.StillRefused, (await ServiceProcess.RunToEndAsync(folder, resend)).ExitCode);
        store.Otherwise = null;
        var (code, errors) = await ServiceProcess.RunToEndAsync(folder, resend);

        Assert.True(code == ExitCode.Stopped, errors);
        Assert.Contains(store.Taken, line => line.Contains("value=4", StringComparison.Ordinal));
        Assert.Empty(Directory.GetFiles(Path.Combine(folder.Data, "dead-letters", "city"), "*.jsonl"));
    }

    [SkippableFact]
    public async Task An_InfluxDB_that_is_started_late_gets_everything_and_VictoriaMetrics_beside_it_was_not_kept_waiting()
    {
        Skip.IfNot(StoreServer.IsInstalled("influxd"), StoreServer.HowToInstall("influxd"));
        Skip.IfNot(StoreServer.IsInstalled("victoria-metrics"), StoreServer.HowToInstall("victoria-metrics"));
        using var influx = StoreServer.InfluxDb1();
        using var victoria = StoreServer.VictoriaMetrics();
        await victoria.StartAsync();
        long start = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - 1000;
        await using var service = await ServiceProcess.StartAsync(folder,
        [
            "--Stores:0:Kind", "InfluxDb1", "--Stores:0:Url", influx.Url.ToString(), "--Stores:0:Database", "city", "--Stores:0:BatchPoints", "20", "--Stores:0:BatchAge", "0s",
            "--Stores:0:RetryLongest", "500ms", "--Stores:0:ConfigurationRetry", "500ms", "--Stores:1:Kind", "VictoriaMetrics", "--Stores:1:Url", victoria.Url.ToString(),
            "--Stores:1:BatchAge", "0s", "--Ingest:RingRecords", "64", "--Ingest:TickInterval", "100ms",
        ]);
        using var api = new ApiClient(service.Http);
        await using var gateway = await TestGateway.ConnectAsync(service.Mqtt);
        for (int i = 0; i < 150; i++)
            await gateway.SendStageAsync(2 + i / 64.0, DateTimeOffset.UnixEpoch.AddSeconds(start + i));

        // Few digits: VictoriaMetrics keeps some 15 significant ones.
        double[] sent = [.. Enumerable.Range(0, 150).Select(i => 2 + i / 64.0)];
        await Wait.ForAsync<object>("every reading in VictoriaMetrics", async () =>
            (await victoria.ExportVictoriaAsync()).Count(value => value.StartsWith("reading_value{", StringComparison.Ordinal)) == 150 ? victoria : null);
        Assert.Equal(sent, (await victoria.ExportVictoriaAsync()).Where(value => value.StartsWith("reading_value{", StringComparison.Ordinal))
            .Select(value => double.Parse(value.Split(' ')[1], CultureInfo.InvariantCulture)).Order());
        Assert.NotEmpty((await api.OpenAlarmAsync()).GetProperty("level").GetString()!);
        await StatusAsync(api, one => one.GetProperty("problem").GetString()?.Contains("cannot be reached", StringComparison.Ordinal) == true);

        await influx.StartAsync();
        await StatusAsync(api, one => one.GetProperty("problem").GetString()?.Contains("Make database", StringComparison.Ordinal) == true);
        await influx.QueryInfluxAsync("CREATE DATABASE city");
        var rows = await Wait.ForAsync<IReadOnlyList<IReadOnlyDictionary<string, JsonElement>>>("every reading in InfluxDB", async () =>
            await influx.QueryInfluxAsync("SELECT value, station FROM reading", "city") is { Count: >= 150 } all ? all : null);

        Assert.Equal(sent, rows.Select(row => row["value"].GetDouble()));
        Assert.All(rows, row => Assert.Equal("bridge", row["station"].GetString()));
        Assert.Equal(Enumerable.Range(0, 150).Select(i => (start + i) * 1_000_000_000), rows.Select(row => row["time"].GetInt64()));
    }

    [Theory]
    [InlineData("nobody", "There is no external store \"nobody\"; there is city.")]
    public async Task Resend_says_which_stores_there_are(string name, string said)
    {
        var (code, errors) = await ServiceProcess.RunToEndAsync(folder, ["resend", "--data", folder.Data, "--store", name, .. Settings()]);

        Assert.Equal(ExitCode.WrongSettings, code);
        Assert.Contains(said, errors, StringComparison.Ordinal);
    }

    private string[] Settings() =>
    [
        "--Stores:0:Kind", "InfluxDb2", "--Stores:0:Name", "city", "--Stores:0:Url", store.Url.ToString(), "--Stores:0:Org", "city", "--Stores:0:Bucket", "b",
        "--Stores:0:Token", "secret-token", "--Stores:0:BatchAge", "0s", "--Stores:0:BatchPoints", "20", "--Stores:0:RetryFirst", "50ms", "--Stores:0:RetryLongest", "100ms",
        "--Ingest:RingRecords", "64", "--Retention:LogBytes", "0", "--Ingest:TickInterval", "100ms",
    ];

    private static Task<JsonElement> StatusAsync(ApiClient api, Func<JsonElement, bool> condition) => Wait.ForAsync<object>("the status of the store", async () =>
    {
        var one = (await api.GetAsync("/api/v1/status")).GetProperty("stores")[0];
        return condition(one) ? one : null;
    }).ContinueWith(task => (JsonElement)task.Result, TaskScheduler.Default);

    private static async Task<(string?, HttpStatusCode)> HealthAsync(ApiClient api)
    {
        using var response = await api.Http.GetAsync("/healthz/ready");
        var report = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        return (report.GetProperty("status").GetString(), response.StatusCode);
    }
}
