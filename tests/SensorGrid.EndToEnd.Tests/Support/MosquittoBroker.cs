using System.Net;
using System.Net.Sockets;
using SensorGrid.Testing;

namespace SensorGrid.EndToEnd.Tests.Support;

/// <summary>Debian's mosquitto with the profile that the documentation gives: nothing acknowledged is dropped while SensorGrid is away.</summary>
internal sealed class MosquittoBroker : IDisposable
{
    private static readonly string? Program = ((string[])["/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto"]).FirstOrDefault(File.Exists);
    private readonly ChildProcess process;

    private MosquittoBroker(ChildProcess process, int port)
    {
        this.process = process;
        Port = port;
    }

    public static bool Installed => Program is not null;

    public int Port { get; }

    public static async Task<MosquittoBroker> StartAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        int port = FreePort.Take();
        string configuration = Path.Combine(folder, "mosquitto.conf");
        // It drops its rights to a user of its own when it is started by root.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, (UnixFileMode)0b111_111_111);
        await File.WriteAllTextAsync(configuration, MosquittoProfile.On(port, folder));
        var process = new ChildProcess(Program!, "-c", configuration, "-v");
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port);
                return new(process, port);
            }
            catch (SocketException) when (attempt < 100)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            }
        }
    }

    /// <summary>Waits until the service has its session and its subscriptions: what is published before, no broker keeps for it.</summary>
    public async Task ServesAsync(RunningService service)
    {
        for (int attempt = 0; attempt < 600; attempt++)
        {
            var source = (await service.GetAsync("/api/v1/status")).GetProperty("sources")[0];
            if (source.GetProperty("connected").GetBoolean())
                return;
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
        Assert.Fail($"the service did not connect to mosquitto:\n{process.Output}");
    }

    /// <summary>Waits until the service has taken what the broker still held for it: the log stands still.</summary>
    public async Task DrainedAsync(RunningService service, TimeSpan limit)
    {
        long began = TimeProvider.System.GetTimestamp();
        long before = -1;
        for (int same = 0; same < 5;)
        {
            long accepted = (await service.GetAsync("/api/v1/status")).GetProperty("counts").GetProperty("readings").GetInt64();
            same = accepted == before ? same + 1 : 0;
            before = accepted;
            Assert.False(process.HasExited, $"mosquitto ended:\n{process.Output}");
            Assert.True(TimeProvider.System.GetElapsedTime(began) < limit, $"after {limit} readings still come, {accepted} so far");
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
        }
    }

    public void Dispose() => process.Dispose();
}
