using System.Threading.Channels;
using SensorGrid.Alarms;
using SensorGrid.Ingest.Appending;
using SensorGrid.Ingest.Sources.FieldProtocols;

namespace SensorGrid.Ingest.Service.StationCommands;

/// <summary>Puts the ends of commands to stations into the log. A station's connection never waits for it: an end that finds too many before it is counted and told,
/// and stays without a record.</summary>
/// <param name="log">Where they go.</param>
/// <param name="metrics">Counts those that are lost.</param>
/// <param name="time">Clock of the bounded wait at the end.</param>
/// <param name="logger">Diagnostics.</param>
internal sealed class StationCommandEnds(LogCommands log, FieldProtocolMetrics metrics, TimeProvider time, ILogger logger)
{
    // Some seconds of a slow disk, of a city whose stations all lose their connections at once.
    internal const int Most = 4096;

    private const int MostAtOnce = 256;

    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(10);

    private readonly Channel<EndedStationCommand> ends = Channel.CreateBounded<EndedStationCommand>(new BoundedChannelOptions(Most) { SingleReader = true });
    private readonly TaskCompletionSource written = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Takes one. Called by anybody.</summary>
    public void Take(EndedStationCommand ended)
    {
        if (ends.Writer.TryWrite(ended))
            return;
        metrics.CommandEndLost(ended.Protocol);
        Log.StationCommandEndLost(logger, ended.Protocol, ended.Station, ended.Given);
    }

    /// <summary>Writes them until <see cref="CompleteAsync"/>.</summary>
    /// <exception cref="ReadingLog.ReadingLogException">The log failed.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            var batch = new List<Task>();
            while (await ends.Reader.WaitToReadAsync(cancellationToken))
            {
                // One commit for all that ended together.
                while (batch.Count < MostAtOnce && ends.Reader.TryRead(out var ended))
                    batch.Add(log.AppendOwnAsync(AlarmCommands.StationCommandEnded, EndedCommandRecord.Of(ended).ToBytes()).AsTask());
                await Task.WhenAll(batch).WaitAsync(cancellationToken);
                batch.Clear();
            }
        }
        finally
        {
            ends.Writer.TryComplete();
            written.TrySetResult();
        }
    }

    /// <summary>No more come: waits until what came is on disk, unless the disk takes nothing.</summary>
    public async Task CompleteAsync()
    {
        ends.Writer.TryComplete();
        try
        {
            await written.Task.WaitAsync(LongestEnd, time);
        }
        catch (TimeoutException)
        {
            Log.StopUnfinished(logger, "the ends of the last commands to stations are not on record");
        }
    }
}
