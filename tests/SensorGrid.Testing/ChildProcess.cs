using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace SensorGrid.Testing;

/// <summary>A program run as a process, its lines kept. Stopped by process id, with its children, when disposed.</summary>
public sealed class ChildProcess : IDisposable
{
    private const int SigCont = 18;
    private const int SigStop = 19;
    private const int SigTerm = 15;

    // Enough to say what went wrong, and no more memory than that when a program talks for hours.
    private const int MostLines = 20_000;

    private readonly Process process;
    private readonly Lock gate = new();
    private readonly List<(string Line, bool IsError)> lines = [];
    private readonly List<(Func<string, bool> Match, TaskCompletionSource<string> Found)> waiting = [];

    public ChildProcess(string program, params string[] arguments)
        : this(new ProcessStartInfo(program, arguments))
    {
    }

    /// <summary>Starts it with a working folder or variables of its own; the three streams are ours.</summary>
    public ChildProcess(ProcessStartInfo start)
    {
        ArgumentNullException.ThrowIfNull(start);
        start.RedirectStandardOutput = start.RedirectStandardError = start.RedirectStandardInput = true;
        start.StandardOutputEncoding = start.StandardErrorEncoding = Encoding.UTF8;
        process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.OutputDataReceived += (_, line) => Take(line.Data, isError: false);
        process.ErrorDataReceived += (_, line) => Take(line.Data, isError: true);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    public int ExitCode => process.ExitCode;

    /// <summary>The end of everything printed so far, for the message of a failed assertion.</summary>
    public string Output => Text(_ => true, 80);

    /// <summary>What it wrote to standard error so far.</summary>
    public string Errors => Text(line => line.IsError, MostLines);

    /// <summary>The lines it wrote to standard output so far.</summary>
    public IReadOnlyList<string> Printed
    {
        get
        {
            lock (gate)
                return [.. lines.Where(line => !line.IsError).Select(line => line.Line)];
        }
    }

    public static ChildProcess DotNet(string dll, params string[] arguments) => new("dotnet", [dll, .. arguments]);

    /// <summary>Where a program is, or null.</summary>
    public static string? Find(string program)
    {
        string[] folders = ["/usr/sbin", "/usr/local/sbin", "/sbin", .. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')];
        return folders.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
    }

    /// <summary>Runs a short program to its end.</summary>
    /// <returns>Its exit code and what it printed; -1 when there is no such program.</returns>
    public static (int ExitCode, string Output) Run(string program, params string[] arguments)
    {
        try
        {
            using var run = new ChildProcess(program, arguments);
            run.process.WaitForExit();
            return (run.ExitCode, run.Output);
        }
        catch (Win32Exception e)
        {
            return (-1, e.Message);
        }
    }

    /// <summary>The first line, printed already or still to come, that matches.</summary>
    public async Task<string> LineAsync(Func<string, bool> match, TimeSpan timeout)
    {
        var found = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            if (lines.Select(line => line.Line).FirstOrDefault(match) is { } known)
                return known;
            waiting.Add((match, found));
        }
        using var late = new CancellationTokenSource();
        var first = await Task.WhenAny(found.Task, process.WaitForExitAsync(late.Token), Task.Delay(timeout, TimeProvider.System, late.Token));
        await late.CancelAsync();
        if (first == found.Task)
            return await found.Task;
        process.WaitForExit(1000);
        throw new InvalidOperationException(
            $"the expected line did not come within {timeout}{(process.HasExited ? $"; the program ended with {process.ExitCode}" : "")}. It printed:\n{Output}");
    }

    public async Task<int> ExitAsync(TimeSpan timeout)
    {
        using var limit = new CancellationTokenSource(timeout);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"the program did not end within {timeout}. It printed:\n{Output}");
        }
        return process.ExitCode;
    }

    /// <summary>kill -9: no handler runs, nothing is flushed.</summary>
    public void KillHard()
    {
        process.Kill();
        process.WaitForExit();
    }

    /// <summary>SIGTERM: asks it to stop.</summary>
    public void Terminate() => Signal(SigTerm);

    /// <summary>SIGSTOP: it does nothing until <see cref="GoOn"/>.</summary>
    public void Pause() => Signal(SigStop);

    /// <summary>SIGCONT.</summary>
    public void GoOn() => Signal(SigCont);

    /// <summary>Closes our end of its standard input.</summary>
    public void EndInput() => process.StandardInput.Close();

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }
        process.Dispose();
    }

    private void Signal(int signal)
    {
        if (Kill(process.Id, signal) != 0)
            throw new InvalidOperationException($"process {process.Id} could not be sent signal {signal}");
    }

    private string Text(Func<(string Line, bool IsError), bool> which, int most)
    {
        lock (gate)
            return string.Join('\n', lines.Where(which).Select(line => line.Line).TakeLast(most));
    }

    private void Take(string? line, bool isError)
    {
        if (line is null)
            return;
        lock (gate)
        {
            lines.Add((line, isError));
            if (lines.Count > MostLines)
                lines.RemoveRange(0, MostLines / 2);
            for (int i = waiting.Count - 1; i >= 0; i--)
            {
                if (!waiting[i].Match(line))
                    continue;
                waiting[i].Found.TrySetResult(line);
                waiting.RemoveAt(i);
            }
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int processId, int signal);
}
