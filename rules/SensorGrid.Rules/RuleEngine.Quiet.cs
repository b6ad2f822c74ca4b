using System.Runtime.CompilerServices;
using SensorGrid.Readings;
using SensorGrid.Rules.Conditions;

namespace SensorGrid.Rules;

// Readings that change nothing, without looking at anything but one element of an array. See QuietDatastream for when that holds.
public sealed partial class RuleEngine
{
    private QuietDatastream[] quiet = [];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TakeQuietly(in Reading reading)
    {
        int index = reading.Datastream.Value;
        if ((uint)index >= (uint)quiet.Length)
            return false;
        ref var datastream = ref quiet[index];
        if (!datastream.TryTake(reading, log.Time))
            return false;
        Counters.Evaluated++;
        if (datastream.Gateway is { } gateway && !gateway.TryTakeLife(reading.ObservedAtTicks, log.Time))
            TakeLife(gateway, reading.ObservedAtTicks, isAhead: false);
        return true;
    }

    // Tells the clock and the evaluators of the newest quiet reading, as if each had been evaluated.
    private void Settle(int index)
    {
        ref var newest = ref quiet[index];
        if (!newest.TakeNewer())
            return;
        var datastream = datastreams[index]!;
        datastream.Clock.CatchUp(newest.ObservedAt, newest.LogTime);
        (datastream.LastValue, datastream.LastValue2) = (newest.Value, newest.Value2);
        if (newest.Pending is null)
        {
            foreach (var evaluator in datastream.Evaluators)
                evaluator.CatchUp(newest.Value, newest.Value2, newest.ObservedAt, sink);
            return;
        }
        var readings = newest.Pending.Give();
        foreach (var evaluator in datastream.Evaluators)
            evaluator.CatchUp(readings, sink);
    }

    private void SettleAll()
    {
        for (int index = 0; index < quiet.Length; index++)
            Settle(index);
        foreach (var gateway in numberedGateways)
            gateway.Settle(sink);
    }

    private void SettleWhatItIsAbout(Condition condition)
    {
        if (condition.IsOfDatastream)
            Settle(condition.Slot);
        else if (condition.GatewayNumber >= 0)
            numberedGateways[condition.GatewayNumber].Settle(sink);
    }

    // Its timer stands by the clock as it is now: a reading by which it would be due sooner must be seen.
    private void NarrowWhatItIsAbout(Condition condition)
    {
        if (condition.IsOfDatastream)
            quiet[condition.Slot].NarrowTo(condition.Clock.AheadOfLog);
        else if (condition.GatewayNumber >= 0)
            numberedGateways[condition.GatewayNumber].NarrowTo(condition.Clock.AheadOfLog);
    }

    private void CloseWhatItIsAbout(Condition condition)
    {
        if (condition.IsOfDatastream)
            quiet[condition.Slot].Close();
        else if (condition.GatewayNumber >= 0)
            numberedGateways[condition.GatewayNumber].Close(sink);
    }

    internal bool IsQuiet(DatastreamIndex index) => index.Value < quiet.Length && quiet[index.Value].IsOpen;

    // Tests make every reading be evaluated by this.
    internal void CloseAll()
    {
        for (int index = 0; index < quiet.Length; index++)
        {
            Settle(index);
            quiet[index].Close();
        }
        foreach (var gateway in numberedGateways)
            gateway.Close(sink);
    }

    private void OpenIfQuiet(in Reading newest, WatchedDatastream datastream)
    {
        var clock = datastream.Clock;
        if (!datastream.CanBeQuiet || clock.IsAhead || datastream.Held is not null)
            return;
        var range = QuietRange.Everything;
        foreach (var evaluator in datastream.Evaluators)
        {
            if (!evaluator.TryNarrow(ref range))
                return;
        }
        // What was before a gap is kept when it ends.
        range.NarrowTo(datastream.ShortestGap);
        quiet[newest.Datastream.Value].Open(range, newest, log.Time, datastream.Gateway, datastream.NeedsEachReading);
    }
}
