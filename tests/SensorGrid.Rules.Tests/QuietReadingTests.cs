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
        Rig.Threshold("avg", "value: avg(10s), levels: { yellow: 4 }", "{ datastreams: [gw2/stage] }"),
        "{ id: d, type: deadman, domain: water, title: T, scope: { domain: water }, silence: 25s, level: yellow }",
        "{ id: g, type: deadman, domain: water, title: T, scope: { gateways: [gw] }, of: gateway, silence: 22s, level: yellow }");

    private static readonly Gen<(int What, int Datastream, int Gap, int Quarters, int Back)[]> Records = Gen.Select(
        Gen.Int[0, 29], Gen.Int[0, 2], Gen.Frequency((8, Gen.Int[0, 3]), (1, Gen.Int[4, 40])), Gen.Int[0, 28], Gen.Frequency((6, Gen.Const(0)), (1, Gen.Int[1, 9]))).Array[1, 60];

    [Fact]
    public void A_reading_that_nobody_looked_at_leaves_what_one_that_was_evaluated_leaves() =>
        Records.Sample(records =>
        {
            var quick = new Rig(Rules);
            var thorough = new Rig(Rules);
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
        });

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

    [Fact]
    public void Readings_that_change_nothing_allocate_nothing()
    {
        var rig = new Rig(Rules);
        var readings = new Reading[60];
        for (int i = 0; i < readings.Length; i++)
            readings[i] = rig.Reading(Names[i % 3], i / 3, 2, Quality.Good, ReadingFlags.None);
        var output = new List<ConditionChange>();
        rig.Engine.OnReadings(Some.TicksAfter(19), readings, output);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < readings.Length; i++)
            readings[i] = readings[i] with { ObservedAtTicks = Some.TicksAfter(20 + (i / 3)) };
        rig.Engine.OnReadings(Some.TicksAfter(39), readings, output);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(120, rig.Engine.Counters.Evaluated);
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
