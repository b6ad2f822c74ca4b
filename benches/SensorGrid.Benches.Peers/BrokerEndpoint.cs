using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MQTTnet.AspNetCore;

namespace SensorGrid.Benches.Peers;

/// <summary>MQTTnet's broker on Kestrel, set up as its samples do. Nothing is kept on disk or decoded, nobody subscribes.</summary>
internal static class BrokerEndpoint
{
    public static async Task RunAsync(int port, CancellationToken cancellation)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(port, listener => listener.UseMqtt()));
        builder.Services.AddHostedMqttServer(server => server.WithoutDefaultEndpoint());
        builder.Services.AddMqttConnectionHandler();
        builder.Services.AddConnections();
        await using var host = builder.Build();
        await host.StartAsync(cancellation);
        Console.WriteLine("ready");
        await host.WaitForShutdownAsync(cancellation);
    }
}
