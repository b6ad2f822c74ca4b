using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SensorGrid.FieldProtocols.Frames;
using SensorGrid.Ingest.Sources.FieldProtocols;
using SensorGrid.Ingest.Tests.Rig;

namespace SensorGrid.Ingest.Tests.Sources.FieldProtocols;

/// <summary>A listener of the tiny protocol on real sockets, over a real log.</summary>
internal sealed class ListenerRig : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private WebApplication host = null!;
    private Socket datagramSocket = null!;
    private FieldDatagrams datagramListener = null!;
    private Task datagrams = Task.CompletedTask;

    public required IngestRig Ingest { get; init; }

    public required FieldListener Listener { get; init; }

    public FieldProtocolMetrics Metrics { get; private init; } = null!;

    public int Port { get; private set; }

    public int DatagramPort => ((IPEndPoint)datagramSocket.LocalEndPoint!).Port;

    public static async Task<ListenerRig> StartAsync(
        FieldListenerOptions? options = null, Func<string, long?>? newestStored = null, GatedDisk? disk = null, TimeProvider? time = null, FieldKit? kit = null)
    {
        kit ??= TinyProtocol.Kit;
        var ingest = new IngestRig(time: time, disk: disk, formats: FieldFormat.PayloadsOf([kit.Format]));
        var metrics = new FieldProtocolMetrics();
        var rig = new ListenerRig
        {
            Ingest = ingest,
            Metrics = metrics,
            Listener = new(
                kit, options ?? new(), ingest.Admission, new History(newestStored ?? (_ => null)), metrics, ingest.Time, NullLogger<FieldListener>.Instance),
        };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(
            kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Run(rig.Listener.RunConnectionAsync)));
        rig.host = builder.Build();
        await rig.host.StartAsync();
        rig.Port = new Uri(rig.host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;
        rig.datagramSocket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        rig.datagramSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        rig.datagramListener = new FieldDatagrams(rig.Listener, rig.datagramSocket);
        rig.datagrams = rig.datagramListener.RunAsync(rig.stop.Token);
        return rig;
    }

    public async Task<NetworkStream> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, Port);
        return new(socket, ownsSocket: true);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await datagrams;
        datagramListener.Dispose();
        datagramSocket.Dispose();
        await host.StopAsync();
        await host.DisposeAsync();
        await Ingest.DisposeAsync();
        Metrics.Dispose();
        stop.Dispose();
    }

    private sealed class History(Func<string, long?> newestStored) : IStationHistory
    {
        public long? NewestOf(string station) => newestStored(station);

        public ValueTask<IReadOnlyList<long>> ObservedAsync(string station, string datastream, long fromTicks, long untilTicks, CancellationToken cancellationToken) =>
            new(newestStored(station) is { } newest && newest >= fromTicks ? [newest] : []);
    }
}
