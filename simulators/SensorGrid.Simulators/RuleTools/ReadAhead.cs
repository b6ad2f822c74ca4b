using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using SensorGrid.Simulators.Recordings;

namespace SensorGrid.Simulators.RuleTools;

/// <summary>Reads a recording on a thread of its own, a few batches ahead of whoever evaluates it: decoding costs more than evaluating.
/// When the batches are full the reading thread waits.</summary>
internal static class ReadAhead
{
    private const int BatchReadings = 8192;
    private const int BatchesAhead = 8;

    /// <summary>The same readings in the same order.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "Carried to the thread that waits for the readings, and thrown there.")]
    public static IEnumerable<RecordedReading[]> Of(IEnumerable<RecordedReading> recorded)
    {
        using var ahead = new BlockingCollection<RecordedReading[]>(BatchesAhead);
        using var stop = new CancellationTokenSource();
        ExceptionDispatchInfo? failure = null;
        var reading = Task.Run(() =>
        {
            try
            {
                foreach (var batch in recorded.Chunk(BatchReadings))
                    ahead.Add(batch, stop.Token);
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
                ahead.CompleteAdding();
            }
        });
        try
        {
            foreach (var batch in ahead.GetConsumingEnumerable())
                yield return batch;
        }
        finally
        {
            stop.Cancel();
            reading.GetAwaiter().GetResult();
        }
        failure?.Throw();
    }
}
