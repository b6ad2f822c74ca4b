using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using SensorGrid.Ingest.Service.Hosting;
using SensorGrid.Ingest.Service.Tests.Rig;
using SensorGrid.Testing;

namespace SensorGrid.Ingest.Service.Tests.Hosting;

/// <summary>What is seen of a service from its first moment until it is ready.</summary>
public sealed class RecoveryTests : IDisposable
{
    private const int Sent = 5;

    private readonly ServiceFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("opening")]
    [InlineData("restoring")]
    [InlineData("catching-up")]
    [InlineData("activating")]
    public async Task Http_tells_how_far_the_start_is_and_nobody_else_is_let_in_before_it_is_over(string stage)
    {
        await LeaveLogBehindAsync();
        int mqttPort = FreePort.Take();
        folder.Ports = (0, mqttPort);
        var held = new HeldStart(StageOf(stage));
        var (service, starting) = await held.BeginAsync(folder);
        await using var owned = service;
        using var api = new ApiClient(service.Http);
        await held.Reached;

        Assert.Equal("ok", (await api.GetAsync("/healthz/live")).GetProperty("status").GetString());
        using var page = await api.Http.GetAsync("/");
        using var metrics = await api.Http.GetAsync("/metrics");
        Assert.Equal((200, 200), ((int)page.StatusCode, (int)metrics.StatusCode));
        Assert.Contains("kestrel_active_connections", await metrics.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        foreach (string path in new[] { "/healthz/ready", "/api/v1/alarms", "/api/v1/alarms/stream", "/api/v1/nothing", "/openapi/v1.json" })
        {
            var problem = await RecoveringAsync(() => api.Http.GetAsync(path));
            Assert.Equal(stage, problem.GetProperty("recovery").GetProperty("stage").GetString());
        }
        await RecoveringAsync(() => api.PostAsync("/api/v1/alarms/any/acknowledge", """{"operator":"王"}"""));
        Assert.Equal(SocketError.ConnectionRefused, await ConnectAsync(mqttPort));
        Assert.False(starting.IsCompleted);

        held.Release();

        Assert.True(await starting);
        Assert.Equal("ok", (await api.GetAsync("/healthz/ready")).GetProperty("status").GetString());
        Assert.Equal("red", (await api.OpenAlarmAsync()).GetProperty("level").GetString());
        Assert.True((await api.GetAsync("/openapi/v1.json")).GetProperty("paths").TryGetProperty("/api/v1/alarms", out _));
        Assert.Equal(SocketError.Success, await ConnectAsync(mqttPort));
        Assert.Equal($"mqtt://127.0.0.1:{mqttPort}", service.Mqtt);
    }

    [Fact]
    public async Task Records_looked_through_are_counted_by_follower()
    {
        await LeaveLogBehindAsync();
        var held = new HeldStart(StartStage.CatchingUp);
        var (service, starting) = await held.BeginAsync(folder);
        await using (service)
        {
            using var api = new ApiClient(service.Http);
            await held.Reached;
            var (_, problem) = await api.GetProblemAsync("/healthz/ready");
            var recovery = problem.GetProperty("recovery");

            Assert.Equal(0, recovery.GetProperty("percent").GetInt32());
            foreach (string follower in new[] { "alarms", "store" })
            {
                var records = recovery.GetProperty("records").GetProperty(follower);
                // The readings, and what put catalogue and rules into force; ticks of the clock may be among them.
                Assert.Equal(0, records.GetProperty("done").GetInt64());
                Assert.InRange(records.GetProperty("of").GetInt64(), Sent + 2, 1000);
                Assert.Contains($"{follower}: 0 of {records.GetProperty("of").GetInt64()} records", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
            }
            held.Release();
            Assert.True(await starting);
        }

        var after = new HeldStart(StartStage.Activating);
        (service, starting) = await after.BeginAsync(folder);
        await using var again = service;
        using var client = new ApiClient(service.Http);
        await after.Reached;
        var (_, done) = await client.GetProblemAsync("/healthz/ready");
        // The first one was ended in order, so that there was nothing left to look through.
        Assert.Equal(100, done.GetProperty("recovery").GetProperty("percent").GetInt32());
        after.Release();
        Assert.True(await starting);
    }

    [Theory]
    [InlineData("opening")]
    [InlineData("restoring")]
    [InlineData("catching-up")]
    [InlineData("activating")]
    public async Task Asked_to_stop_before_it_is_ready_it_stops_cleanly_and_goes_on_at_the_next_start(string stage)
    {
        await LeaveLogBehindAsync();
        using var stop = new CancellationTokenSource();
        var held = new HeldStart(StageOf(stage));
        var (service, starting) = await held.BeginAsync(folder, stop.Token);
        await held.Reached;

        await stop.CancelAsync();

        Assert.False(await starting);
        Assert.Equal(ExitCode.Stopped, await service.RunAsync());
        using (var api = new ApiClient(service.Http))
            await Assert.ThrowsAsync<HttpRequestException>(() => api.GetAsync("/healthz/live"));
        (service, starting) = await new HeldStart(0).BeginAsync(folder);
        await using var again = service;
        Assert.True(await starting);
        using var after = new ApiClient(service.Http);
        var readings = (await after.GetAsync("/api/v1/readings?datastream=water-gw-1/stage")).GetProperty("readings");
        Assert.Equal(Sent, readings.GetArrayLength());
        Assert.Equal("red", (await after.OpenAlarmAsync()).GetProperty("level").GetString());
    }

    [Theory]
    [InlineData("--http")]
    [InlineData("--mqtt")]
    public async Task A_port_that_is_taken_is_told_before_anything_is_opened(string option)
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        int taken = ((IPEndPoint)other.LocalEndpoint).Port;
        folder.Ports = option == "--http" ? (taken, 0) : (0, taken);

        var told = await Assert.ThrowsAsync<StartException>(() => new HeldStart(0).BeginAsync(folder));

        string reason = Assert.Single(told.Reasons);
        Assert.Equal(ExitCode.CannotStart, told.ExitCode);
        Assert.Contains($"127.0.0.1:{taken}", reason, StringComparison.Ordinal);
        Assert.Contains("Another program listens there", reason, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Data));
    }

    /// <summary>A log whose records nobody has written down anything of: as a crash leaves it.</summary>
    private async Task LeaveLogBehindAsync()
    {
        var (service, starting) = await new HeldStart(0).BeginAsync(folder);
        Assert.True(await starting);
        await using (var gateway = await TestGateway.ConnectAsync(service.Mqtt))
        {
            var now = TimeProvider.System.GetUtcNow();
            for (int i = 0; i < Sent; i++)
                await gateway.SendStageAsync(5.5, now.AddSeconds(i - Sent));
        }
        await service.AbandonAsync();
    }

    private static async Task<JsonElement> RecoveringAsync(Func<Task<HttpResponseMessage>> ask)
    {
        using var response = await ask();
        var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal((503, "recovering"), ((int)response.StatusCode, problem.GetProperty("code").GetString()));
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        Assert.True(response.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        Assert.StartsWith("The service is starting:", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        return problem;
    }

    private static async Task<SocketError> ConnectAsync(int port)
    {
        using var socket = new TcpClient();
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return SocketError.Success;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode;
        }
    }

    private static StartStage StageOf(string name) => Enum.GetValues<StartStage>().Single(stage => StartProgress.NameOf(stage) == name);
}
