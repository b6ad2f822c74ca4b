using System.Buffers;
using CsCheck;
using SensorGrid.Readings;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Tests.Support;
using SensorGrid.Testing;

namespace SensorGrid.Rules.Tests;

public sealed class QuietReadingTests
{
    private static readonly string[] Names = ["gw/stage", "gw/rain", "gw2/stage"];

    private static readonly string Rules = Rig.Rules(
        Rig.Threshold("last", "levels: { yellow: 3, orange: 4, red: 6 }, on-delay: 7s, clear-margin: 1", "{ quantity: level }"),
        Rig.Threshold("low", "direction: below, levels: { yellow: 1, red: 0.25 }, clear-margin: 0.5, off-delay: 3s", "{ quantity: level }"),
        Rig.Threshold("rain", "levels: { yellow: 3 }", "{ quantity: rain }"),
        "{ id: repeat, type: k-of-last, domain: water, title: T, scope: { quantity: level }, of-last: 4, limit: 3, levels: { yellow: 2 } }",
        "{ id: vote, type: k-of-n, domain: water, title: T, scope: { quantity: level }, limit: 3, within: 5s, by: all, levels: { yellow: 2 } }",
        "{ id: drowned, type: silence-after, domain: water, title: T, scope: { quantity: level }, silence: 9s, levels: { yellow: 5 } }",
        Rig.Threshold("avg", "value: avg(10s), levels: { yellow: 4, red: 5 }, clear-margin: 0.5", "{ datastreams: [gw2/stage] }"),
        "{ id: d, type: deadman, domain: water, title: T, scope: { domain: water }, silence: 25s, level: yellow }",
        "{ id: g, type: deadman, domain: water, title: T, scope: { gateways: [gw] }, of: gateway, silence: 22s, level: yellow }");

    // With windows only: whatever else a datastream's rules are, it must be quiet now and then to be tested.
    private static readonly string[] Windowed =
    [
        "value: avg(10s), levels: { yellow: 4 }, clear-margin: 0.5", "value: max(20s), levels: { yellow: 5.5 }, off-delay: 2s", "value: min(9s), direction: below, levels: { red: 0.5 }",
        "value: 'quantile(12s, 0.3)', levels: { yellow: 4, red: 6 }, clear-margin: 1", "value: sum(30s), levels: { yellow: 40 }", "value: count(25s), levels: { yellow: 30 }, on-delay: 1s",
        "value: sum(15s), direction: below, levels: { yellow: 2 }", "value: max(20s), direction: below, levels: { yellow: 1 }", "value: count(8s), direction: below, levels: { yellow: 1 }",
        "value: stddev(10s), levels: { yellow: 2 }", "value: increase(20s), levels: { yellow: 30 }", "value: 'coverage(20s, 1s)', levels: { yellow: 0.9 }",
        "value: max(20s) - min(20s), levels: { yellow: 5 }", "value: sum(hour), levels: { yellow: 100 }",
    ];

    private static readonly Gen<(int What, int Datastream, int Gap, int Quarters, int Back)[]> Records = Gen.Select(
        Gen.Int[0, 29], Gen.Int[0, 2], Gen.Frequency((8, Gen.Int[0, 3]), (1, Gen.Int[4, 40])), Gen.Int[0, 28], Gen.Frequency((6, Gen.Const(0)), (1, Gen.Int[1, 9]))).Array[1, 60];

    // Small values, so that windows come to rest, and now and then one that is not.
    private static readonly Gen<(int What, int Datastream, int Gap, int Quarters, int Back)[]> LongRecords = Gen.Select(
        Gen.Frequency((20, Gen.Int[5, 29]), (1, Gen.Int[0, 4])), Gen.Int[0, 2], Gen.Frequency((12, Gen.Int[0, 2]), (1, Gen.Int[4, 40])),
        Gen.Frequency((12, Gen.Int[1, 6]), (1, Gen.Int[-4, 40])), Gen.Frequency((20, Gen.Const(0)), (1, Gen.Int[1, 9]))).Array[1, 200];

    [Fact]
    public void A_reading_that_nobody_looked_at_leaves_what_one_that_was_evaluated_leaves() => Records.Sample(records => AssertSame(Rules, records));

    [Fact]
    public void The_same_with_windows() => Gen.Select(Gen.Int[0, Windowed.Length - 1], Gen.Int[0, Windowed.Length - 1], LongRecords).Sample((one, other, records) =>
        AssertSame(Rig.Rules(Rig.Threshold("a", Windowed[one], "{ domain: water, kind: river }"), Rig.Threshold("b", Windowed[other], "{ quantity: level }")), records));

    // Rules that look at each reading, or at each that leaves, are there to be told apart from the quiet ones.
    [Theory]
    [InlineData("value: avg(10s), levels: { yellow: 4 }", true)]
    [InlineData("value: min(10s), direction: below, levels: { yellow: 1 }", true)]
    [InlineData("value: max(10s), levels: { yellow: 4 }", true)]
    [InlineData("value: 'quantile(10s, 0.5)', levels: { yellow: 4 }", true)]
    [InlineData("value: sum(10s), levels: { yellow: 200 }", true)]
    [InlineData("value: count(10s), levels: { yellow: 200 }", true)]
    [InlineData("value: count(10s), levels: { yellow: 20 }", false)]
    [InlineData("value: sum(10s), direction: below, levels: { yellow: 1 }", false)]
    [InlineData("value: stddev(10s), levels: { yellow: 4 }", false)]
    [InlineData("value: avg(10s) * 2, levels: { yellow: 8 }", false)]
    public void Windows_at_rest_are_quiet_once_they_are_full_of_harmless_values(string keys, bool isQuiet)
    {
        var rig = new Rig(Rig.Rules(Rig.Threshold("t", keys)));
        var index = rig.Reading("gw/stage", 0, 0, Quality.Good, ReadingFlags.None).Datastream;
        for (int at = 0; at < 40; at++)
            rig.Read("gw/stage", at, 2);
        // Filled with harmless values, and looked at again after sixteen of them.
        for (int at = 40; at < 100; at++)
            Assert.Equal(isQuiet, rig.Read("gw/stage", at, 2).Engine.IsQuiet(index));
    }

