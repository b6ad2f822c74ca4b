using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;

namespace SensorGrid.Simulators.RuleTools;

/// <summary>Fills batches on a thread of its own, a few ahead of whoever empties them: reading costs about as much as evaluating. The same few batches go
/// round and round; when all are full the reading thread waits.</summary>
internal static class ReadAhead
{
    private const int BatchesAhead = 8;

    /// <summary>Gives batches to <paramref name="take"/>, in order, until one stays empty.</summary>
    /// <param name="create">Makes a batch.</param>
    /// <param name="fill">Fills one, on the other thread.</param>
    /// <param name="take">Empties one; false when no more are wanted.</param>
    [SuppressMessage("Design", "CA1031", Justification = "Carried to the thread that waits for the batches, and thrown there.")]
    public static void Run<T>(Func<T> create, Func<T, bool> fill, Func<T, bool> take)
    {
        using var empty = new BlockingCollection<T>(BatchesAhead);
        using var full = new BlockingCollection<T>(BatchesAhead);
        using var stop = new CancellationTokenSource();
        for (int i = 0; i < BatchesAhead; i++)
            empty.Add(create());
        ExceptionDispatchInfo? failure = null;
        var filling = Task.Factory.StartNew(Fill, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            foreach (var batch in full.GetConsumingEnumerable())
            {
                if (!take(batch))
                    return;
                empty.Add(batch);
            }
        }
        finally
        {
            stop.Cancel();
            filling.GetAwaiter().GetResult();
        }
        failure?.Throw();

        void Fill()
        {
            try
            {
                while (true)
                {
                    var batch = empty.Take(stop.Token);
                    if (!fill(batch))
                        return;
                    full.Add(batch, stop.Token);
                }
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // Nobody wants the rest.
            }
            catch (Exception error)
            {
                failure = ExceptionDispatchInfo.Capture(error);
            }
            finally
            {
                full.CompleteAdding();
            }
        }
    }
}
