using System.Runtime.InteropServices;
using SensorGrid.Storage.Compaction;
using SensorGrid.Storage.Retention;

namespace SensorGrid.Storage;

/// <summary>Merging and deleting, one at a time, on a thread of low priority that ends with the work.</summary>
internal sealed class StoreMaintenance(StoreCompactor compactor, StoreRetention retention, StorageMetrics metrics) : IDisposable
{
    private readonly SemaphoreSlim working = new(1, 1);

    public StoreCompactor Compactor { get; } = compactor;

    public StoreRetention Retention { get; } = retention;

    public string? Failure { get; private set; }

    public Task<int> CompactAsync(CancellationToken cancellationToken) => RunAsync(
        () =>
        {
            int merges = 0;
            for (; Compactor.RunOne(cancellationToken); merges++)
                cancellationToken.ThrowIfCancellationRequested();
            return merges;
        },
        cancellationToken);

    public Task<int> DeleteExpiredAsync(CancellationToken cancellationToken) => RunAsync(() => Retention.Run(cancellationToken), cancellationToken);

    public void Dispose()
    {
        // What is under way is waited for: its files would be deleted from under it.
        working.Wait();
        Compactor.Dispose();
    }

    private async Task<int> RunAsync(Func<int> work, CancellationToken cancellationToken)
    {
        await working.WaitAsync(cancellationToken);
        try
        {
            int done = await Task.Factory.StartNew(
                () =>
                {
                    LowerPriority();
                    return work();
                },
                cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            Failure = null;
            return done;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            metrics.MaintenanceFailed();
            Failure = e.Message;
            throw;
        }
        finally
        {
            working.Release();
        }
    }

    // The runtime's thread priorities do nothing on Linux; there, a process id of 0 means the calling thread. DuckDB, with one
    // thread, works on its caller's. Where it is not allowed, merging runs at ordinary priority, which is slower for others, not wrong.
    private static void LowerPriority()
    {
        const int WhichProcess = 0, Nice = 10;
        if (OperatingSystem.IsLinux())
            _ = Native.setpriority(WhichProcess, 0, Nice);
    }

    private static class Native
    {
        [DllImport("libc")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        internal static extern int setpriority(int which, uint who, int priority);
    }
}