    [Theory]
    [InlineData(2.99, false)]
    [InlineData(3.0, true)]
    public void The_first_value_at_a_limit_is_looked_at(double value, bool raises)
    {
        var rig = new Rig(Rig.Rules(Rig.Threshold("t", "levels: { yellow: 3 }")));
        rig.Read("gw/stage", 0, 1).Read("gw/stage", 1, 2).Read("gw/stage", 2, value);
        Assert.Equal(raises, rig.Changes.Count == 1);
    }

    [Theory]
    [InlineData(2.5, false)]
    [InlineData(2.49, true)]
    public void The_first_value_beyond_the_margin_is_looked_at(double value, bool clears)
    {
        var rig = new Rig(Rig.Rules(Rig.Threshold("t", "levels: { yellow: 3 }, clear-margin: 0.5")));
        rig.Read("gw/stage", 0, 4).Read("gw/stage", 1, 3).Read("gw/stage", 2, value);
        Assert.Equal(clears, rig.Changes.Count == 2);
    }

    [Theory]
    [InlineData("")]
    [InlineData("value: avg(10s), levels: { yellow: 4 }")]
    [InlineData("value: 'quantile(10s, 0.9)', levels: { yellow: 4 }")]
    [InlineData("value: sum(10s), levels: { yellow: 400 }")]
    [InlineData("value: stddev(10s), levels: { yellow: 4 }")]
    [InlineData("value: increase(10s), levels: { yellow: 4 }")]
    [InlineData("value: 'coverage(10s, 2s)', direction: below, levels: { yellow: 0.5 }")]
    [InlineData("value: max(hour) - min(hour), levels: { yellow: 4 }")]
    public void Readings_that_change_nothing_allocate_nothing(string keys)
    {
        var rig = new Rig(keys.Length == 0 ? Rules : Rig.Rules(Rig.Threshold("t", keys, "{ quantity: level }"), Rig.Threshold("u", keys, "{ quantity: rain }")));
        // Windows grow until they hold what they need.
        var readings = new Reading[keys.Length == 0 ? 60 : 600];
        for (int i = 0; i < readings.Length; i++)
            readings[i] = rig.Reading(Names[i % 3], i / 3, 2, Quality.Good, ReadingFlags.None);
        var output = new List<ConditionChange>();
        int seconds = readings.Length / 3;
        Play();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < readings.Length; i++)
            readings[i] = readings[i] with { ObservedAtTicks = Some.TicksAfter(seconds + (i / 3)) };
        Play();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(2 * readings.Length, rig.Engine.Counters.Evaluated);

        void Play()
        {
            for (int i = 0; i < readings.Length; i += 3)
                rig.Engine.OnReadings(readings[i].ObservedAtTicks, readings.AsSpan(i, 3), output);
        }
    }

    private static void AssertSame(string rules, (int What, int Datastream, int Gap, int Quarters, int Back)[] records)
    {
        var quick = new Rig(rules);
        var thorough = new Rig(rules);
        int now = 0;
        foreach (var record in records)
        {
            now += record.Gap;
            thorough.Engine.CloseAll();
            Give(quick, record, now);
            Give(thorough, record, now);
            Assert.Equal(thorough.Lines, quick.Lines);
            // A snapshot settles: do it now and then only, so that many quiet readings in a row are seen too.
            if (record.Quarters % 5 == 0)
                Assert.Equal(Snapshot(thorough), Snapshot(quick));
        }
        Assert.Equal(Snapshot(thorough.Tick(now + 60)), Snapshot(quick.Tick(now + 60)));
        Assert.Equal(thorough.Lines, quick.Lines);
        Assert.Equal(thorough.Engine.Counters.Evaluated, quick.Engine.Counters.Evaluated);
        Assert.Equal(thorough.Engine.Counters.Duplicates, quick.Engine.Counters.Duplicates);
    }

    private static void Give(Rig rig, (int What, int Datastream, int Gap, int Quarters, int Back) record, int now)
    {
        string name = Names[record.Datastream];
        switch (record.What)
        {
            case 0:
                rig.Start(now);
                break;
            case 1:
                rig.Step(now, ahead: record.Back);
                break;
            case 2:
                rig.Tick(now);
                break;
            case 3:
                rig.Read(name, now, 0, quality: Quality.Missing);
                break;
            case 4:
                rig.Read(name, now + 1000 + record.Back, record.Quarters / 4.0, received: now, flags: ReadingFlags.FutureStamp);
                break;
            default:
                rig.Read(name, now - record.Back, record.Quarters / 4.0, received: now);
                break;
        }
    }

    private static byte[] Snapshot(Rig rig)
    {
        var written = new ArrayBufferWriter<byte>();
        rig.Engine.WriteSnapshot(written);
        return written.WrittenSpan.ToArray();
    }
}
