using Microsoft.Extensions.Logging;
using SensorGrid.Edge.Outbox;
using SensorGrid.Edge.Sensors;
using SensorGrid.Readings;

namespace SensorGrid.Edge.Sampling;

/// <summary>Runs one sensor: sample → deadband → keep. What passes is on this disk before the next sample is taken, so a full or slow
/// outbox slows the sensor down and never grows a queue.</summary>
public sealed class SamplingLoop(ISensor sensor, DeadbandFilter deadband, DatastreamTable datastreams, EdgeOutbox outbox, ILogger logger)
{
    private readonly ReadingBatch sampled = new();
    private readonly ReadingBatch passed = new();

    /// <summary>Readings the sensor gave.</summary>
    public long ReadingsSampled { get; private set; }

    /// <summary>Readings held back by the deadband.</summary>
    public long ReadingsHeldBack { get; private set; }

    /// <summary>Samples until the sensor ends or it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await sensor.SampleAsync(sampled, cancellationToken) == SampleOutcome.Sampled)
            {
                ReadingsSampled += sampled.Count;
                Filter();
                if (passed.Count > 0)
                    await outbox.AppendAsync(passed, datastreams, cancellationToken);
            }
            Log.SensorEnded(logger, sensor.Id);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Told to stop: what was sampled before is kept, and a sample that was not kept was not promised.
            return;
        }
    }

    private void Filter()
    {
        passed.Clear();
        foreach (ref readonly var reading in sampled.Readings)
        {
            if (deadband.Judge(reading, datastreams.KeyOf(reading.Datastream).Name) == DeadbandVerdict.Unchanged)
                ReadingsHeldBack++;
            else if (reading.Kind == ReadingKind.Text)
                passed.Add(reading with { Value = passed.AddText(sampled.GetTextUtf8(reading)) });
            else
                passed.Add(reading);
        }
    }
}
