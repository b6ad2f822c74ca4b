namespace SensorGrid.Ingest.Sources.Mqtt.Topics;

/// <summary>How two filters stand to each other, level by level; a share group does not count. A wildcard in the first level never stands for a topic that
/// begins with <c>$</c> [MQTT-4.7.2-1].</summary>
internal static class FilterCoverage
{
    /// <summary>Whether every topic that the other filter matches is matched by this one: what an account may read covers what it asks for.</summary>
    public static bool Covers(this TopicFilter filter, TopicFilter other)
    {
        var wide = filter.Path.AsSpan();
        var narrow = other.Path.AsSpan();
        if (narrow.StartsWith('$') && wide[0] is '+' or '#')
            return false;
        while (true)
        {
            var allowed = TopicFilter.CutLevel(ref wide, out bool wideEnds);
            if (allowed is "#")
                return true;
            var wanted = TopicFilter.CutLevel(ref narrow, out bool narrowEnds);
            // What stands for any number of levels is covered by its like alone.
            if (wanted is "#" || (allowed is not "+" && !allowed.SequenceEqual(wanted)))
                return false;
            if (narrowEnds)
                return wideEnds || wide is "#";
            if (wideEnds)
                return false;
        }
    }

    /// <summary>Whether some topic is matched by both.</summary>
    public static bool Overlaps(this TopicFilter filter, TopicFilter other)
    {
        var one = filter.Path.AsSpan();
        var two = other.Path.AsSpan();
        if ((one.StartsWith('$') && two[0] is '+' or '#') || (two.StartsWith('$') && one[0] is '+' or '#'))
            return false;
        while (true)
        {
            var left = TopicFilter.CutLevel(ref one, out bool oneEnds);
            var right = TopicFilter.CutLevel(ref two, out bool twoEnds);
            if (left is "#" || right is "#")
                return true;
            if (left is not "+" && right is not "+" && !left.SequenceEqual(right))
                return false;
            if (oneEnds || twoEnds)
                return (oneEnds && twoEnds) || (oneEnds ? two is "#" : one is "#");
        }
    }
}
