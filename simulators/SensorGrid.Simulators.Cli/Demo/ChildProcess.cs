using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading.Channels;

namespace SensorGrid.Simulators.Cli.Demo;

/// <summary>
/// One started program: its lines, its standard input, its end. Ends with this process in three ways, so that none is left behind:
/// it is stopped here (standard input closed, SIGTERM, at last SIGKILL, by its process id); it is stopped when this process exits for
/// any reason that runs code; and if this process is killed outright, its standard input closes, at which agents and service end.
/// </summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private const int TermSignal = 15;
    private const int KeptErrorLines = 20;

    private readonly Process process;
    private readonly Channel<string> lines = Channel.CreateBounded<string>(new BoundedChannelOptions(256) { FullMode = BoundedChannelFullMode.DropOldest });
    private readonly Queue<string> errors = new();
    private readonly Lock gate = new();
    private readonly Task reading;

    private ChildProcess(string name, Process process, Action<string>? echo)
    {
        Name = name;
        this.process = process;
        reading = Task.WhenAll(ReadOutputAsync(echo), ReadErrorsAsync(echo));
    }

    public string Name { get; }

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    public int ExitCode => process.ExitCode;

    public Task Exited => process.WaitForExitAsync();

    /// <summary>Lines of standard output.</summary>
    public ChannelReader<string> Lines => lines.Reader;

    /// <summary>The last lines of standard error.</summary>
    public string LastErrors
    {
        get
        {
            lock (gate)
                return string.Join(Environment.NewLine, errors);
        }
    }

    public static ChildProcess Start(string name, ProcessStartInfo start, IEnumerable<string> arguments, Action<string>? echo)
    {
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        start.UseShellExecute = false;
        var process = Process.Start(start) ?? throw new DemoException($"{name} could not be started.");
        return new(name, process, echo);
    }

    /// <summary>Writes bytes to its standard input. False when it has ended.</summary>
    public async Task<bool> TryWriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(bytes, cancellationToken);
            await process.StandardInput.BaseStream.FlushAsync(cancellationToken);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Lets it end: closes its input; after a while asks it, at last kills it. Returns whether it ended by itself.</summary>
    public async Task<bool> StopAsync(TimeProvider clock, TimeSpan patience, bool ask)
    {
        CloseInput();
        if (ask && !process.HasExited)
            _ = kill(process.Id, TermSignal);
        if (await EndsWithinAsync(patience, clock))
            return true;
        Kill();
        await process.WaitForExitAsync();
        return false;
    }

    /// <summary>Kills it at once.</summary>
    public void Kill()
    {
        if (!process.HasExited)
            process.Kill();
    }

    public async ValueTask DisposeAsync()
    {
        Kill();
        await process.WaitForExitAsync();
        await reading;
        process.Dispose();
    }

    private void CloseInput()
    {
        try
        {
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended already and what was still buffered for it has nowhere to go.
            return;
        }
    }

    private async Task<bool> EndsWithinAsync(TimeSpan patience, TimeProvider clock)
    {
        using var limit = new CancellationTokenSource(patience, clock);
        await process.WaitForExitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return process.HasExited;
    }

    private async Task ReadOutputAsync(Action<string>? echo)
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            echo?.Invoke($"{Name}: {line}");
            lines.Writer.TryWrite(line);
        }
        lines.Writer.Complete();
    }

    private async Task ReadErrorsAsync(Action<string>? echo)
    {
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            echo?.Invoke($"{Name}: {line}");
            lock (gate)
            {
                errors.Enqueue(line);
                if (errors.Count > KeptErrorLines)
                    errors.Dequeue();
            }
        }
    }

    [DllImport("libc", SetLastError = true)]
    private static extern int kill(int pid, int signal);
}
