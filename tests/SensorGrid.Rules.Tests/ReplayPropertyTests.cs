using CsCheck;
using SensorGrid.Readings;
using SensorGrid.Rules.Gaps;
using SensorGrid.Rules.Tests.Support;

namespace SensorGrid.Rules.Tests;

/// <summary>One log, played in other ways: with restarts from snapshots, with duplicates, with its records cut into single readings. The changes must be the same.</summary>
public sealed class ReplayPropertyTests
{
    private static readonly int Names = EvaluatorFamilies.Datastreams.Length;

    private enum What
    {
        Readings,
        Tick,
        Start,
        Step,
    }

    private sealed record Record(What What, int At, int Ahead, (int Datastream, int Back, int Quarters, bool Missing)[] Readings);

    private static readonly Gen<Record[]> Logs =
        Gen.Select(
            Gen.Frequency((16, Gen.Const(What.Readings)), (3, Gen.Const(What.Tick)), (1, Gen.Const(What.Start)), (1, Gen.Const(What.Step))),
            Gen.Frequency((8, Gen.Int[0, 5]), (1, Gen.Int[6, 40]), (1, Gen.Int[60, 90])),
            Gen.Int[0, 9],
            // A backlog comes up to a minute and a half behind.
            Gen.Select(Gen.Int[0, Names - 1], Gen.Frequency((6, Gen.Const(0)), (2, Gen.Int[1, 8]), (2, Gen.Int[9, 90])), Gen.Int[0, 24], Gen.Frequency((9, Gen.Const(false)), (1, Gen.Const(true)))).Array[1, 5],
            (what, gap, ahead, readings) => new Record(what, gap, ahead, readings)).Array[1, 60];

    [Theory]
    [MemberData(nameof(EvaluatorFamilies.All), MemberType = typeof(EvaluatorFamilies))]
    [MemberData(nameof(EvaluatorFamilies.Daily), MemberType = typeof(EvaluatorFamilies))]
    public void Restarts_duplicates_and_other_batches_change_nothing(string family, string[] rules) => ChangeNothing(family, rules, new());

    [Theory]
    [MemberData(nameof(EvaluatorFamilies.All), MemberType = typeof(EvaluatorFamilies))]
    public void Nor_do_they_when_late_readings_reach_every_bound(string family, string[] rules) => ChangeNothing(family, rules, Tight);

    // Nearly every pause is a gap, few are kept, and few late readings wait.
    private static readonly GapBounds Tight = new()
    {
        ShortestTicks = 2 * TimeSpan.TicksPerSecond, SettleTicks = 9 * TimeSpan.TicksPerSecond, LongestTicks = 200 * TimeSpan.TicksPerSecond, MostOfDatastream = 3, Most = 9,
        MostBytes = 3000, MostLateOfDatastream = 1, MostLate = 3,
    };

    [Fact]
    public void These_logs_bring_alarms_of_the_past_to_light()
    {
        // Else nothing of that would be compared.
        int found = 0, overflows = 0, dropped = 0;
        object[] family = EvaluatorFamilies.All.Single(row => (string)row[0] == "thresholds and windows");
        Logs.Sample(log =>
        {
            foreach (var bounds in new[] { new(), Tight })
            {
                var counters = Play((string)family[0], Rig.Rules((string[])family[1]), log, 0, times: 1, whole: true, bounds).Engine.Counters;
                Interlocked.Add(ref found, (int)counters.RetrospectiveAlarms);
                Interlocked.Add(ref overflows, (int)counters.LateOverflows);
                Interlocked.Add(ref dropped, (int)counters.GapsDropped);
            }
        }, iter: 300);
        // A hundred logs of any seed have some ninety to two hundred of the rarest.
        Assert.True(found > 100 && overflows > 100 && dropped > 100, $"{found} alarms, {overflows} overflows, {dropped} gaps dropped");
    }

    private static void ChangeNothing(string family, string[] rules, GapBounds bounds)
    {
        int said = 0;
        Gen.Select(Logs, Gen.Int[1, 7], EvaluatorFamilies.HoursOf(family)).Sample((log, every, hours) =>
        {
            var yaml = Rig.Rules(EvaluatorFamilies.WithHours(rules, hours));
            var undisturbed = Play(family, yaml, log, 0, times: 1, whole: true, bounds).Lines;
            Interlocked.Add(ref said, undisturbed.Count);
            Assert.Equal(undisturbed, Play(family, yaml, log, every, times: 1, whole: true, bounds).Lines);
            Assert.Equal(undisturbed, Play(family, yaml, log, 0, times: 2, whole: true, bounds).Lines);
            Assert.Equal(undisturbed, Play(family, yaml, log, 0, times: 1, whole: false, bounds).Lines);
        });
        Assert.True(said > 100, "logs that raise nothing show nothing");
    }

    private static Rig Play(string family, string rules, Record[] log, int restartEvery, int times, bool whole, GapBounds bounds)
    {
        var rig = new Rig(rules, EvaluatorFamilies.City, bounds: bounds);
        string[] names = EvaluatorFamilies.DatastreamsOf(family);
        int now = 0, count = 0, pace = EvaluatorFamilies.PaceOf(family);
        foreach (var record in log)
        {
            now += record.At * pace;
            switch (record.What)
            {
                case What.Tick:
                    rig.Tick(now);
                    break;
                case What.Start:
                    rig.Start(now);
                    break;
                case What.Step:
                    rig.Step(now, record.Ahead);
                    break;
                default:
                    Give(rig, record, names, pace, now, times, whole);
                    break;
            }
            if (restartEvery != 0 && ++count % restartEvery == 0)
                rig.Restart(rules);
        }
        return rig.Tick(now + (100 * pace)).Tick(now + (200 * pace));
    }

    private static void Give(Rig rig, Record record, string[] names, int pace, int now, int times, bool whole)
    {
        Reading[] readings =
        [
            .. record.Readings.SelectMany(reading => Enumerable.Repeat(
                rig.Reading(names[reading.Datastream], now - (reading.Back * pace), reading.Quarters / 4.0, reading.Missing ? Quality.Missing : Quality.Good, ReadingFlags.None), times)),
        ];
        if (whole)
        {
            rig.Read(now, readings);
            return;
        }
        foreach (var reading in readings)
            rig.Read(now, reading);
    }
}
