using SensorGrid.Ingest.Service.Hosting;

namespace SensorGrid.Ingest.Service.Tests.Rig;

/// <summary>The service in this process, on free ports, with a temporary folder: for tests that ask much and stop nothing.</summary>
public sealed class ServiceRig : IAsyncLifetime
{
    private RunningService? service;

    internal ServiceFolder Folder { get; } = new();

    internal ApiClient Api { get; private set; } = null!;

    internal string Http => service!.Http;

    internal string Mqtt => service!.Mqtt;

    public async Task InitializeAsync()
    {
        service = await Program.OpenAsync(ServiceSettings.Read(
            new CommandLine(Folder.Arguments("--Http:AllowedHosts", "city.example", "--Http:MaxStreams", "3", "--Logging:LogLevel:Default", "Error")), Folder.Path));
        Assert.True(await service.StartAsync());
        Api = new(service.Http);
    }

    public async Task DisposeAsync()
    {
        Api?.Dispose();
        if (service is not null)
            await service.DisposeAsync();
        Folder.Dispose();
    }
}
