using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SensorGrid.Ingest.Tests.Rig;
using SensorGrid.Ingest.Sources.Mqtt.Endpoint;
using SensorGrid.Ingest.Sources.Mqtt.Sessions;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt.Endpoint;

/// <summary>The endpoint as a broker for everybody, on a port of this machine: what foreign clients and conformance suites are tested against.</summary>
internal sealed class PlainBroker : IAsyncDisposable
{
    private readonly IngestMetrics metrics = new();
    private readonly SessionMetrics sessionMetrics = new();
    private readonly MqttEndpoint endpoint;
    private readonly WebApplication host;

    private PlainBroker(int port)
    {
        var sessionOptions = new MqttSessionOptions { MaxSubscriptions = 1024 };
        var clock = new SessionClock(TimeProvider.System);
        var sessions = new MqttSessions(sessionOptions, clock, sessionMetrics, NullLogger.Instance);
        endpoint = new(
            new(), sessionOptions, 256 * 1024, new OpenAccess { IsPlainBroker = true }, new FakeSink(), sessions, null, clock, metrics, TimeProvider.System, NullLogger.Instance);
        endpoint.Start();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var address = PolledKestrel.Use(builder, new(IPAddress.Loopback, port));
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(address, listen => listen.UseMqttSource(new MqttEndpointSource(endpoint))));
        host = builder.Build();
    }

    public int Port { get; private set; }

    public string PortText => Port.ToString(CultureInfo.InvariantCulture);

    /// <summary>Clients connected.</summary>
    public int Clients => endpoint.Limits.Count;

    public MqttSessions Sessions => endpoint.Sessions;

    public static async Task<PlainBroker> StartAsync(int port = 0)
    {
        var broker = new PlainBroker(port);
        await broker.host.StartAsync();
        broker.Port = new Uri(broker.host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;
        return broker;
    }

    public async ValueTask DisposeAsync()
    {
        await endpoint.StopAsync();
        await host.StopAsync();
        await host.DisposeAsync();
        await endpoint.DisposeAsync();
        metrics.Dispose();
        sessionMetrics.Dispose();
    }
}
