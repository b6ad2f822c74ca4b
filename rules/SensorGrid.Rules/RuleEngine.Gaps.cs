using System.Buffers;
using SensorGrid.Readings;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Gaps;

namespace SensorGrid.Rules;

// What late readings would have raised. Before each gap of a datastream its rules are kept as they were; what comes later of that time is held, and when no
// more comes, a twin of each rule judges it. What it finds is said as alarms of the past, each whole: nothing that holds now is changed by it.
public sealed partial class RuleEngine
{
    private readonly GapBounds gapBounds;
    // By when they were kept.
    private readonly LinkedList<KeptGap> gaps = new();
    private readonly PriorityQueue<WatchedDatastream, (long Due, DatastreamKey Key)> settling = new(ByDueAndKey.Instance);
    // States are written here first, so that each is kept in as many bytes as it takes.
    private readonly ArrayBufferWriter<byte> stateBuffer = new();
    private long gapBytes;
    private int lateHeld;
    // Log time at which the first late readings may have settled; may be too early, never too late.
    private long settlesAt = long.MaxValue;

    /// <summary>How many gaps are kept; for tests.</summary>
    internal int KeptGaps => gaps.Count;

    private void BindGaps()
    {
        for (var node = gaps.First; node is not null;)
        {
            var gap = node.Value;
            node = node.Next;
            if (gap.Rebind(Find))
                CountBytes(gap);
            else
                LetGo(gap);
        }
        for (int i = 0; i < datastreams.Length; i++)
        {
            if (datastreams[i] is { } datastream)
                datastream.ShortestGap = Array.Exists(datastream.Evaluators, KeptGap.Judges) ? ShortestGapOf(datastream) : long.MaxValue;
        }
    }

    // What the catalogue says stands; a datastream of which it says nothing is known by its pauses, or each of its readings would end a gap.
    private long ShortestGapOf(WatchedDatastream datastream)
    {
        long interval = catalogueInForce.Find(table.KeyOf(datastream.Index))?.ExpectedInterval?.Ticks ?? datastream.Gaps?.UsualPause ?? 0;
        return Math.Max(gapBounds.ShortestTicks, interval + (interval / 2));
    }

    // A timer that is due so long after the newest reading changes what the rules were before the gap.
    private void KeepGapBefore(Condition condition)
    {
        if (!condition.IsOfDatastream || datastreams[condition.Slot] is not { ShortestGap: < long.MaxValue } datastream || datastream.OpenGap is not null
            || !datastream.Clock.HasStarted || condition.Due - datastream.Clock.LastObserved < datastream.ShortestGap)
            return;
        datastream.Gaps ??= new();
        datastream.OpenGap = Keep(datastream);
    }

    // The reading that ends a gap is about to be evaluated, and what is due before it to fire.
    private KeptGap? EndGap(WatchedDatastream datastream, in Reading reading)
    {
        var clock = datastream.Clock;
        var open = datastream.OpenGap;
        if (open is null && (!clock.HasStarted || reading.ObservedAtTicks - clock.LastObserved < datastream.ShortestGap))
            return null;
        if (open is not null && reading.ObservedAtTicks - clock.LastObserved < datastream.ShortestGap)
        {
            // A timer was ahead of the reading, which was only slow.
            LetGo(open);
            return null;
        }
        var known = datastream.Gaps ??= new();
        if (known.Ended.Count == gapBounds.MostOfDatastream)
            JudgeAndLetGo(known.Ended[0]);
        var gap = open ?? Keep(datastream);
        datastream.OpenGap = null;
        gap.EndWith(reading);
        known.Ended.Add(gap);
        Counters.GapsKept++;
        if (known.TryLearnPause(gapBounds.PausesToLearnFrom))
        {
            datastream.ShortestGap = ShortestGapOf(datastream);
            if (gap.Until - gap.Start < datastream.ShortestGap)
            {
                // What it was learned from were no gaps.
                gap.IsWatched = false;
                for (int i = 0; i < gapBounds.PausesToLearnFrom; i++)
                    LetGo(known.Ended[^1]);
                return null;
            }
        }
        return gap;
    }

    private KeptGap Keep(WatchedDatastream datastream)
    {
        MakeRoomForGaps();
        var judging = Array.FindAll(datastream.Evaluators, KeptGap.Judges);
        var gap = new KeptGap(datastream, datastream.Clock.LastObserved, log.Time, Array.ConvertAll(judging, evaluator => GapPart.Of(evaluator.Conditions[0], stateBuffer)));
        gap.Place = gaps.AddLast(gap);
        gap.IsWatched = true;
        CountBytes(gap);
        return gap;
    }

    private void MakeRoomForGaps()
    {
        while (gaps.First?.Value is { } oldest)
        {
            bool isOver = gaps.Count >= gapBounds.Most || gapBytes >= gapBounds.MostBytes;
            if (!isOver && oldest.KeptAt > log.Time - gapBounds.LongestTicks)
                break;
            if (isOver)
                Counters.GapsDropped++;
            JudgeAndLetGo(oldest);
        }
    }

