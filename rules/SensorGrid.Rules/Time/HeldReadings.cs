using SensorGrid.Readings;

namespace SensorGrid.Rules.Time;

/// <summary>
/// Readings of one datastream that wait to be put in order: each until the clock of what has come is past its stamp by <see cref="Reorder"/>, since when
/// none that belongs before it is waited for.
/// <code>
/// clock of what has come │ the log's time, while the newest reading is stamped less than <see cref="Reorder"/> from its arrival;
///                        │ else as the event clock of a datastream without order
/// release                │ when that clock shows stamp + <see cref="Reorder"/>
/// </code>
/// By the first line it does not matter in which order readings came, nor how late each was: it is evaluated at the same log time.
/// </summary>
internal sealed class HeldReadings(EventClock lead)
{
    /// <summary>Most readings of one datastream that wait: 17 a second for a minute, 32 KB. With one more the oldest is evaluated early, and counted.</summary>
    public const int MostOfDatastream = 1024;

    // By stamp, from head on.
    private Reading[] readings = [];
    private int head;

    /// <summary>The clock of what has come.</summary>
    public EventClock Lead => lead;

    /// <summary>How long is waited; 0 when that was switched off and what waits has still to go.</summary>
    public long Reorder { get; set; }

    /// <summary>Its place among the datastreams that are put in order, by key.</summary>
    public int Rank { get; set; }

    public int Count { get; private set; }

    public ReadOnlySpan<Reading> Readings => readings.AsSpan(head, Count);

    /// <summary>The log time at which the oldest may go, if nothing is missed from now on; never too late.</summary>
    public long ReleaseAt => lead.LogTimeOf(readings[head].ObservedAtTicks + Reorder);

    /// <summary>Finds where a stamp belongs.</summary>
    /// <returns>The place of the reading of this stamp, or the complement of the place where it would stand.</returns>
    public int Find(long observedAt)
    {
        int low = 0, high = Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            long found = readings[head + middle].ObservedAtTicks;
            if (found == observedAt)
                return middle;
            (low, high) = found < observedAt ? (middle + 1, high) : (low, middle - 1);
        }
        return ~low;
    }

    /// <summary>Puts a reading at its place, and moves the clock if it is the newest that came.</summary>
    public void Insert(int place, in Reading reading, long logTime)
    {
        MakeRoom();
        readings.AsSpan(head + place, Count - place).CopyTo(readings.AsSpan(head + place + 1));
        readings[head + place] = reading;
        Count++;
        if (!lead.HasStarted || reading.ObservedAtTicks > lead.LastObserved)
            Follow(reading.ObservedAtTicks, logTime);
    }

    public Reading RemoveFirst()
    {
        Count--;
        return readings[head++];
    }

    /// <summary>Holds what a snapshot has.</summary>
    public void Restore(Reading[] ordered) => (readings, head, Count) = (ordered, 0, ordered.Length);

    private void Follow(long observedAt, long logTime) =>
        lead.CatchUp(observedAt, Math.Abs(logTime - observedAt) < Reorder ? observedAt : logTime);

    private void MakeRoom()
    {
        if (head + Count < readings.Length)
            return;
        var to = Count < readings.Length / 2 ? readings : new Reading[Math.Max(4, readings.Length * 2)];
        Readings.CopyTo(to);
        (readings, head) = (to, 0);
    }
}
