using System.Runtime.InteropServices;
using SensorGrid.Readings;
using SensorGrid.Rules.Conditions;

namespace SensorGrid.Rules.Gaps;

/// <summary>
/// A pause between two readings of one datastream that were evaluated one after the other, what its conditions were before it, and the readings of the time
/// between that have come since.
/// <code>
/// event time │  reading   (late) (late)   · · · · · · ·   reading
///            │  Start               JudgedUpTo   Late     Until
/// </code>
/// </summary>
internal sealed class KeptGap(WatchedDatastream datastream, long start, long keptAt, GapPart[] parts)
{
    // By stamp, none twice.
    private readonly List<Reading> late = [];
    private GapPart[] parts = parts;

    public WatchedDatastream Datastream => datastream;

    /// <summary>Stamp of the reading before it.</summary>
    public long Start { get; } = start;

    /// <summary>Log time at which it was kept.</summary>
    public long KeptAt => keptAt;

    /// <summary>The conditions, in order of (rule id, scope key).</summary>
    public ReadOnlySpan<GapPart> Parts => parts;

    /// <summary>Stamp up to which the parts have been judged.</summary>
    public long JudgedUpTo { get; private set; } = start;

    /// <summary>The reading after it.</summary>
    public Reading Next { get; private set; }

    /// <summary>Stamp of that; <see cref="long.MaxValue"/> while it has not come.</summary>
    public long Until { get; private set; } = long.MaxValue;

    /// <summary>Readings that wait to be judged, by stamp.</summary>
    public ReadOnlySpan<Reading> Late => CollectionsMarshal.AsSpan(late);

    /// <summary>What its states take, as it was last counted.</summary>
    public long Bytes { get; set; }

    /// <summary>Its place among all gaps, by when they were kept.</summary>
    public LinkedListNode<KeptGap>? Place { get; set; }

    /// <summary>True while the parts are told what is said of their conditions: until the reading after the gap has been evaluated.</summary>
    public bool IsWatched
    {
        get;
        set
        {
            field = value;
            foreach (var part in parts)
                part.Condition.Gap = value ? part : null;
        }
    }

    public long CountBytes()
    {
        long bytes = 0;
        foreach (var part in parts)
            bytes += part.State.Length;
        return bytes;
    }

    /// <summary>The reading after it has come, and is about to be evaluated.</summary>
    public void EndWith(in Reading next) => (Next, Until) = (next, next.ObservedAtTicks);

    /// <summary>The reading after it has been evaluated.</summary>
    public void OnEvaluated()
    {
        foreach (var part in parts)
            part.End(Until);
        IsWatched = false;
    }

    /// <summary>True when a reading of this stamp is missing in it.</summary>
    public bool Misses(long observedAt) => observedAt > JudgedUpTo && observedAt < Until;

    /// <summary>True when nothing came between the two, and nothing of this one has been judged, so that judging can go on from one to the other.</summary>
    public bool Follows(KeptGap before) => before.Until == Start && JudgedUpTo == Start && Until != long.MaxValue;

    public GapPart? Find(Condition condition)
    {
        foreach (var part in parts)
        {
            if (part.Condition == condition)
                return part;
        }
        return null;
    }

    /// <summary>Takes a late reading. Of two with one stamp the first stays.</summary>
    /// <returns>False when it has one of that stamp.</returns>
    public bool Hold(in Reading reading)
    {
        int low = 0, high = late.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            if (late[middle].ObservedAtTicks == reading.ObservedAtTicks)
                return false;
            (low, high) = late[middle].ObservedAtTicks < reading.ObservedAtTicks ? (middle + 1, high) : (low, middle - 1);
        }
        late.Insert(low, reading);
        return true;
    }

    /// <summary>So many of the readings have been judged.</summary>
    public void OnJudged(int count)
    {
        if (count == 0)
            return;
        JudgedUpTo = late[count - 1].ObservedAtTicks;
        late.RemoveRange(0, count);
    }

    /// <summary>Other rules are in force: those that are the same go on.</summary>
    /// <param name="find">Finds a condition of theirs.</param>
    /// <returns>False when none is the same.</returns>
    public bool Rebind(Func<string, string, Condition?> find)
    {
        var same = new List<GapPart>();
        foreach (var part in parts)
        {
            if (find(part.Condition.Scope.Rule.Id, part.Condition.Scope.Key) is not { } now || !now.HasSameRule(part.Condition) || !Judges(now.Evaluator))
                continue;
            part.Condition = now;
            same.Add(part);
        }
        parts = [.. same];
        foreach (var part in parts)
            part.Condition.Gap = IsWatched ? part : null;
        return parts.Length > 0;
    }

    /// <summary>True for evaluators that can be asked what would have been.</summary>
    public static bool Judges(IEvaluator evaluator) => evaluator.CanJudgeThePast && evaluator.Conditions[0].Listener is null;

    public void Restore(long judgedUpTo, Reading? next, ReadOnlySpan<Reading> readings)
    {
        JudgedUpTo = judgedUpTo;
        if (next is { } after)
            EndWith(after);
        late.AddRange(readings);
    }
}
