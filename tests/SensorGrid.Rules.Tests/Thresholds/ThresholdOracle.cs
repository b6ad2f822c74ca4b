using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Tests.Thresholds;

/// <summary>What a threshold rule says, worked out the slow and obvious way: second by second, and at every second from the whole
/// history. Shares nothing with the product but the types of its answer.</summary>
internal sealed class ThresholdOracle(ValueFunction function, int window, (Level Level, double Limit)[] limits, double margin, int onDelay, int offDelay)
{
    public IEnumerable<(int At, Level From, Level To, int Onset)> Changes(IReadOnlyDictionary<int, double> readings, int until)
    {
        var history = new Dictionary<Level, List<bool>>();
        foreach (var (which, _) in limits)
            history[which] = [];
        var values = new List<double>();
        var level = Level.None;
        int onset = 0;
        for (int now = 0; now <= until; now++)
        {
            // First what the seconds up to now bring to an end, then what is true now.
            foreach (bool delays in new[] { true, false })
            {
                if (!delays)
                    values.Add(ValueAt(readings, now));
                foreach (var (which, limit) in limits)
                {
                    var states = history[which];
                    bool before = delays ? now > 0 && states[now - 1] : states[now];
                    bool after = before;
                    int delay = before ? offDelay : onDelay;
                    if (delays && delay > 0 && HasLeft(before, limit, values, states, now - delay, now))
                        after = !before;
                    if (!delays && delay == 0 && IsOutside(before, limit, values[now]))
                        after = !before;
                    if (delays)
                        states.Add(after);
                    else
                        states[now] = after;
                }
                var levelNow = limits.Where(limit => history[limit.Level][now]).Select(limit => limit.Level).DefaultIfEmpty(Level.None).Max();
                if (levelNow == level)
                    continue;
                // The lowest level comes on first, and its delay began when it began to hold.
                if (level == Level.None)
                    onset = now - onDelay;
                yield return (now, level, levelNow, onset);
                level = levelNow;
            }
        }
    }

    // For the whole of [from, to) the value was on the other side, and all that time the level stood as it stands.
    private bool HasLeft(bool isOn, double limit, List<double> values, List<bool> states, int from, int to)
    {
        if (from < 0)
            return false;
        for (int second = from; second < to; second++)
        {
            if (states[second] != isOn || !IsOutside(isOn, limit, values[second]))
                return false;
        }
        return true;
    }

    private bool IsOutside(bool isOn, double limit, double value) => isOn ? value < limit - margin : value >= limit;

    private double ValueAt(IReadOnlyDictionary<int, double> readings, int now)
    {
        var before = readings.Where(reading => reading.Key <= now).OrderBy(reading => reading.Key).ToList();
        var inside = before.Where(reading => reading.Key > now - window).Select(reading => reading.Value).ToList();
        return function switch
        {
            ValueFunction.Last => before.Count == 0 ? double.NaN : before[^1].Value,
            ValueFunction.Sum => before.Count == 0 ? double.NaN : inside.Sum(),
            ValueFunction.Average => inside.Count == 0 ? double.NaN : inside.Average(),
            ValueFunction.Count => before.Count == 0 ? double.NaN : inside.Count,
            ValueFunction.Delta => before.Count < 2 ? double.NaN : before[^1].Value - Base(before, before[^1].Key - window),
            ValueFunction.Maximum => inside.Count == 0 ? double.NaN : inside.Max(),
            _ => throw new NotSupportedException($"{function}"),
        };
    }

    // The newest at or before the start of the window, else the oldest.
    private static double Base(List<KeyValuePair<int, double>> readings, int start) =>
        readings.Exists(reading => reading.Key <= start) ? readings.Last(reading => reading.Key <= start).Value : readings[0].Value;
}
