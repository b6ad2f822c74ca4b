using SensorGrid.Ingest.Service.Hosting;

namespace SensorGrid.Ingest.Service.Tests.Rig;

/// <summary>A service in this process that a test starts and stops itself.</summary>
internal sealed class LocalService : IAsyncDisposable
{
    private readonly RunningService service;

    private LocalService(RunningService service)
    {
        this.service = service;
        Api = new(service.Http);
    }

    public ApiClient Api { get; }

    public string Mqtt => service.Mqtt;

    /// <summary>Addresses of stations, by protocol.</summary>
    public IReadOnlyList<(string Protocol, string Address)> Stations => service.Stations;

    public static async Task<LocalService> StartAsync(ServiceFolder folder, string? data = null, params string[] more)
    {
        string[] arguments = [.. folder.Arguments("--Logging:LogLevel:Default", "Error"), .. more];
        if (data is not null)
            arguments[Array.IndexOf(arguments, "--data") + 1] = data;
        var service = await Program.OpenAsync(ServiceSettings.Read(new CommandLine(arguments), folder.Path));
        Assert.True(await service.StartAsync(), "The service did not start.");
        return new(service);
    }

    /// <summary>Waits until the status says something.</summary>
    public Task<object> UntilAsync(string what, Func<System.Text.Json.JsonElement, bool> holds) => Wait.ForAsync<object>(
        what, async () => holds(await Api.GetAsync("/api/v1/status")) ? "yes" : null);

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        await service.DisposeAsync();
    }
}
