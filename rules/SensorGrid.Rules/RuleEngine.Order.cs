using SensorGrid.Readings;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Snapshots;
using SensorGrid.Rules.Time;

namespace SensorGrid.Rules;

// Datastreams whose readings are put in order first: they wait, and go on as if they had come at the log time at which they are let go.
public sealed partial class RuleEngine
{
    // By rank.
    private WatchedDatastream[] ordered = [];
    private TimerHeap releases = new(0);
    private readonly int mostHeld;
    private int held;

    private void BindOrder()
    {
        foreach (var datastream in datastreams)
        {
            if (datastream?.Held is { } before)
                before.Reorder = 0;
        }
        var found = new List<(DatastreamKey Key, WatchedDatastream Datastream)>();
        foreach (var definition in catalogueInForce.Datastreams)
        {
            if (definition.Reorder <= TimeSpan.Zero || !table.TryIntern(definition.Key, out var index))
                continue;
            var datastream = Watch(index);
            datastream.HoldFor(definition.Reorder.Ticks);
            found.Add((definition.Key, datastream));
        }
        for (int i = 0; i < datastreams.Length; i++)
        {
            if (datastreams[i] is not { Held: { Reorder: 0 } left } datastream)
                continue;
            if (left.Count > 0)
                found.Add((table.KeyOf(new(i)), datastream));
            else
                datastream.HoldNoMore();
        }
        ordered = [.. found.OrderBy(one => one.Key.Gateway, StringComparer.Ordinal).ThenBy(one => one.Key.Name, StringComparer.Ordinal).Select(one => one.Datastream)];
        for (int rank = 0; rank < ordered.Length; rank++)
            ordered[rank].Held!.Rank = rank;
        foreach (var gateway in gateways.Values)
            gateway.Reorder = 0;
        foreach (var datastream in ordered)
            datastream.Gateway.Reorder = Math.Max(datastream.Gateway.Reorder, datastream.Held!.Reorder);
        RestartReleases();
    }

    private void RestartReleases()
    {
        releases = new(ordered.Length);
        held = 0;
        foreach (var datastream in ordered)
        {
            ScheduleRelease(datastream.Held!);
            held += datastream.Held!.Count;
        }
    }

    // The log's time goes through each release, and each moment at which late readings have settled, with the timers due before it, so that how often records
    // come does not matter.
    private void MoveTo(long logTime, long upTo)
    {
        while (true)
        {
            if (releases.Count > 0 && releases.FirstDueAt <= upTo && releases.FirstDueAt <= settlesAt)
                ReleaseFirst();
            else if (settlesAt <= upTo)
                SettleFirstLate();
            else
                break;
        }
        log.MoveTo(logTime);
        FireTimers(upTo);
    }

    private void ReleaseFirst()
    {
        var datastream = ordered[releases.First];
        var waiting = datastream.Held!;
        log.MoveTo(releases.FirstDueAt);
        releases.Remove(waiting.Rank);
        // An entry may be early, as those of timers.
        if (waiting.Count > 0 && waiting.ReleaseAt <= log.Time)
        {
            FireTimers(upTo: log.Time - 1);
            Release(datastream, waiting);
        }
        ScheduleRelease(waiting);
    }

    private long ReorderOf(Condition condition)
    {
        if (ordered.Length == 0)
            return 0;
        if (condition.IsOfDatastream)
            return datastreams[condition.Slot]?.Held?.Reorder ?? 0;
        return gateways.TryGetValue(condition.Scope.Gateway, out var gateway) ? gateway.Reorder : 0;
    }

    private void ScheduleRelease(HeldReadings waiting)
    {
        if (waiting.Count > 0)
            releases.SetNoLaterThan(waiting.Rank, waiting.ReleaseAt);
    }

    private void Hold(WatchedDatastream datastream, HeldReadings waiting, in Reading reading)
    {
        var lead = waiting.Lead;
        long stamp = reading.ObservedAtTicks;
        bool isAhead = (reading.Flags & ReadingFlags.FutureStamp) != 0;
        bool steps = lead.SteppedWith(stamp);
        bool changesFrame = steps || lead.IsLeftBy(stamp, isAhead);
        if (!steps && changesFrame && isAhead && lead.Doubts(stamp))
        {
            Counters.DoubtedStamps++;
            return;
        }
        // A clock that is ahead has no order worth waiting for, and what came before it was put right belongs before that.
        if (changesFrame || isAhead || lead.IsAhead || waiting.Reorder == 0)
        {
            while (waiting.Count > 0)
                Release(datastream, waiting);
            sink.FoundByReading(log);
            if (changesFrame)
                Evaluate(datastream, reading, changesFrame, isAhead);
            else
                TakeInTurn(datastream, reading);
            if (datastream.Clock.LastObserved == stamp)
                lead.MoveTo(stamp, isAhead);
            return;
        }
        if (datastream.Clock.HasStarted && stamp <= datastream.Clock.LastObserved)
            TakeOld(datastream, reading);
        else
            PutInOrder(datastream, waiting, reading);
    }

    private void PutInOrder(WatchedDatastream datastream, HeldReadings waiting, in Reading reading)
    {
        int place = waiting.Find(reading.ObservedAtTicks);
        if (place >= 0)
        {
            ref readonly var same = ref waiting.Readings[place];
            CountSame(same.Value.Equals(reading.Value) && same.Value2.Equals(reading.Value2));
            return;
        }
        place = ~place;
        if (place < waiting.Count)
            Counters.Reordered++;
        waiting.Insert(place, reading, log.Time);
        held++;
        bool isFull = waiting.Count > HeldReadings.MostOfDatastream || held > mostHeld;
        if (isFull)
        {
            Counters.ReorderOverflows++;
            Release(datastream, waiting);
        }
        // What is due at this very moment waits for the next record, as timers do.
        while (waiting.Count > 0 && waiting.ReleaseAt < log.Time)
            Release(datastream, waiting);
        ScheduleRelease(waiting);
        sink.FoundByReading(log);
    }

    private void Release(WatchedDatastream datastream, HeldReadings waiting)
    {
        held--;
        // What waits because it was asked to is no older for that.
        sink.FoundByReading(log, waiting.Reorder);
        TakeInTurn(datastream, waiting.RemoveFirst());
    }

    private void WriteHeld(SnapshotWriter writer)
    {
        var started = ordered.Where(datastream => datastream.Held!.Lead.HasStarted).ToList();
        writer.Int32(started.Count);
        foreach (var datastream in started)
        {
            var waiting = datastream.Held!;
            writer.Int32(waiting.Rank);
            WriteClock(writer, waiting.Lead);
            writer.Int32(waiting.Count);
            foreach (ref readonly var reading in waiting.Readings)
                WriteReading(writer, reading);
        }
    }

    // The same catalogue is in force, so ranks are the same.
    private bool ReadHeld(ref SnapshotReader reader)
    {
        int count = reader.Count(bytesEach: 49);
        for (int i = 0; i < count; i++)
        {
            int rank = reader.Int32();
            if (rank < 0 || rank >= ordered.Length)
                return false;
            var waiting = ordered[rank].Held!;
            ReadClock(ref reader, waiting.Lead, hasSteps: true);
            var readings = new Reading[reader.Count(BytesOfReading)];
            for (int at = 0; at < readings.Length; at++)
                readings[at] = ReadReading(ref reader, ordered[rank].Index);
            waiting.Restore(readings);
        }
        RestartReleases();
        return true;
    }
}
