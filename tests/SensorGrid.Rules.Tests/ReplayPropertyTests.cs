using System.Buffers;
using CsCheck;
using SensorGrid.Readings;
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
            Gen.Frequency((8, Gen.Int[0, 5]), (1, Gen.Int[6, 40])),
            Gen.Int[0, 9],
            Gen.Select(Gen.Int[0, Names - 1], Gen.Frequency((6, Gen.Const(0)), (2, Gen.Int[1, 8])), Gen.Int[0, 24], Gen.Frequency((9, Gen.Const(false)), (1, Gen.Const(true)))).Array[1, 5],
            (what, gap, ahead, readings) => new Record(what, gap, ahead, readings)).Array[1, 60];

    [Theory]
    [MemberData(nameof(EvaluatorFamilies.All), MemberType = typeof(EvaluatorFamilies))]
    [MemberData(nameof(EvaluatorFamilies.Daily), MemberType = typeof(EvaluatorFamilies))]
    public void Restarts_duplicates_and_other_batches_change_nothing(string family, string[] rules)
    {
        int said = 0;
        var yaml = Rig.Rules(rules);
        Gen.Select(Logs, Gen.Int[1, 7]).Sample((log, every) =>
        {
            var undisturbed = Play(family, yaml, log, 0, times: 1, whole: true);
            Interlocked.Add(ref said, undisturbed.Count);
            Assert.Equal(undisturbed, Play(family, yaml, log, every, times: 1, whole: true));
            Assert.Equal(undisturbed, Play(family, yaml, log, 0, times: 2, whole: true));
            Assert.Equal(undisturbed, Play(family, yaml, log, 0, times: 1, whole: false));
        });
        Assert.True(said > 100, "logs that raise nothing show nothing");
    }

    private static List<string> Play(string family, string rules, Record[] log, int restartEvery, int times, bool whole)
    {
        var rig = new Rig(rules, EvaluatorFamilies.City);
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
                Restart(rig, rules);
        }
        return [.. rig.Tick(now + (100 * pace)).Tick(now + (200 * pace)).Lines];
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

    private static void Restart(Rig rig, string rules)
    {
        var written = new ArrayBufferWriter<byte>();
        rig.Engine.WriteSnapshot(written);
        var engine = new RuleEngine(rig.Table);
        engine.Activate(Rig.ReadCatalogue(EvaluatorFamilies.City), Rig.ReadRules(rules));
        Assert.True(engine.TryRestore(written.WrittenSpan));
        rig.Restart(engine);
    }
}
