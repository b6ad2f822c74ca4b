using System.Buffers;
using System.Globalization;
using CsCheck;
using SensorGrid.Readings;
using SensorGrid.Readings.Yaml;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Tests.Support;
using SensorGrid.Testing;

namespace SensorGrid.Rules.Tests;

/// <summary>However messages were cut, sent twice, or the process was restarted between them: the same changes, to the last bit of their values, and the
/// same state in the end. For every function over every kind of window, and for limits of every kind.</summary>
public sealed class SameLogSameAnswerTests
{
    private const string City = """
        domains: [{ id: water, name: Water }]
        stations: [{ id: st1, kind: river, name: One, domain: water }, { id: st2, kind: river, name: Two, domain: water }]
        gateways: [{ id: gw, domain: water, expected-interval: 10s }, { id: gw2, domain: water, expected-interval: 20s }]
        datastreams:
          - { gateway: gw, name: stage, station: st1, quantity: level, wraps-at: 6, limits: { yellow: 3, red: 5 },
              dated-limits: [{ from: 05-13, to: 05-13, yellow: 2, red: 4 }] }
          - { gateway: gw, name: crest, station: st1, quantity: crest }
          - { gateway: gw2, name: stage, station: st2, quantity: level, limits: { yellow: 4 } }
          - { gateway: gw2, name: crest, station: st2, quantity: crest }
        relations: [{ kind: upstream, from: st1, to: st2 }, { kind: upstream, from: st2, to: st1 }]
        """;

    private static readonly string[] Datastreams = ["gw/stage", "gw/crest", "gw2/stage", "gw2/crest"];
    private static readonly string[] Functions =
    [
        "sum({0})", "avg({0})", "min({0})", "max({0})", "count({0})", "delta({0})", "rate({0}, 10s)", "increase({0})", "increase({0}, 8)", "stddev({0})", "quantile({0}, 0.7)",
        "coverage({0})", "max({0}) - min({0})",
    ];

    private static readonly string[] Windows = ["30s", "7min", "hour", "previous hour", "hydrological day", "previous day"];
    private static readonly string[] Others =
    [
        "levels: catalogue, on-delay: 7s", "value: 'last / limit(yellow)', levels: { yellow: 1 }", "levels: { yellow: last of crest within 1min, red: 'last of crest + 1' }",
        "value: 'last - avg(2min) of crest', levels: { yellow: 1, red: 3 }, off-delay: 5s", "value: last - last of gw/crest within 40s, levels: { yellow: 1 }, clear-margin: 0.5",
        "levels: { yellow: max(1min) of crest }, hours: { from: '18:00', to: '23:30', offset: '+08:00' }", "levels: { yellow: 3 }, dated-levels: [{ from: 05-13, to: 05-14, yellow: 1 }]",
        "value: max(30s) of upstream crest - last, levels: { yellow: 1 }", "value: 'last < 3 and last of max downstream level within 25s > 3', levels: { red: 1 }, on-delay: 4s",
    ];

    private static readonly Gen<string> Rule = Gen.OneOf(
        Gen.Select(Gen.Int[0, Functions.Length - 1], Gen.Int[0, Windows.Length - 1], Gen.Int[0, 12], Gen.Bool, Gen.Int[0, 6]).Select((function, window, half, below, delay) =>
        {
            string value = string.Format(CultureInfo.InvariantCulture, Functions[function], Windows[window]);
            double limit = half / 2.0;
            string levels = below ? $"direction: below, levels: {{ yellow: {Text(limit)}, red: {Text(limit / 2)} }}" : $"levels: {{ yellow: {Text(limit)}, red: {Text(limit + 3)} }}";
            // Limits of nothing fall nowhere; a single level will do then.
            return $"value: '{value}', {(below && limit == 0 ? "direction: below, levels: { yellow: 0 }" : levels)}, clear-margin: 0.25, on-delay: {delay}s";
        }),
        Gen.Int[0, Others.Length - 1].Select(other => Others[other]));

    private static readonly Gen<(int Datastream, int Back, int Quarters, int Kind)> One = Gen.Select(
        Gen.Int[0, 3], Gen.Frequency((6, Gen.Const(0)), (2, Gen.Int[1, 15]), (2, Gen.Int[16, 1500])), Gen.Int[-4, 28], Gen.Int[0, 19]);

    private static readonly Gen<(int Gap, (int Datastream, int Back, int Quarters, int Kind)[] Readings)> Record = Gen.Select(
        Gen.Frequency((12, Gen.Int[1, 20]), (2, Gen.Int[100, 1500]), (1, Gen.Int[3000, 30_000])), One.Array[0, 5]);

