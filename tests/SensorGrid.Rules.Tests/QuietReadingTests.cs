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

    private static readonly string[] Rules =
    [
        Rig.Threshold("last", "levels: { yellow: 3, orange: 4, red: 6 }, on-delay: 7s, clear-margin: 1", "{ quantity: level }"),
        Rig.Threshold("low", "direction: below, levels: { yellow: 1, red: 0.25 }, clear-margin: 0.5, off-delay: 3s", "{ quantity: level }"),
        Rig.Threshold("rain", "levels: { yellow: 3 }", "{ quantity: rain }"),
        "{ id: repeat, type: k-of-last, domain: water, title: T, scope: { quantity: level }, of-last: 4, limit: 3, levels: { yellow: 2 } }",
        "{ id: vote, type: k-of-n, domain: water, title: T, scope: { quantity: level }, limit: 3, within: 5s, by: all, levels: { yellow: 2 } }",
        "{ id: drowned, type: silence-after, domain: water, title: T, scope: { quantity: level }, silence: 9s, levels: { yellow: 5 } }",
        Rig.Threshold("avg", "value: avg(10s), levels: { yellow: 4, red: 5 }, clear-margin: 0.5", "{ datastreams: [gw2/stage] }"),
        "{ id: d, type: deadman, domain: water, title: T, scope: { domain: water }, silence: 25s, level: yellow }",
        "{ id: g, type: deadman, domain: water, title: T, scope: { gateways: [gw] }, of: gateway, silence: 22s, level: yellow }",
    ];

    // With windows only: whatever else a datastream's rules are, it must be quiet now and then to be tested.
    private static readonly string[] Windowed =
    [
        "value: avg(10s), levels: { yellow: 4 }, clear-margin: 0.5", "value: max(20s), levels: { yellow: 5.5 }, off-delay: 2s", "value: min(9s), direction: below, levels: { red: 0.5 }",
        "value: 'quantile(12s, 0.3)', levels: { yellow: 4, red: 6 }, clear-margin: 1", "value: sum(30s), levels: { yellow: 40 }", "value: count(25s), levels: { yellow: 30 }, on-delay: 1s",
        "value: sum(15s), direction: below, levels: { yellow: 2 }", "value: max(20s), direction: below, levels: { yellow: 1 }", "value: count(8s), direction: below, levels: { yellow: 1 }",
        "value: stddev(10s), levels: { yellow: 2 }", "value: increase(20s), levels: { yellow: 30 }", "value: 'coverage(20s, 1s)', levels: { yellow: 0.9 }",
        "value: max(20s) - min(20s), levels: { yellow: 5 }", "value: sum(hour), levels: { yellow: 100 }",
        "value: 'rate(20s, 10s)', levels: { yellow: 4, red: 9 }, clear-margin: 1, on-delay: 2s", "value: 'rate(15s, 10s)', direction: below, levels: { yellow: -3 }",
        "value: delta(25s), levels: { yellow: 3 }, off-delay: 4s", "value: 'rate(9s, 10s)', levels: { yellow: 2 }, floor: { last: 1.25 }", "value: delta(12s), direction: below, levels: { red: -1 }, floor: { last: 1 }",
        "value: abs(last - avg(60s)), levels: { yellow: 2, red: 4 }, on-delay: 3s", "value: max(30s) - last, levels: { yellow: 3 }", "value: 'last / min(40s) * 2 > 3 and not last < 1', levels: { red: 1 }, off-delay: 2s",
        "value: avg(15s), levels: { yellow: 3 }, floor: { last: 2 }", "levels: { yellow: 1.5 }, floor: { last: 1.25 }, off-delay: 3s",
        $"levels: {{ yellow: 1.5, red: 3 }}, clear-margin: 0.5, {Hours}", $"value: 'rate(20s, 10s)', levels: {{ yellow: 3 }}, floor: {{ last: 1 }}, {Hours}", $"value: sum(20s), levels: {{ yellow: 12 }}, {Hours}",
        "value: 'max(40s) >= 5 m and max(9s) < 2 m and count(30s) >= 12', levels: { blue: 1 }", "value: abs(avg(12s) - avg(40s)), levels: { yellow: 1.5 }, clear-margin: 0.25", "value: sum(30s) / count(30s), levels: { yellow: 2 }, off-delay: 2s",
        "value: 'count(25s) * 1', direction: below, levels: { yellow: 8, red: 2 }, on-delay: 1s", "value: 'sum(9s) - sum(18s) / 2', levels: { red: 4 }", "value: avg(12s) - min(33s), levels: { yellow: 1, red: 2 }",
    ];

    private static readonly string[] DrawnOn =
    [
        "limit: 10, window: 20s, levels: { yellow: 30s }", "limit: 4, window: 30s, readings: 6, levels: { blue: 60s, red: 5s }, on-delay: 3s, clear-margin: 10s", "limit: 0.25, direction: below, window: 25s, levels: { yellow: 20s, red: 2s }, off-delay: 4s",
        "limit: -2, direction: below, window: 60s, readings: 12, levels: { orange: 90s }", $"limit: 6, window: 16s, levels: {{ yellow: 20s }}, {Hours}",
    ];

    private const string Hours = "hours: { inside: [{ from: '16:00', to: '16:01' }, { from: '16:02', to: '16:03' }, { from: '16:05', to: '21:00' }] }";

    private const string Fences = """
        domains: [{ id: forest, name: Forest }]
        assets: [{ id: a, kind: patrol, name: A, domain: forest }]
        gateways: [{ id: gw, domain: forest }]
        datastreams: [{ gateway: gw, name: position, asset: a, quantity: position }]
        zones:
          - { id: z1, kind: area, name: One, domain: forest, geometry: { type: Polygon, coordinates: [[[110, 21], [110.1, 21], [110.1, 21.1], [110, 21.1], [110, 21]]] } }
          - { id: z2, kind: area, name: Two, domain: forest, geometry: { type: Polygon, coordinates: [[[110.05, 21], [110.2, 21], [110.15, 21.1], [110.05, 21.1], [110.05, 21]]] } }
          - { id: z3, kind: area, name: Three, domain: forest, geometry: { type: Polygon, coordinates: [[[110.3, 21], [110.4, 21], [110.4, 21.1], [110.3, 21]]] },
              valid-from: 2026-05-12T16:01:00Z, valid-to: 2026-05-12T16:05:00Z }
        """;

    private static readonly string[] OfFences =
    [
        "on: exit, hysteresis: 20, on-delay: 6s, off-delay: 6s", "on: enter", "on: enter, minimum-fixes: 3", "on: inside, on-delay: 4s", "on: outside, minimum-fixes: 2", "on: dwell, dwell: 30s",
        $"on: inside, {Hours}", "on: exit, fence-end: exit", "on: approach, distance: 2000, hysteresis: 100",
    ];

    private static readonly Gen<(int What, int Datastream, int Gap, int Quarters, int Back)[]> Records = Gen.Select(
        Gen.Int[0, 29], Gen.Int[0, 2], Gen.Frequency((8, Gen.Int[0, 3]), (1, Gen.Int[4, 40])), Gen.Int[0, 28], Gen.Frequency((6, Gen.Const(0)), (1, Gen.Int[1, 9]))).Array[1, 60];

    // Small values, so that windows come to rest, and now and then one that is not.
    private static readonly Gen<(int What, int Datastream, int Gap, int Quarters, int Back)[]> LongRecords = Gen.Select(
        Gen.Frequency((20, Gen.Int[5, 29]), (1, Gen.Int[0, 4])), Gen.Int[0, 2], Gen.Frequency((12, Gen.Int[0, 2]), (1, Gen.Int[4, 40])),
        Gen.Frequency((12, Gen.Int[1, 6]), (1, Gen.Int[-4, 40])), Gen.Frequency((20, Gen.Const(0)), (1, Gen.Int[1, 9]))).Array[1, 200];

    [Fact]
    public void A_reading_that_nobody_looked_at_leaves_what_one_that_was_evaluated_leaves() => Gen.Select(Records, EvaluatorFamilies.Hours).Sample((records, hours) =>
        AssertSame(Rig.Rules(EvaluatorFamilies.WithHours(Rules, hours)), records));

    [Fact]
    public void The_same_with_windows() => Gen.Select(Gen.Int[0, Windowed.Length - 1], Gen.Int[0, Windowed.Length - 1], LongRecords).Sample((one, other, records) =>
        AssertSame(Rig.Rules(Rig.Threshold("a", Windowed[one], "{ domain: water, kind: river }"), Rig.Threshold("b", Windowed[other], "{ quantity: level }")), records), iter: 300);

    [Fact]
    public void The_same_with_lines_drawn_on() => Gen.Select(Gen.Int[0, DrawnOn.Length - 1], Gen.Int[0, DrawnOn.Length - 1], LongRecords).Sample((one, other, records) =>
        AssertSame(Rig.Rules(TimeToLimit("a", DrawnOn[one]), TimeToLimit("b", DrawnOn[other]), Rig.Threshold("c", "value: delta(25s), levels: { yellow: 3 }")), records), iter: 1000);

    // One in seventeen, as many as may wait to be told.
    [Theory]
    [InlineData("value: 'max(1h) >= 5 m and max(10min) < 2 m and count(1h) >= 6', levels: { blue: 1 }", false)]
    [InlineData("value: sum(1h) / count(1h), levels: { yellow: 9 }", false)]
    [InlineData("limit: 9, window: 40s, levels: { yellow: 60s }", true)]
    public void Most_readings_are_not_looked_at(string keys, bool isLine)
    {
        var rig = new Rig(Rig.Rules(isLine ? TimeToLimit("t", keys) : Rig.Threshold("t", keys)));
        var index = rig.Reading("gw/stage", 0, 0, Quality.Good, ReadingFlags.None).Datastream;
        int seen = 0;
        for (int at = 0; at < 300; at++)
        {
            long before = rig.Engine.LookedAt;
            rig.Read("gw/stage", at, 1 + (at % 3 * 0.01));
            seen += at >= 100 && rig.Engine.LookedAt > before ? 1 : 0;
        }
        Assert.True(rig.Engine.IsQuiet(index));
        Assert.InRange(seen, 200 / 17, 200 / 14);
        Assert.Empty(rig.Lines);
    }

    [Fact]
    public void The_same_with_days_of_rain() => Gen.Select(
        Gen.Frequency((25, Gen.Const(9)), (1, Gen.Int[0, 3])), Gen.Frequency((12, Gen.Int[0, 3]), (1, Gen.Int[4, 60])), Gen.Frequency((20, Gen.Int[0, 12]), (1, Gen.Int[-2, 80]))).Array[1, 150].Sample(steps =>
        {
            string rules = Rig.Rules(
                "{ id: wet, type: fire-weather, domain: water, title: T, scope: { quantity: rain }, index: antecedent-rain, levels: { yellow: 9, red: 20 }, clear-margin: 1 }",
                Rig.Threshold("sum", "value: sum(6h), levels: { yellow: 30 }", "{ quantity: rain }"));
            var quick = new Rig(rules);
            var thorough = new Rig(rules);
            int now = 0;
            foreach (var (what, hours, quarters) in steps)
            {
                now += hours * 3600;
                thorough.Engine.CloseAll();
                foreach (var rig in new[] { quick, thorough })
                {
                    if (what == 0)
                        rig.Start(now);
                    else if (what == 1)
                        rig.Tick(now);
                    else
                        rig.Read("gw/rain", now, quarters / 4.0, quality: what == 2 ? Quality.Missing : Quality.Good);
                }
                Assert.Equal(thorough.Lines, quick.Lines);
                if (quarters % 5 == 0)
                    Assert.Equal(Snapshot(thorough), Snapshot(quick));
            }
            Assert.Equal(Snapshot(thorough.Tick(now + 600_000)), Snapshot(quick.Tick(now + 600_000)));
            Assert.Equal(thorough.Lines, quick.Lines);
        });

    [Fact]
    public void The_same_with_fences() => Gen.Select(
        Gen.Int[0, OfFences.Length - 1], Gen.Int[0, OfFences.Length - 1],
        Gen.Select(Gen.Frequency((30, Gen.Const(9)), (1, Gen.Int[0, 3])), Gen.Frequency((12, Gen.Int[0, 3]), (1, Gen.Int[4, 90])), Gen.Frequency((30, Gen.Int[-2, 2]), (1, Gen.Int[-60, 60])), Gen.Int[-2, 2]).Array[1, 150])
        .Sample((one, other, steps) =>
        {
            string rules = Rig.Rules(Fence("a", OfFences[one]), Fence("b", OfFences[other]), "{ id: d, type: deadman, domain: forest, title: T, scope: { domain: forest }, silence: 25s, level: yellow }");
            var quick = new Rig(rules, Fences);
            var thorough = new Rig(rules, Fences);
            Assert.Empty(quick.Engine.Messages);
            int now = 0, seen = 0, quiet = 0;
            var (x, y) = (110.06, 21.05);
            foreach (var (what, gap, east, north) in steps)
            {
                now += gap;
                thorough.Engine.CloseAll();
                // To the sides of the fences in steps, and along them.
                (x, y) = (Math.Clamp(x + (east * 0.005), 109.9, 110.5), Math.Clamp(y + (north * 0.005), 20.98, 21.12));
                foreach (var rig in new[] { quick, thorough })
                {
                    if (what == 0)
                        rig.Start(now);
                    else if (what == 1)
                        rig.Tick(now);
                    else
                        rig.Read(now, rig.Reading("gw/position", now, x, what == 2 ? Quality.Missing : Quality.Good, ReadingFlags.None) with { Kind = ReadingKind.Position, Value2 = y });
                }
                seen++;
                quiet += quick.Engine.IsQuiet(new(0)) ? 1 : 0;
                Assert.Equal(thorough.Lines, quick.Lines);
                if (gap == 0)
                    Assert.Equal(Snapshot(thorough), Snapshot(quick));
            }
            Assert.Equal(Snapshot(thorough.Tick(now + 60)), Snapshot(quick.Tick(now + 60)));
            Assert.Equal(thorough.Lines, quick.Lines);
            Assert.Equal(thorough.Engine.Counters.Evaluated, quick.Engine.Counters.Evaluated);
        });

    [Fact]
    public void A_thing_far_from_all_sides_is_quiet()
    {
        var rig = new Rig(Rig.Rules(Fence("a", OfFences[0])), Fences);
        int looked = 0;
        for (int at = 0; at < 100; at++)
        {
            rig.Read(at, rig.Reading("gw/position", at, 110.02 + (at * 0.0001), Quality.Good, ReadingFlags.None) with { Kind = ReadingKind.Position, Value2 = 21.05 });
            looked += rig.Engine.IsQuiet(new(0)) ? 0 : 1;
        }
        Assert.InRange(looked, 0, 1);
        Assert.Empty(rig.Lines);
    }

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
    [InlineData("value: avg(1h) * 2, levels: { yellow: 8 }", true)]
    [InlineData("value: stddev(10s) * 2, levels: { yellow: 8 }", false)]
    [InlineData("value: abs(last - avg(1h)), levels: { yellow: 8 }", true)]
    [InlineData("value: 'rate(30s, 1s)', levels: { yellow: 8 }", true)]
    [InlineData("value: stddev(1h), levels: { yellow: 4 }, floor: { last: 3 }", true)]
    [InlineData("value: 'rate(30s, 1s)', levels: { yellow: 0.001 }, hours: { from: '12:00', to: '13:00' }", true)]
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
        var rig = new Rig(keys.Length == 0 ? Rig.Rules(Rules) : Rig.Rules(Rig.Threshold("t", keys, "{ quantity: level }"), Rig.Threshold("u", keys, "{ quantity: rain }")));
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

    private static string Fence(string id, string keys) =>
        $"{{ id: {id}, type: geofence, domain: forest, title: T, scope: {{ quantity: position }}, zone-kind: area, level: orange, {keys} }}";

    private static string TimeToLimit(string id, string keys) => EvaluatorFamilies.Rule("time-to-limit", id, keys);

    private static byte[] Snapshot(Rig rig)
    {
        var written = new ArrayBufferWriter<byte>();
        rig.Engine.WriteSnapshot(written);
        return written.WrittenSpan.ToArray();
    }
}