    private void JudgeAndLetGo(KeptGap gap)
    {
        if (gap.Late.Length > 0)
            Judge(gap.Datastream);
        LetGo(gap);
    }

    private void LetGo(KeptGap gap)
    {
        if (gap.Datastream.OpenGap == gap)
            (gap.Datastream.OpenGap, gap.IsWatched) = (null, false);
        else
            gap.Datastream.Gaps!.Ended.Remove(gap);
        OnJudged(gap, gap.Late.Length);
        gaps.Remove(gap.Place!);
        gapBytes -= gap.Bytes;
    }

    private void ForgetGaps(WatchedDatastream datastream)
    {
        if (datastream.Gaps is not { } known)
            return;
        if (datastream.OpenGap is { } open)
            LetGo(open);
        while (known.Ended.Count > 0)
            LetGo(known.Ended[^1]);
    }

    private void ForgetAllGaps()
    {
        while (gaps.First is { } first)
            LetGo(first.Value);
        foreach (var datastream in datastreams)
        {
            if (datastream?.Gaps is { UsualPause: > 0 })
                ForgetPause(datastream);
        }
        settling.Clear();
        settlesAt = long.MaxValue;
    }

    private void CountBytes(KeptGap gap)
    {
        long now = gap.CountBytes();
        gapBytes += now - gap.Bytes;
        gap.Bytes = now;
    }

    private void HoldLate(WatchedDatastream datastream, in Reading reading)
    {
        if (datastream.Gaps is not { } known || reading.Kind is ReadingKind.Text or ReadingKind.Position)
            return;
        if (known.Find(reading.ObservedAtTicks) is not { } gap)
        {
            // It was missing in a pause that was taken for usual.
            if (known.UsualPause > 0)
                ForgetPause(datastream);
            return;
        }
        if (!gap.Hold(reading))
            return;
        Counters.LateHeld++;
        known.Held++;
        lateHeld++;
        known.LastLateAt = log.Time;
        AwaitLate(datastream, known);
        if (known.Held > gapBounds.MostLateOfDatastream || lateHeld > gapBounds.MostLate)
        {
            Counters.LateOverflows++;
            JudgeBeginning(known.Ended.Find(one => one.Late.Length > 0)!);
        }
    }

    private void ForgetPause(WatchedDatastream datastream)
    {
        datastream.Gaps!.UsualPause = 0;
        if (datastream.ShortestGap == long.MaxValue)
            return;
        datastream.ShortestGap = ShortestGapOf(datastream);
        // It is open to longer pauses than are usual now.
        Settle(datastream.Index.Value);
        quiet[datastream.Index.Value].Close();
    }

    private void AwaitLate(WatchedDatastream datastream, DatastreamGaps known)
    {
        if (known.IsAwaited)
            return;
        known.IsAwaited = true;
        settling.Enqueue(datastream, (known.LastLateAt + gapBounds.SettleTicks, table.KeyOf(datastream.Index)));
        settlesAt = settling.TryPeek(out _, out var first) ? first.Due : long.MaxValue;
    }

    // While nobody watched, nothing more could come.
    private void AwaitLateAnew()
    {
        var waiting = settling.UnorderedItems.Select(item => item.Element).ToList();
        settling.Clear();
        settlesAt = long.MaxValue;
        foreach (var datastream in waiting)
        {
            var known = datastream.Gaps!;
            known.IsAwaited = false;
            known.LastLateAt = log.Time;
            if (known.Held > 0)
                AwaitLate(datastream, known);
        }
    }

    private void SettleFirstLate()
    {
        settling.TryDequeue(out var datastream, out var looked);
        settlesAt = settling.TryPeek(out _, out var first) ? first.Due : long.MaxValue;
        var known = datastream!.Gaps!;
        known.IsAwaited = false;
        if (known.Held == 0)
            return;
        // More may have come since.
        if (known.LastLateAt + gapBounds.SettleTicks > looked.Due)
        {
            AwaitLate(datastream, known);
            return;
        }
        log.MoveTo(looked.Due);
        FireTimers(upTo: log.Time - 1);
        Judge(datastream);
    }

    private sealed class ByDueAndKey : IComparer<(long Due, DatastreamKey Key)>
    {
        public static readonly ByDueAndKey Instance = new();

        public int Compare((long Due, DatastreamKey Key) x, (long Due, DatastreamKey Key) y)
        {
            int order = x.Due.CompareTo(y.Due);
            if (order == 0)
                order = string.CompareOrdinal(x.Key.Gateway, y.Key.Gateway);
            return order != 0 ? order : string.CompareOrdinal(x.Key.Name, y.Key.Name);
        }
    }
}
