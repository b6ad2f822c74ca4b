using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace SensorGrid.EndToEnd.Tests.Support;

/// <summary>A program run as a process, its lines kept. Stopped by process id, with its children, when disposed.</summary>
internal sealed partial class ProgramProcess : IDisposable
{
    private const int SigTerm = 15;
    private readonly Process process;
    private readonly Lock gate = new();
    private readonly List<string> lines = [];
    private readonly List<(Func<string, bool> Match, TaskCompletionSource<string> Found)> waiting = [];

    public ProgramProcess(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            StandardOutputEncoding = Encoding.UTF8,
            WorkingDirectory = Build.Root,
        };
        process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => Take(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public static ProgramProcess DotNet(string dll, params string[] arguments) => new("dotnet", [dll, .. arguments]);

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    /// <summary>Everything printed so far, for the message of a failed assertion.</summary>
    public string Output
    {
        get
        {
            lock (gate)
                return string.Join('\n', lines.TakeLast(80));
        }
    }

    /// <summary>The first line, printed already or still to come, that matches.</summary>
    public async Task<string> LineAsync(Func<string, bool> match, TimeSpan timeout)
    {
        var found = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            if (lines.FirstOrDefault(match) is { } known)
                return known;
            waiting.Add((match, found));
        }
        var exit = process.WaitForExitAsync();
        var first = await Task.WhenAny(found.Task, exit, Task.Delay(timeout, TimeProvider.System));
        if (first == found.Task)
            return await found.Task;
        process.WaitForExit(1000);
        Assert.Fail($"the expected line did not come within {timeout}{(process.HasExited ? $"; the program ended with {process.ExitCode}" : "")}. It printed:\n{Output}");
        return "";
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
            Assert.Fail($"the program did not end within {timeout}. It printed:\n{Output}");
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
    public void Terminate() => Assert.True(Kill(process.Id, SigTerm) == 0, $"process {process.Id} could not be signalled");

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }
        process.Dispose();
    }

    private void Take(string? line)
    {
        if (line is null)
            return;
        lock (gate)
        {
            lines.Add(line);
            if (lines.Count > 20_000)
                lines.RemoveRange(0, 10_000);
            for (int i = waiting.Count - 1; i >= 0; i--)
            {
                if (!waiting[i].Match(line))
                    continue;
                waiting[i].Found.TrySetResult(line);
                waiting.RemoveAt(i);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int processId, int signal);
}
