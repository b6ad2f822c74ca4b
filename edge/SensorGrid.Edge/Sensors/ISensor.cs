using SensorGrid.Readings;

namespace SensorGrid.Edge.Sensors;

/// <summary>What became of one attempt to sample.</summary>
public enum SampleOutcome
{
    /// <summary>The batch holds readings, or nothing was worth reporting this time.</summary>
    Sampled,

    /// <summary>The source has ended; there will be no more.</summary>
    Ended,
}

/// <summary>Stands at "sample": something that yields readings. Waits for its own moment (a line, an interval), then fills a batch.
/// One caller at a time.</summary>
public interface ISensor : IAsyncDisposable
{
    /// <summary>Short name for messages.</summary>
    string Id { get; }

    /// <summary>Waits for the next sample and puts its readings into the batch, which it clears first.</summary>
    ValueTask<SampleOutcome> SampleAsync(ReadingBatch into, CancellationToken cancellationToken);
}