    [Fact]
    public void Cutting_repeating_and_restarting_change_nothing() =>
        Gen.Select(Rule.Array[1, 4], Record.Array[1, 60], Gen.Int[0, 1 << 30]).Sample((rules, records, seed) =>
        {
            string text = Rig.Rules([.. rules.Select((rule, number) => Rig.Threshold($"r{number}", rule, "{ quantity: level }"))]);
            var (undisturbed, state) = Play(text, records, new());
            foreach (var disturbance in new Disturbance[]
            {
                new() { Cut = true },
                new() { Repeat = new(seed) },
                new() { Restart = new(seed), RestartEvery = 1 },
                new() { Cut = true, Repeat = new(seed), Restart = new(seed), RestartEvery = 5 },
            })
            {
                var (changes, left) = Play(text, records, disturbance);
                Assert.True(undisturbed.SequenceEqual(changes), $"{disturbance}: {string.Join(" | ", undisturbed.Except(changes))} was {string.Join(" | ", changes.Except(undisturbed))}");
                Assert.Equal(state, left);
            }
        }, iter: 250);

    [Fact]
    public void These_logs_say_something()
    {
        // Else the test above would compare silence with silence.
        int said = 0, past = 0;
        Gen.Select(Rule.Array[4], Record.Array[60]).Sample((rules, records) =>
        {
            string text = Rig.Rules([.. rules.Select((rule, number) => Rig.Threshold($"r{number}", rule, "{ quantity: level }"))]);
            var changes = Play(text, records, new()).Changes;
            Interlocked.Add(ref said, changes.Count);
            Interlocked.Add(ref past, changes.Count(change => change.EndsWith(" past", StringComparison.Ordinal)));
        }, iter: 50);
        Assert.True(said > 1000 && past > 50, $"{said} changes in 50 logs, {past} of them brought to light by a backlog");
    }

    private static (List<string> Changes, byte[] State) Play(
        string rules, (int Gap, (int Datastream, int Back, int Quarters, int Kind)[] Readings)[] records, Disturbance disturbance)
    {
        var rig = new Rig(rules, City);
        // Of some, a window would hold more than it does in so short a log: that is warned of, and changes nothing.
        Assert.DoesNotContain(rig.Engine.Messages, message => message.Severity == MessageSeverity.Error);
        var output = new List<ConditionChange>();
        long now = 0;
        foreach (var record in records)
        {
            now += record.Gap;
            var readings = record.Readings.Select(one => rig.Reading(
                Datastreams[one.Datastream], now - one.Back, one.Quarters / 4.0, one.Kind == 0 ? Quality.Missing : Quality.Good, ReadingFlags.None)).ToList();
            // A message that comes again comes behind what it repeats; with its own readings in order that is any later place.
            for (int i = readings.Count; i > 0 && disturbance.Repeat is { } repeat; i--)
            {
                if (repeat.Next(3) == 0)
                    readings.Insert(i, readings[i - 1]);
            }
            if (readings.Count == 0)
                rig.Engine.OnTick(Some.TicksAfter(now), output);
            else if (disturbance.Cut)
                readings.ForEach(reading => rig.Engine.OnReadings(Some.TicksAfter(now), [reading], output));
            else
                rig.Engine.OnReadings(Some.TicksAfter(now), readings.ToArray(), output);
            if (disturbance.Restart?.Next(disturbance.RestartEvery) == 0)
                Restart(rig, rules);
        }
        rig.Engine.OnTick(Some.TicksAfter(now + 100), output);
        return ([.. output.Select(Line)], Snapshot(rig));
    }

    private static void Restart(Rig rig, string rules)
    {
        byte[] written = Snapshot(rig);
        var engine = new RuleEngine(rig.Table);
        engine.Activate(Rig.ReadCatalogue(City), Rig.ReadRules(rules));
        Assert.True(engine.TryRestore(written));
        rig.Restart(engine);
        Assert.Equal(written, Snapshot(rig));
    }

    private static byte[] Snapshot(Rig rig)
    {
        var written = new ArrayBufferWriter<byte>();
        rig.Engine.WriteSnapshot(written);
        return written.WrittenSpan.ToArray();
    }

    private static string Line(ConditionChange change) => string.Create(
        CultureInfo.InvariantCulture,
        $"{change.Scope.Rule.Id} {change.Scope.Key} {change.From}>{change.To} {change.AtTicks} {change.OnsetTicks} {change.LogTimeTicks} {change.IsRetrospective} {BitConverter.DoubleToInt64Bits(change.Value):x} {change.LimitsInForce}{(change.IsPast ? " past" : "")}");

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);

    private sealed record Disturbance
    {
        public bool Cut { get; init; }

        public Random? Repeat { get; init; }

        public Random? Restart { get; init; }

        public int RestartEvery { get; init; } = 1;
    }
}
