using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using SensorGrid.Ingest.Sources.Mqtt.Polling;

namespace SensorGrid.Ingest.Tests.Rig;

/// <summary>Kestrel with event loops, as the service has it where they are supported.</summary>
internal static class PolledKestrel
{
    /// <summary>The address to listen on, with the port that was taken; it is served by one event loop.</summary>
    public static IPEndPoint Use(WebApplicationBuilder builder, IPEndPoint wanted)
    {
        builder.WebHost.UseKestrelCore();
        if (!PolledListening.IsSupported)
            return wanted;
        var socket = PolledListening.Bind(wanted);
        var taken = (IPEndPoint)socket.LocalEndPoint!;
        builder.Services.AddPolledListening(1, endpoint => endpoint.Equals(taken) ? socket : null);
        return taken;
    }
}
