using CsCheck;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Gaps;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Tests.Support;
using SensorGrid.Testing;

namespace SensorGrid.Rules.Tests.Gaps;

/// <summary>Readings that come out of order, as far as they like: what they would have raised in order is raised live or recorded afterwards, each once, and nothing else is recorded.</summary>
public sealed class ShuffledArrivalTests
{
    // Every pause is a gap, and what came late is judged when all has come.
    private static readonly GapBounds Every = new()
    {
        ShortestTicks = 1, PausesToLearnFrom = int.MaxValue, SettleTicks = TimeSpan.TicksPerDay, LongestTicks = 9 * TimeSpan.TicksPerDay, MostOfDatastream = 1000,
    };

    private sealed record Episode(long Onset, long Raised, long Cleared);

    private static readonly Gen<(int Step, int Delay, int Level)[]> Arrivals =
        Gen.Select(Gen.Int[1, 6], Gen.Frequency((3, Gen.Const(0)), (1, Gen.Int[1, 12]), (1, Gen.Int[13, 90])), Gen.Frequency((1, Gen.Const(1)), (1, Gen.Int[4, 7]))).Array[2, 60];

    [Theory]
    [InlineData("levels: { red: 5 }, on-delay: 7s, off-delay: 4s")]
    [InlineData("levels: { red: 5 }")]
    [InlineData("levels: { red: 5 }, clear-margin: 1, on-delay: 3s")]
    [InlineData("value: avg(9s), levels: { red: 5 }, on-delay: 2s")]
    [InlineData("value: sum(20s), levels: { red: 30 }, clear-margin: 5")]
    [InlineData("value: delta(9s), levels: { red: 4 }")]
    public void What_would_have_been_raised_in_order_is_raised_or_recorded_once(string keys)
    {
        int recorded = 0;
        string rules = Rig.Rules(Rig.Threshold("level", keys));
        Arrivals.Sample(given =>
        {
            int at = 0;
            var readings = given.Select((one, number) => (At: at += one.Step, Received: at + (number == 0 ? 0 : one.Delay), Value: (double)one.Level)).ToList();
            var inOrder = EpisodesOf(Play(rules, readings.Select(reading => (reading.At, reading.At, reading.Value))).Changes, at);
            var shuffled = Play(rules, readings.OrderBy(reading => reading.Received).ThenBy(reading => reading.At));
            var past = EpisodesOf([.. shuffled.Changes.Where(change => change.IsPast)], at);
            var live = EpisodesOf([.. shuffled.Changes.Where(change => !change.IsPast)], long.MaxValue);
            Interlocked.Add(ref recorded, past.Count);

            Assert.Equal(past.Distinct(), past);
            Assert.All(past, episode => Assert.Contains(episode, inOrder));
            Assert.All(past, episode => Assert.DoesNotContain(live, other => other.Onset == episode.Onset));
            Assert.All(inOrder, episode => Assert.True(
                past.Contains(episode) || live.Exists(other => other.Onset < episode.Cleared && other.Cleared > episode.Onset)
                    // What holds at the end is the alarm of the newest reading, which is raised in its own time, or begins with it.
                    || episode.Raised >= at || (episode.Cleared == at && live.Exists(other => other.Onset >= at)),
                $"{episode} of {string.Join(' ', inOrder)}; past {string.Join(' ', past)}; live {string.Join(' ', live)}"));
        }, iter: 400);
        Assert.True(recorded > 20, $"{recorded} recorded: shows nothing");
    }

    private static Rig Play(string rules, IEnumerable<(int At, int Received, double Value)> readings)
    {
        var rig = new Rig(rules, bounds: Every);
        foreach (var (at, received, value) in readings)
            rig.Read("gw/stage", at, value, received: received);
        return rig.Tick(3 * 86_400);
    }

    // In seconds. What holds at the end ends there: from then on it goes by the live readings.
    private static List<Episode> EpisodesOf(IReadOnlyList<ConditionChange> changes, long end)
    {
        var episodes = new List<Episode>();
        foreach (var change in changes)
        {
            long at = Second(change.AtTicks);
            if (change.To != Level.None && at <= end)
                episodes.Add(new(Second(change.OnsetTicks), at, end));
            else if (change.To == Level.None && episodes.Count > 0 && episodes[^1].Cleared == end)
                episodes[^1] = episodes[^1] with { Cleared = Math.Min(at, end) };
        }
        return episodes;
    }

    private static long Second(long ticks) => (ticks - Some.Ticks) / TimeSpan.TicksPerSecond;
}
