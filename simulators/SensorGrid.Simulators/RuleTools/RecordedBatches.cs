using SensorGrid.Readings;
using SensorGrid.Simulators.Recordings;

namespace SensorGrid.Simulators.RuleTools;

/// <summary>Takes readings of recordings.</summary>
/// <param name="into">Gets them.</param>
/// <returns>How many; 0 at the end.</returns>
internal delegate int TakeRecorded(Span<RecordedReading> into);

/// <summary>Makes records of recorded readings: those of one gateway and instant are one message, which arrives when they were observed.</summary>
internal sealed class RecordedBatches(TakeRecorded read, PlayedSeriesTable series)
{
    private const byte Message = 1;
    private const int AtOnce = 4096;

    private readonly RecordedReading[] recorded = new RecordedReading[AtOnce];
    private int at;
    private int end;
    private string gateway = "";
    private long instant = long.MinValue;

    /// <summary>Missing and bad cells so far.</summary>
    public long NotSent { get; private set; }

    /// <summary>Fills a batch with whole records.</summary>
    /// <returns>False when nothing is left.</returns>
    public bool Fill(PlayedBatch batch)
    {
        batch.Clear();
        while (at < end || ReadMore())
        {
            ref readonly var reading = ref recorded[at];
            if (!reading.IsSent)
            {
                NotSent++;
                at++;
                continue;
            }
            if (reading.ObservedAtTicks != instant || reading.Series.Gateway != gateway)
            {
                if (batch.IsFull)
                    return true;
                (instant, gateway) = (reading.ObservedAtTicks, reading.Series.Gateway);
                batch.Begin(new() { Kind = Message, AtTicks = instant, Name = gateway });
            }
            var index = series.Take(reading, out byte unit);
            batch.Add(new Reading(index, reading.ObservedAtTicks, reading.Value, reading.Value2, reading.Kind, reading.Quality, unit));
            at++;
        }
        return batch.Count > 0;
    }

    private bool ReadMore()
    {
        (at, end) = (0, read(recorded));
        return end > 0;
    }
}
