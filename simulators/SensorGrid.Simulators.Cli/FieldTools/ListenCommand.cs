using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using SensorGrid.FieldProtocols;
using SensorGrid.FieldProtocols.Sessions;
using SensorGrid.Simulators.FieldTools.Desk;

namespace SensorGrid.Simulators.Cli.FieldTools;

/// <summary>The <c>listen</c> command: a centre by hand.</summary>
internal static class ListenCommand
{
    public static Command Create(TimeProvider clock)
    {
        var protocol = new Argument<string>("PROTOCOL") { Description = "One of " + string.Join(", ", FieldFormats.Words) + "." };
        protocol.AcceptOnlyFromAmong([.. FieldFormats.Words]);
        var port = new Option<int>("--port") { Description = "Port; 0 takes a free one and says which.", DefaultValueFactory = _ => 0 };
        port.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && (!int.TryParse(result.Tokens[0].Value, out int number) || number is < 0 or > 65535))
                result.AddError("--port is a number from 0 to 65535.");
        });
        var addresses = new Option<IPAddress[]>("--address")
        {
            Description = "Address to listen on, IPv4 or IPv6; may be given several times. Without it the loopback addresses: nobody else can connect.",
            CustomParser = result => [.. result.Tokens.Select(token =>
                IPAddress.TryParse(token.Value, out var address) ? address : OptionValues.Refuse<IPAddress>(result, $"'{token.Value}' is not an IP address.")!)],
            AllowMultipleArgumentsPerToken = false,
        };
        var udp = new Option<bool>("--udp") { Description = "Takes datagrams on the same addresses and port too." };
        var hex = new Option<bool>("--hex") { Description = "Shows each frame's bytes too." };
        var most = new Option<int>("--max-connections") { Description = "Lines at once.", DefaultValueFactory = _ => 64 };
        var command = new Command("listen",
            "Act as a centre: take stations, acknowledge what they send, show it, and send what is typed. Nothing is kept. Type help for the commands; quit or Ctrl-C ends it.\n\n" +
            VerbsText())
        {
            protocol, port, addresses, udp, hex, most,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            var format = FieldFormats.Of(parsed.GetRequiredValue(protocol));
            var sockets = new List<Socket>();
            try
            {
                List<Socket> listeners = [], datagrams = [];
                int chosen = parsed.GetValue(port);
                foreach (var address in AddressesOf(parsed.GetValue(addresses)))
                {
                    var listener = Open(address, chosen, ProtocolType.Tcp, sockets);
                    listener.Listen();
                    // All doors have one number.
                    chosen = ((IPEndPoint)listener.LocalEndPoint!).Port;
                    listeners.Add(listener);
                    await output.WriteLineAsync($"{parsed.GetValue(protocol)}: tcp {listener.LocalEndPoint}");
                    if (!parsed.GetValue(udp))
                        continue;
                    datagrams.Add(Open(address, chosen, ProtocolType.Udp, sockets));
                    await output.WriteLineAsync($"{parsed.GetValue(protocol)}: udp {datagrams[^1].LocalEndPoint}");
                }
                await output.FlushAsync(cancellationToken);
                using var desk = new CentreDesk(format, new(format, output, clock, parsed.GetValue(hex)), clock, Math.Max(1, parsed.GetValue(most)));
                using var input = new StreamReader(FieldInput.Open("-"));
                await desk.RunAsync(listeners, datagrams, input, cancellationToken);
                return 0;
            }
            catch (SocketException e)
            {
                await error.WriteLineAsync($"cannot listen: {e.Message}. Choose another --port or --address.");
                return 2;
            }
            finally
            {
                foreach (var socket in sockets)
                    socket.Dispose();
            }
        });
        return command;
    }

    private static IPAddress[] AddressesOf(IPAddress[]? given)
    {
        if (given is { Length: > 0 })
            return given;
        return Socket.OSSupportsIPv6 ? [IPAddress.Loopback, IPAddress.IPv6Loopback] : [IPAddress.Loopback];
    }

    private static Socket Open(IPAddress address, int port, ProtocolType protocol, List<Socket> sockets)
    {
        var socket = new Socket(address.AddressFamily, protocol == ProtocolType.Tcp ? SocketType.Stream : SocketType.Dgram, protocol);
        sockets.Add(socket);
        socket.Bind(new IPEndPoint(address, port));
        return socket;
    }

    private static string VerbsText() => string.Join("\n", FieldFormats.Known.Select(format =>
        $"{format.Protocol.ToWord()}: [STATION] {string.Join(" | ", FieldCentre.VerbsOf(format.Protocol).Select(verb => $"{verb.Name} {verb.Arguments}".Trim()))}"));
}
