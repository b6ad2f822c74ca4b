using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;

namespace SensorGrid.Simulators.RuleTools;

/// <summary>Fills batches on a thread of its own, a few ahead of whoever empties them. The same few batches go round and round; when all are full the
/// filling thread waits.</summary>
internal static class ReadAhead
{
    private const int BatchesAhead = 8;

    /// <summary>Hands a full batch over, or null at first, and gets an empty one.</summary>
    public delegate T Exchange<T>(T? full)
        where T : class;

    /// <summary>Gives the batches that <paramref name="produce"/> exchanges to <paramref name="take"/>, in order.</summary>
    /// <param name="create">Makes a batch.</param>
    /// <param name="produce">Fills batches, on the other thread; what it does not exchange is not taken.</param>
    /// <param name="take">Empties one.</param>
    [SuppressMessage("Design", "CA1031", Justification = "Carried to the thread that waits for the batches, and thrown there.")]
    public static void Run<T>(Func<T> create, Action<Exchange<T>> produce, Action<T> take)
        where T : class
    {
        using var empty = new BlockingCollection<T>(BatchesAhead);
        using var full = new BlockingCollection<T>(BatchesAhead);
        using var stop = new CancellationTokenSource();
        for (int i = 0; i < BatchesAhead; i++)
            empty.Add(create());
        ExceptionDispatchInfo? failure = null;
        var producing = Task.Factory.StartNew(Produce, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            foreach (var batch in full.GetConsumingEnumerable())
            {
                take(batch);
                empty.Add(batch);
            }
        }
        finally
        {
            stop.Cancel();
            producing.GetAwaiter().GetResult();
        }
        failure?.Throw();

        void Produce()
        {
            try
            {
                produce(filled =>
                {
                    if (filled is not null)
                        full.Add(filled, stop.Token);
                    return empty.Take(stop.Token);
                });
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
