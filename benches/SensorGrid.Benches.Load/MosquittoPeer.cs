using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace SensorGrid.Benches.Load;

/// <summary>Debian's mosquitto with its defaults on a free port: what a user would put in front instead.</summary>
internal sealed class MosquittoPeer : IDisposable
{
    private readonly Process process;

    private MosquittoPeer(Process process, int port)
    {
        this.process = process;
        Port = port;
    }

    public int Port { get; }

    public TimeSpan CpuTime()
    {
        process.Refresh();
        return process.TotalProcessorTime;
    }

    public static async Task<MosquittoPeer> StartAsync(CancellationToken cancellation)
    {
        int port;
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            port = ((IPEndPoint)listener.LocalEndpoint).Port;
        }
        string program = File.Exists("/usr/sbin/mosquitto") ? "/usr/sbin/mosquitto" : "mosquitto";
        var process = Process.Start(new ProcessStartInfo(program, ["-p", port.ToString(System.Globalization.CultureInfo.InvariantCulture)]) { RedirectStandardError = true })
            ?? throw new InvalidOperationException("mosquitto did not start: is the package mosquitto installed?");
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port, cancellation);
                return new(process, port);
            }
            catch (SocketException) when (attempt < 100)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellation);
            }
        }
    }

    public void Dispose()
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
    }
}
