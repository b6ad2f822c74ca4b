using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Gaps;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules;

// Judges what came late of gaps.
public sealed partial class RuleEngine
{
    private readonly List<ConditionChange> past = [];

    // All that is held of a datastream. Gaps between which nothing else came are judged in one go, also from one on of which nothing came late: a reading that
    // was only slow found windows and delays further on than it was, and what is kept of the gap behind it shows that.
    private void Judge(WatchedDatastream datastream)
    {
        var ended = datastream.Gaps!.Ended;
        for (int first = 0; first < ended.Count;)
        {
            int end = first + 1;
            while (end < ended.Count && ended[end].Follows(ended[end - 1]))
                end++;
            var chain = ended.GetRange(first, end - first);
            if (chain.Exists(gap => gap.Late.Length > 0))
                Judge(chain);
            first = end;
        }
    }

    private void Judge(List<KeptGap> chain)
    {
        foreach (var part in chain[0].Parts)
            Judge(part.Condition, chain);
        foreach (var gap in chain)
        {
            OnJudged(gap, gap.Late.Length);
            CountBytes(gap);
        }
        SayPast();
    }

    private void Judge(Condition condition, List<KeptGap> chain)
    {
        var begin = chain[0].Find(condition)!;
        if (Twin.Of(condition.Evaluator, begin.State) is not { } twin)
            return;
        var episodes = new PastEpisodes(begin.Open, twin.Level, past);
        GapPart last = begin;
        long until = 0;
        foreach (var gap in chain)
        {
            if (gap.Find(condition) is not { } part)
                break;
            episodes.Know(part.Said);
            foreach (ref readonly var reading in gap.Late)
                twin.Take(reading);
            (part.State, part.Open, last, until) = (twin.State(), [], part, gap.Until);
            twin.Take(gap.Next);
        }
        foreach (var change in twin.Changes)
            episodes.Take(change);
        episodes.EndAt(until, last.After);
        Counters.RetrospectiveAlarms += episodes.Count;
        // More may come of a gap behind what came of it, and what has been said stays said.
        foreach (var gap in chain)
        {
            if (gap.Find(condition) is not { } part)
                break;
            long rest = gap.Late.Length > 0 ? gap.Late[^1].ObservedAtTicks : gap.JudgedUpTo;
            foreach (var span in episodes.Spans)
            {
                if (span.Between(rest, gap.Until) != Level.None)
                    part.Say(span);
            }
        }
    }

    // As many wait as may: the older ones of a gap are judged, and what is not over by them is kept.
    private void JudgeBeginning(KeptGap gap)
    {
        int count = gap.Late.Length - (gap.Late.Length / 4);
        foreach (var part in gap.Parts)
        {
            if (Twin.Of(part.Condition.Evaluator, part.State) is not { } twin)
                continue;
            var episodes = new PastEpisodes(part.Open, twin.Level, past);
            episodes.Know(part.Said);
            foreach (ref readonly var reading in gap.Late[..count])
                twin.Take(reading);
            foreach (var change in twin.Changes)
                episodes.Take(change);
            (part.State, part.Open) = (twin.State(), episodes.Open);
            Counters.RetrospectiveAlarms += episodes.Count;
        }
        OnJudged(gap, count);
        CountBytes(gap);
        SayPast();
    }

    private void OnJudged(KeptGap gap, int count)
    {
        gap.OnJudged(count);
        gap.Datastream.Gaps!.Held -= count;
        lateHeld -= count;
    }

    private void SayPast()
    {
        foreach (var change in past)
            sink.Output.Add(change with { IsPast = true, IsRetrospective = true, LogTimeTicks = log.Time });
        past.Clear();
    }
}
