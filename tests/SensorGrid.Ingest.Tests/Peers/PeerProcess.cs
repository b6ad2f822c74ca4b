using SensorGrid.Testing;

namespace SensorGrid.Ingest.Tests.Peers;

/// <summary>Programs of somebody else's that a test talks to; a test whose program is absent skips and says so.</summary>
internal static class PeerProcess
{
    /// <summary>More than any of them needs.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Where a program is; skips the test, saying so, when it is not installed.</summary>
    public static string Find(string program)
    {
        string? found = ChildProcess.Find(program);
        Skip.If(found is null, $"{program} is not installed (Debian: apt install mosquitto mosquitto-clients python3-paho-mqtt).");
        return found!;
    }

    public static ChildProcess Start(string program, params string[] arguments) => new(Find(program), arguments);

    /// <summary>Runs one of the Python scripts beside this file; skips when Python or paho is missing.</summary>
    public static async Task<string> RunPahoAsync(string script, params string[] arguments)
    {
        const string Python = "/usr/bin/python3";
        Skip.IfNot(File.Exists(Python), "Python 3 is not installed (Debian: apt install python3-paho-mqtt).");
        Skip.If(ChildProcess.Run(Python, "-c", "import paho.mqtt.client").ExitCode != 0, "Python's paho is not installed (Debian: apt install python3-paho-mqtt).");
        using var run = new ChildProcess(Python, [RepositoryRoot.Combine("tests", "SensorGrid.Ingest.Tests", "Peers", script), .. arguments]);
        int code = await run.ExitAsync(Patience);
        Assert.True(code == 0, $"{script} ended with {code}: {run.Output}");
        return run.Output;
    }
}
