namespace SensorGrid.Alarms.Replays;

/// <summary>What other rules make of an alarm.</summary>
public enum AlarmChangeKind
{
    /// <summary>Only the new rules raise it.</summary>
    Added,

    /// <summary>Only the old rules raise it.</summary>
    Removed,

    /// <summary>Both raise it, at another time.</summary>
    Moved,

    /// <summary>Both raise it, with another highest level.</summary>
    Level,
}

/// <summary>A difference between the alarms of two rule sets on the same recordings.</summary>
/// <param name="Kind">What differs.</param>
/// <param name="Old">The alarm by the old rules; null when added.</param>
/// <param name="New">The alarm by the new rules; null when removed.</param>
public sealed record AlarmChange(AlarmChangeKind Kind, AlarmEpisode? Old, AlarmEpisode? New)
{
    // Partners are looked for among so many on either side. More only matters where a condition chatters, and there it would cost the square.
    private const int Neighbours = 32;

    /// <summary>The differences by time. Alarms of one rule and scope are the same when they hold at one time, or begin less than
    /// <paramref name="within"/> apart; each has one partner, the nearest in time first. One that is both moved and changed is two differences.</summary>
    /// <param name="old">By the old rules.</param>
    /// <param name="new">By the new rules.</param>
    /// <param name="within">How far an alarm may move and still be the same.</param>
    public static IReadOnlyList<AlarmChange> Between(IReadOnlyList<AlarmEpisode> old, IReadOnlyList<AlarmEpisode> @new, TimeSpan within)
    {
        ArgumentNullException.ThrowIfNull(old);
        ArgumentNullException.ThrowIfNull(@new);
        var newByKey = @new.ToLookup(episode => (episode.Rule, episode.Scope));
        var taken = new HashSet<AlarmEpisode>(ReferenceEqualityComparer.Instance);
        var changes = new List<AlarmChange>();
        foreach (var same in old.GroupBy(episode => (episode.Rule, episode.Scope)))
            Compare([.. same], [.. newByKey[same.Key]], within, taken, changes);
        changes.AddRange(@new.Where(episode => !taken.Contains(episode)).Select(episode => new AlarmChange(AlarmChangeKind.Added, null, episode)));
        return [.. changes.OrderBy(change => (change.New ?? change.Old)!.FromTicks).ThenBy(change => (change.New ?? change.Old)!.Rule, StringComparer.Ordinal)
            .ThenBy(change => (change.New ?? change.Old)!.Scope, StringComparer.Ordinal).ThenBy(change => change.Kind)];
    }

    private static void Compare(
        AlarmEpisode[] old, AlarmEpisode[] @new, TimeSpan within, HashSet<AlarmEpisode> taken, List<AlarmChange> changes)
    {
        var paired = new HashSet<AlarmEpisode>(ReferenceEqualityComparer.Instance);
        var pairs =
            from left in old
            from right in Near(left, @new)
            let apart = Math.Abs(right.FromTicks - left.FromTicks)
            where apart < within.Ticks || left.Overlaps(right.FromTicks, right.UntilTicks ?? long.MaxValue) || apart == 0
            orderby apart, left.FromTicks
            select (left, right);
        foreach (var (left, right) in pairs)
        {
            if (paired.Contains(left) || taken.Contains(right))
                continue;
            paired.Add(left);
            taken.Add(right);
            if (left.FromTicks != right.FromTicks || left.UntilTicks != right.UntilTicks)
                changes.Add(new(AlarmChangeKind.Moved, left, right));
            if (left.PeakLevel != right.PeakLevel)
                changes.Add(new(AlarmChangeKind.Level, left, right));
        }
        changes.AddRange(old.Where(episode => !paired.Contains(episode)).Select(episode => new AlarmChange(AlarmChangeKind.Removed, episode, null)));
    }

    // Episodes of one rule and scope do not overlap, so one that holds when this one begins is the one just before it.
    private static ArraySegment<AlarmEpisode> Near(AlarmEpisode episode, AlarmEpisode[] byBeginning)
    {
        int low = 0, high = byBeginning.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = byBeginning[middle].FromTicks < episode.FromTicks ? (middle + 1, high) : (low, middle);
        }
        int first = Math.Max(0, low - Neighbours);
        return new(byBeginning, first, Math.Min(byBeginning.Length, low + Neighbours) - first);
    }
}
