using System.Diagnostics;
using System.Text;

namespace SensorGrid.Ingest.Service.Tests.Rig;

/// <summary>The service as a process of its own, as an operator starts it.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private readonly Process process;
    private readonly StringBuilder errors = new();
    private readonly List<string> printed = [];
    private readonly Dictionary<string, string> lines = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServiceProcess(string[] arguments, string workingFolder)
    {
        // A file that may not grow shall be an error of the write, not the end of the process by a signal.
        string dll = Path.Combine(AppContext.BaseDirectory, "SensorGrid.Ingest.Service.dll");
        var start = new ProcessStartInfo("sh", ["-c", "trap '' XFSZ; exec dotnet \"$@\"", "sh", dll, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingFolder,
        };
        process = new() { StartInfo = start, EnableRaisingEvents = true };
        process.OutputDataReceived += (_, line) => OnLine(line.Data);
        process.ErrorDataReceived += (_, line) =>
        {
            lock (errors)
                errors.AppendLine(line.Data);
        };
        process.Exited += (_, _) => ready.TrySetException(new InvalidOperationException($"The service ended before it was ready:\n{Errors}"));
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Http => Line("http");

    public string Mqtt => Line("mqtt");

    public string MqttTls => Line("mqtts");

    /// <summary>The lines it printed so far.</summary>
    public IReadOnlyList<string> Printed
    {
        get
        {
            lock (lines)
                return [.. printed];
        }
    }

    /// <summary>What it wrote to stderr so far.</summary>
    public string Errors
    {
        get
        {
            lock (errors)
                return errors.ToString();
        }
    }

    public static async Task<ServiceProcess> StartAsync(ServiceFolder folder, params string[] more)
    {
        var service = new ServiceProcess(folder.Arguments(more), folder.Path);
        await service.ready.Task.WaitAsync(Wait.Patience);
        return service;
    }

    /// <summary>Starts it with arguments that it cannot start with.</summary>
    public static async Task<(int ExitCode, string Errors)> RunToEndAsync(ServiceFolder folder, params string[] arguments)
    {
        await using var service = new ServiceProcess(arguments, folder.Path);
        _ = service.ready.Task.ContinueWith(task => task.Exception, TaskScheduler.Default);
        int code = await service.WaitForExitAsync();
        return (code, service.Errors);
    }

    /// <summary>As a supervisor stops it.</summary>
    public async Task<int> StopAsync()
    {
        using (var kill = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync();
        return await WaitForExitAsync();
    }

    /// <summary>As a parent that is gone: its end of standard input closes.</summary>
    public Task<int> EndInputAsync()
    {
        process.StandardInput.Close();
        return WaitForExitAsync();
    }

    /// <summary>From now on every write to a file fails, as on a broken disk.</summary>
    public async Task BreakDiskAsync()
    {
        using var limit = Process.Start("prlimit", ["--pid", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture), "--fsize=1"]);
        await limit.WaitForExitAsync();
        Assert.Equal(0, limit.ExitCode);
    }

    public async Task<int> WaitForExitAsync()
    {
        using var limit = new CancellationTokenSource(Wait.Patience);
        await process.WaitForExitAsync(limit.Token);
        return process.ExitCode;
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            await KillAsync();
        process.Dispose();
    }

    private string Line(string name)
    {
        lock (lines)
            return lines[name];
    }

    private void OnLine(string? line)
    {
        if (line is null)
            return;
        int colon = line.IndexOf(": ", StringComparison.Ordinal);
        lock (lines)
        {
            printed.Add(line);
            if (colon > 0)
                lines[line[..colon]] = line[(colon + 2)..];
        }
        if (line == "ready")
            ready.TrySetResult();
    }
}
