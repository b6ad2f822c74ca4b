using System.Diagnostics;
using System.Globalization;
using SensorGrid.Testing;

namespace SensorGrid.Ingest.Service.Tests.Rig;

/// <summary>The service as a process of its own, as an operator starts it.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private readonly ChildProcess process;

    private ServiceProcess(string[] arguments, string workingFolder)
    {
        // A file that may not grow shall be an error of the write, not the end of the process by a signal.
        string dll = Path.Combine(AppContext.BaseDirectory, "SensorGrid.Ingest.Service.dll");
        process = new(new ProcessStartInfo("sh", ["-c", "trap '' XFSZ; exec dotnet \"$@\"", "sh", dll, .. arguments]) { WorkingDirectory = workingFolder });
    }

    public string Http => Line("http");

    public string Mqtt => Line("mqtt");

    public string MqttTls => Line("mqtts");

    /// <summary>The lines it printed so far.</summary>
    public IReadOnlyList<string> Printed => process.Printed;

    /// <summary>What it wrote to stderr so far.</summary>
    public string Errors => process.Errors;

    public static async Task<ServiceProcess> StartAsync(ServiceFolder folder, params string[] more)
    {
        var service = new ServiceProcess(folder.Arguments(more), folder.Path);
        await service.process.LineAsync(line => line == "ready", Wait.Patience);
        return service;
    }

    /// <summary>Starts it with arguments that it cannot start with.</summary>
    public static async Task<(int ExitCode, string Errors)> RunToEndAsync(ServiceFolder folder, params string[] arguments)
    {
        await using var service = new ServiceProcess(arguments, folder.Path);
        int code = await service.WaitForExitAsync();
        return (code, service.Errors);
    }

    /// <summary>As a supervisor stops it.</summary>
    public Task<int> StopAsync()
    {
        process.Terminate();
        return WaitForExitAsync();
    }

    /// <summary>As a parent that is gone: its end of standard input closes.</summary>
    public Task<int> EndInputAsync()
    {
        process.EndInput();
        return WaitForExitAsync();
    }

    /// <summary>From now on every write to a file fails, as on a broken disk.</summary>
    public void BreakDisk()
    {
        var (code, output) = ChildProcess.Run("prlimit", "--pid", process.Id.ToString(CultureInfo.InvariantCulture), "--fsize=1");
        Assert.True(code == 0, output);
    }

    public Task<int> WaitForExitAsync() => process.ExitAsync(Wait.Patience);

    /// <summary>kill -9.</summary>
    public void Kill() => process.KillHard();

    public ValueTask DisposeAsync()
    {
        process.Dispose();
        return ValueTask.CompletedTask;
    }

    private string Line(string name) => process.Printed.First(line => line.StartsWith(name + ": ", StringComparison.Ordinal))[(name.Length + 2)..];
}
