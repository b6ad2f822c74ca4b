using System.Net;
using System.Net.Sockets;
using System.Text;
using SensorGrid.Testing;

namespace SensorGrid.Ingest.Tests.Peers;

/// <summary>A Mosquitto broker with the profile that ingest/docs/mqtt-source.md tells operators to use, which it reads from there.</summary>
internal sealed class Mosquitto : IDisposable
{
    private readonly string folder = Path.Combine(Path.GetTempPath(), "sensorgrid-mosquitto-" + Guid.NewGuid().ToString("N"));
    private readonly string configuration;
    private ChildProcess? process;

    public Mosquitto()
    {
        PeerProcess.Find("mosquitto");
        Directory.CreateDirectory(folder);
        // It drops its rights to a user of its own when it is started by root.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, (UnixFileMode)0b111_111_111);
        Port = FreePort.Take();
        configuration = Path.Combine(folder, "mosquitto.conf");
        File.WriteAllText(configuration, MosquittoProfile.On(Port, folder));
    }

    public int Port { get; }

    public Uri Address => new($"mqtt://127.0.0.1:{Port}");

    /// <summary>Whether a text stands in what it has saved.</summary>
    public bool HasSaved(string text)
    {
        string saved = Path.Combine(folder, "mosquitto.db");
        return File.Exists(saved) && File.ReadAllBytes(saved).AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;
    }

    /// <summary>Whether a text stands in its log.</summary>
    public bool HasLogged(string text) => process!.Output.Contains(text, StringComparison.Ordinal);

    public async Task StartAsync()
    {
        process = PeerProcess.Start("mosquitto", "-c", configuration);
        long began = TimeProvider.System.GetTimestamp();
        while (!await AnswersAsync())
        {
            Assert.False(process.HasExited, process.Output);
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(30), process.Output);
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    /// <summary>An orderly stop: it saves its sessions.</summary>
    public async Task StopAsync()
    {
        process!.Terminate();
        await process.ExitAsync(PeerProcess.Patience);
        process.Dispose();
    }

    public void Kill()
    {
        process!.KillHard();
        process.Dispose();
    }

    public void Pause() => process!.Pause();

    public void GoOn() => process!.GoOn();

    public void Dispose()
    {
        process?.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private async Task<bool> AnswersAsync()
    {
        using var socket = new TcpClient();
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
