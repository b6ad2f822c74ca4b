using System.Net.Http.Json;
using System.Text.Json;
using SensorGrid.Testing;

namespace SensorGrid.EndToEnd.Tests.Support;

/// <summary>The service as a process on fixed ports, so that it can be killed and started again under the same addresses.</summary>
internal sealed class RunningService : IDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private readonly string[] arguments;
    private ProgramProcess? process;

    public RunningService(string data, params string[] more)
    {
        Http = FreePort.Take();
        Mqtt = FreePort.Take();
        arguments = ["--data", data, "--http", $"127.0.0.1:{Http}", "--mqtt", $"127.0.0.1:{Mqtt}", .. more];
        Client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{Http}"), Timeout = TimeSpan.FromSeconds(30) };
    }

    public int Http { get; }

    public int Mqtt { get; }

    public HttpClient Client { get; }

    public string Output => process?.Output ?? "";

    public async Task StartAsync()
    {
        process?.Dispose();
        process = ProgramProcess.DotNet(Build.Service, arguments);
        await process.LineAsync(line => line == "ready", StartLimit);
    }

    public void KillHard() => process!.KillHard();

    public async Task<JsonElement> GetAsync(string path)
    {
        using var response = await Client.GetAsync(path);
        Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>Waits until everything in the log has been stored and evaluated.</summary>
    public async Task CaughtUpAsync()
    {
        for (int attempt = 0; attempt < 600; attempt++)
        {
            var status = await GetAsync("/api/v1/status");
            // Ticks keep coming, so a lag of a few records is none.
            if (status.GetProperty("followers").EnumerateObject().All(follower => follower.Value.GetProperty("lag").GetInt64() <= 5))
                return;
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
        Assert.Fail($"the followers did not catch up: {await GetAsync("/api/v1/status")}");
    }

    public async Task StopAsync()
    {
        process!.Terminate();
        Assert.Equal(0, await process.ExitAsync(TimeSpan.FromSeconds(30)));
    }

    public void Dispose()
    {
        process?.Dispose();
        Client.Dispose();
    }
}
