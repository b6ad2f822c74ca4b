using System.Net;
using System.Net.Sockets;

namespace SensorGrid.Testing;

/// <summary>A port that is free now, for a server that must have, or come back on, a port known beforehand.</summary>
public static class FreePort
{
    public static int Take()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
