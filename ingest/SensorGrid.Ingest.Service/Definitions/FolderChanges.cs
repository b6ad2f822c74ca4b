using System.Threading.Channels;

namespace SensorGrid.Ingest.Service.Definitions;

/// <summary>Tells when a folder has changed and come to rest. File system events only hurry it up: where there are none (network
/// folders, mounts of containers) it looks again every half minute.</summary>
internal sealed class FolderChanges : IDisposable
{
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(30);

    // One waiting signal stands for any number of events.
    private readonly Channel<bool> signals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly FileSystemWatcher watcher;
    private readonly TimeSpan quiet;
    private readonly TimeProvider time;

    public FolderChanges(string folder, TimeSpan quiet, TimeProvider time)
    {
        (this.quiet, this.time) = (quiet, time);
        watcher = new(folder) { IncludeSubdirectories = true, NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Size };
        watcher.Changed += (_, _) => Signal();
        watcher.Created += (_, _) => Signal();
        watcher.Deleted += (_, _) => Signal();
        watcher.Renamed += (_, _) => Signal();
        // More changes than the kernel remembers, or the folder is gone: look.
        watcher.Error += (_, _) => Signal();
        watcher.EnableRaisingEvents = true;
    }

    /// <summary>Returns when the folder should be read again.</summary>
    public async Task WaitAsync(CancellationToken cancellation)
    {
        if (!await SignalledWithinAsync(LookAgainAfter, cancellation))
            return;
        while (await SignalledWithinAsync(quiet, cancellation))
        {
            // Still being written.
        }
    }

    public void Dispose() => watcher.Dispose();

    private void Signal() => signals.Writer.TryWrite(true);

    private async Task<bool> SignalledWithinAsync(TimeSpan limit, CancellationToken cancellation)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task<bool> signal = signals.Reader.WaitToReadAsync(waiting.Token).AsTask();
        bool signalled = await Task.WhenAny(signal, Task.Delay(limit, time, waiting.Token)) == signal;
        cancellation.ThrowIfCancellationRequested();
        await waiting.CancelAsync();
        return signalled && signals.Reader.TryRead(out _);
    }
}
