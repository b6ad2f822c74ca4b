using System.Net;
using System.Net.Sockets;

namespace SensorGrid.Testing;

/// <summary>A port that is free now, for a server that must have, or come back on, a port known beforehand. Below those that the system gives to outgoing connections
/// and to whoever asks for any: one of these may be somebody's before the server listens. No port is given twice by one process.</summary>
public static class FreePort
{
    private const int First = 20_000;
    private const int Count = 12_000;

    // Runs beside each other begin at different places.
    private static int last = Environment.ProcessId * 97 % Count;

    public static int Take()
    {
        for (int tries = 0; tries < Count; tries++)
        {
            int port = First + (int)((uint)Interlocked.Increment(ref last) % Count);
            if (IsFree(port))
                return port;
        }
        throw new InvalidOperationException($"None of the ports {First} to {First + Count - 1} is free on loopback.");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            using var datagrams = new UdpClient(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
