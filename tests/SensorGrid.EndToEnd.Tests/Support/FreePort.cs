using System.Net;
using System.Net.Sockets;

namespace SensorGrid.EndToEnd.Tests.Support;

/// <summary>A port that is free now, for a program that must come back on the same one after a crash.</summary>
internal static class FreePort
{
    public static int Take()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
