using SensorGrid.Ingest.Service.Hosting;

namespace SensorGrid.Ingest.Service.Tests.Rig;

/// <summary>An afternoon's rain, a gauge that rises, a probe that falls silent, and the service that has taken it all.</summary>
public sealed class RainyAfternoon : IAsyncLifetime
{
    /// <summary>Time between two readings.</summary>
    public static TimeSpan Interval { get; } = TimeSpan.FromMinutes(5);

    /// <summary>mm in each interval: a shower, a pause, a cloudburst, and dry hours in which all of it leaves the window.</summary>
    public static IReadOnlyList<double> Rain { get; } =
    [
        0, 0, 0, 0.2, 1.7, 2.3, 0.7, 0, 0, 0.1, 0, 3.3, 6.1, 7.9, 8.4, 9.7, 4.2, 2.6, 0.3, 0, 0.1, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ];

    private static readonly double[] Stage = [1.0, 1.0, 1.1, 1.2, 1.8, 2.0, 2.0, 2.0, 2.0];

    private readonly ServiceFolder folder = new();
    private RunningService? service;

    public RainyAfternoon()
    {
        var now = TimeProvider.System.GetUtcNow();
        Begin = new DateTimeOffset(now.UtcTicks - now.UtcTicks % Interval.Ticks, TimeSpan.Zero) - Interval * (Rain.Count + 12);
    }

    /// <summary>When the first readings were taken.</summary>
    public DateTimeOffset Begin { get; }

    internal ApiClient Api { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        File.WriteAllText(folder.CatalogueFile, """
            domains: [{ id: water, name: { zh: 水利, en: Water } }]
            stations: [{ id: field, kind: rain, name: Field, domain: water }]
            gateways: [{ id: water-gw-1, domain: water }]
            datastreams:
              - { gateway: water-gw-1, name: rain, station: field, quantity: rain, unit: mm }
              - { gateway: water-gw-1, name: stage, station: field, quantity: level, unit: m }
              - { gateway: water-gw-1, name: quiet, station: field, quantity: probe }
            """);
        File.WriteAllText(folder.RulesFile, """
            rules:
              - { id: rain-1h, type: threshold, domain: water, title: Rain, scope: { quantity: rain }, value: sum(1h), levels: { yellow: 20, orange: 40 },
                  unit: mm, clear-margin: 2 }
              - { id: rise, type: threshold, domain: water, title: Rise, scope: { quantity: level }, value: rate(15min), levels: { yellow: 1.5 } }
              - { id: silent, type: deadman, domain: water, title: Silent, scope: { quantity: probe }, silence: 1s, level: blue }
            """);
        service = await Program.OpenAsync(ServiceSettings.Read(new CommandLine(folder.Arguments("--Logging:LogLevel:Default", "Error")), folder.Path));
        Assert.True(await service.StartAsync());
        Api = new(service.Http);
        await using var gateway = await TestGateway.ConnectAsync(service.Mqtt);
        for (int i = 0; i < Rain.Count; i++)
            await SendAsync(gateway, "rain", i, Rain[i]);
        // A text is no value to the rules, and none to the trend.
        await gateway.SendAsync($$"""[{"n":"rain","u":"mm","vs":"broken","t":{{SecondsAt(Rain.Count)}}}]""");
        for (int i = 0; i < Stage.Length; i++)
            await SendAsync(gateway, "stage", i, Stage[i]);
        await SendAsync(gateway, "quiet", 0, 1);
        await Wait.ForAsync<object>("what was sent", async () =>
            (await Api.GetAsync($"/api/v1/readings?datastream=water-gw-1/rain&from={Service.Api.ApiJson.Format(Begin)}")).GetProperty("readings").GetArrayLength() == Rain.Count + 1
            && (await Api.GetAsync("/api/v1/alarms?state=all")).GetProperty("alarms").GetArrayLength() == 3 ? "" : null);
    }

    public async Task DisposeAsync()
    {
        Api?.Dispose();
        if (service is not null)
            await service.DisposeAsync();
        folder.Dispose();
    }

    private async Task SendAsync(TestGateway gateway, string name, int step, double value) =>
        await gateway.SendAsync(FormattableString.Invariant($$"""[{"n":"{{name}}","v":{{value}},"t":{{SecondsAt(step)}}}]"""));

    private long SecondsAt(int step) => (Begin + Interval * step).ToUnixTimeSeconds();
}
