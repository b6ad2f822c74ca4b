using System.Net.Http.Json;
using System.Text.Json;
using SensorGrid.Testing;

namespace SensorGrid.EndToEnd.Tests.Support;

/// <summary>The service as a process on fixed ports, so that it can be killed and started again under the same addresses.</summary>
internal sealed class RunningService : IDisposable
{
    private readonly string[] arguments;
    private ChildProcess? process;

    public RunningService(string data, params string[] more)
    {
        Data = data;
        Http = FreePort.Take();
        Mqtt = FreePort.Take();
        arguments = ["--data", data, "--http", $"127.0.0.1:{Http}", "--mqtt", $"127.0.0.1:{Mqtt}", .. more];
        Client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{Http}"), Timeout = TimeSpan.FromSeconds(30) };
    }

    public string Data { get; }

    public int Http { get; }

    public int Mqtt { get; }

    public HttpClient Client { get; }

    public string Output => process?.Output ?? "";

    /// <summary>Longest it may take to be ready.</summary>
    public TimeSpan StartLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The program under which it runs (strace, env …) with its arguments; empty: none.</summary>
    public IReadOnlyList<string> Under { get; init; } = [];

    /// <summary>The service itself, also when it runs under another program.</summary>
    public ServiceProbe Probe => new(Under.Count == 0 ? process!.Id : ServiceProbe.ChildOf(process!.Id));

    public bool HasExited => process!.HasExited;

    /// <summary>Starts it and waits until it is ready.</summary>
    /// <returns>How long that took.</returns>
    public async Task<TimeSpan> StartAsync()
    {
        long began = TimeProvider.System.GetTimestamp();
        Begin(Under);
        await process!.LineAsync(line => line == "ready", StartLimit);
        var ready = await HealthAsync();
        Assert.True(ready.Status == 200, ready.Text);
        return TimeProvider.System.GetElapsedTime(began);
    }

    /// <summary>Starts it under a program, and waits for nothing.</summary>
    public void Begin(IReadOnlyList<string> under)
    {
        process?.Dispose();
        string[] all = [.. under, "dotnet", Build.Service, .. arguments];
        process = new(all[0], all[1..]);
    }

    public void KillHard() => process!.KillHard();

    public Task<int> ExitAsync(TimeSpan limit) => process!.ExitAsync(limit);

    /// <summary>What <c>/healthz/ready</c> says; status 0 when nobody answers.</summary>
    public async Task<(int Status, string Text)> HealthAsync()
    {
        try
        {
            using var response = await Client.GetAsync("/healthz/ready");
            return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
        }
        catch (HttpRequestException e)
        {
            return (0, e.Message);
        }
    }

    /// <summary>Waits until the health page says something.</summary>
    /// <returns>How long that took.</returns>
    public async Task<TimeSpan> SaysAsync(Func<(int Status, string Text), bool> expected, TimeSpan limit)
    {
        long began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var health = await HealthAsync();
            var sofar = TimeProvider.System.GetElapsedTime(began);
            if (expected(health))
                return sofar;
            Assert.True(sofar < limit, $"after {sofar} the health page still says {health.Status} {health.Text}. The service printed:\n{Output}");
            await Task.Delay(TimeSpan.FromMilliseconds(25), TimeProvider.System);
        }
    }

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
