using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using SensorGrid.Ingest.Sources.Mqtt.Polling;

namespace SensorGrid.Ingest.Service.Hosting;

/// <summary>An address taken before it is served: a port that another program holds is told before a long recovery and not after it, and a
/// gateway that comes meanwhile is turned away by the system (connection refused) and tries again.</summary>
internal sealed class ReservedPort : IDisposable
{
    private readonly Socket socket;

    private ReservedPort(Socket socket) => this.socket = socket;

    /// <summary>What was taken; with the port really bound where any free one was asked for.</summary>
    public IPEndPoint EndPoint => (IPEndPoint)socket.LocalEndPoint!;

    /// <param name="address">The address.</param>
    /// <param name="option">Option that names it, for the message.</param>
    /// <exception cref="StartException">Another program holds it, or it cannot be listened on here.</exception>
    public static ReservedPort Take(ListenAddress address, string option)
    {
        try
        {
            return new(Bind(address));
        }
        catch (SocketException e)
        {
            throw new StartException($"{option} {address} cannot be listened on: {e.Message}. {StartFailure.Remedy(e.SocketErrorCode)}");
        }
    }

    /// <summary>Lets the web server serve them: it gets the bound sockets in place of its own.</summary>
    public static void Serve(IServiceCollection services, ReservedPort[] ports) => services.Configure<SocketTransportOptions>(transport =>
        transport.CreateBoundListenSocket = endpoint =>
            Array.Find(ports, port => endpoint.Equals(port.EndPoint))?.socket ?? SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint));

    /// <summary>Lets event loops serve it.</summary>
    public void ServeByLoops(IServiceCollection services, int loops) =>
        services.AddPolledListening(loops, endpoint => endpoint.Equals(EndPoint) ? socket : null);

    /// <summary>Gives it back, if nobody serves it.</summary>
    public void Dispose() => socket.Dispose();

    private static Socket Bind(ListenAddress address)
    {
        try
        {
            return SocketTransportOptions.CreateDefaultBoundListenSocket(new IPEndPoint(address.Address, address.Port));
        }
        catch (SocketException e) when (address.IsAny && e.SocketErrorCode != SocketError.AddressAlreadyInUse)
        {
            // A machine without IPv6: every address is then every IPv4 address.
            return SocketTransportOptions.CreateDefaultBoundListenSocket(new IPEndPoint(IPAddress.Any, address.Port));
        }
    }
}
