using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using SensorGrid.FieldProtocols;
using SensorGrid.Ingest.Sources.FieldProtocols;

namespace SensorGrid.Ingest.Service.Hosting;

/// <summary>The addresses stations of field protocols come to, taken before they are served, as <see cref="GatewayDoors"/> are.</summary>
internal sealed class StationDoors : IDisposable
{
    private readonly List<(FieldProtocolOptions Options, ReservedPort Port)> tcp = [];
    private readonly List<(FieldProtocolOptions Options, Socket Socket)> udp = [];

    /// <summary>The protocols that are on.</summary>
    public IEnumerable<FieldProtocolOptions> Protocols => tcp.Select(door => door.Options).Concat(udp.Select(door => door.Options)).Distinct();

    /// <summary>True when there is one for TCP.</summary>
    public bool HasTcp => tcp.Count > 0;

    /// <summary>What to print: protocol and address, with the port really bound.</summary>
    public IEnumerable<(string Protocol, string Address)> Addresses =>
        tcp.Select(door => (door.Options.Protocol.ToWord(), door.Options.Listen.Listen!.ToUri("tcp", door.Port.EndPoint.Port)))
            .Concat(udp.Select(door => (door.Options.Protocol.ToWord(), door.Options.Listen.Udp!.ToUri("udp", ((IPEndPoint)door.Socket.LocalEndPoint!).Port))));

    /// <exception cref="StartException">An address cannot be listened on.</exception>
    public static StationDoors Take(IReadOnlyList<FieldProtocolOptions> protocols)
    {
        var doors = new StationDoors();
        try
        {
            foreach (var protocol in protocols)
            {
                if (protocol.Listen.Listen is { } stream)
                    doors.tcp.Add((protocol, ReservedPort.Take(stream, $"{protocol.Section}:Listen")));
                if (protocol.Listen.Udp is { } datagrams)
                    doors.udp.Add((protocol, Bind(datagrams, $"{protocol.Section}:Udp")));
            }
            return doors;
        }
        catch
        {
            doors.Dispose();
            throw;
        }
    }

    /// <summary>Lets a web server open those for TCP.</summary>
    public void Serve(WebApplicationBuilder builder, IReadOnlyDictionary<FieldProtocol, FieldListener> listeners)
    {
        ReservedPort.Serve(builder.Services, [.. tcp.Select(door => door.Port)]);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            foreach (var (options, port) in tcp)
                kestrel.Listen(port.EndPoint, listen => listen.Run(listeners[options.Protocol].RunConnectionAsync));
        });
    }

    /// <summary>Who takes datagrams, each to be run beside the others.</summary>
    public IEnumerable<(string Name, FieldDatagrams Datagrams)> Datagrams(IReadOnlyDictionary<FieldProtocol, FieldListener> listeners) =>
        udp.Select(door => ($"Datagrams of {door.Options.Protocol.ToWord()}", new FieldDatagrams(listeners[door.Options.Protocol], door.Socket)));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, port) in tcp)
            port.Dispose();
        foreach (var (_, socket) in udp)
            socket.Dispose();
    }

    private static Socket Bind(ListenAddress address, string option)
    {
        var socket = new Socket(address.Address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            if (address.IsAny)
                socket.DualMode = true;
            socket.Bind(new IPEndPoint(address.Address, address.Port));
            return socket;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new StartException($"{option} {address} cannot be listened on: {e.Message}. {StartFailure.Remedy(e.SocketErrorCode)}");
        }
    }
}
