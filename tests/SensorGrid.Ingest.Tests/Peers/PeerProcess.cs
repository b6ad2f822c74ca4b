using System.Diagnostics;
using System.Text;
using SensorGrid.Testing;

namespace SensorGrid.Ingest.Tests.Peers;

/// <summary>A program of somebody else's that a test talks to. Killed when the test ends.</summary>
internal sealed class PeerProcess : IDisposable
{
    private readonly Process process;
    private readonly StringBuilder output = new();

    private PeerProcess(string program, IEnumerable<string> arguments)
    {
        process = new Process
        {
            StartInfo = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true },
        };
        process.OutputDataReceived += (_, e) => Append(e.Data);
        process.ErrorDataReceived += (_, e) => Append(e.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public bool HasExited => process.HasExited;

    /// <summary>What it wrote so far.</summary>
    public string Output
    {
        get
        {
            lock (output)
                return output.ToString();
        }
    }

    /// <summary>Where a program is; skips the test, saying so, when it is not installed.</summary>
    public static string Find(string program)
    {
        string[] folders = ["/usr/sbin", "/usr/local/sbin", .. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')];
        string? found = folders.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
        Skip.If(found is null, $"{program} is not installed (Debian: apt install mosquitto mosquitto-clients python3-paho-mqtt).");
        return found!;
    }

    public static PeerProcess Start(string program, params string[] arguments) => new(Find(program), arguments);

    /// <summary>Runs one of the Python scripts beside this file; skips when Python or paho is missing.</summary>
    public static async Task<string> RunPahoAsync(string script, params string[] arguments)
    {
        const string Python = "/usr/bin/python3";
        Skip.IfNot(File.Exists(Python), "Python 3 is not installed (Debian: apt install python3-paho-mqtt).");
        using (var probe = new PeerProcess(Python, ["-c", "import paho.mqtt.client"]))
        {
            int found = await probe.ExitAsync();
            Skip.If(found != 0, "Python's paho is not installed (Debian: apt install python3-paho-mqtt).");
        }
        using var run = new PeerProcess(Python, [RepositoryRoot.Combine("tests", "SensorGrid.Ingest.Tests", "Peers", script), .. arguments]);
        int code = await run.ExitAsync();
        Assert.True(code == 0, $"{script} ended with {code}: {run.Output}");
        return run.Output;
    }

    /// <summary>Waits for its end.</summary>
    public async Task<int> ExitAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await process.WaitForExitAsync(limit.Token);
        return process.ExitCode;
    }

    /// <summary>SIGTERM: it may put its things in order.</summary>
    public void Terminate()
    {
        using var kill = Process.Start("/bin/kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>SIGKILL.</summary>
    public void Kill() => process.Kill();

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
            process.WaitForExit();
        }
        process.Dispose();
    }

    private void Append(string? line)
    {
        lock (output)
            output.Append(line).Append('\n');
    }
}
