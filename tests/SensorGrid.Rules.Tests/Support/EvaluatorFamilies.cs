using CsCheck;

namespace SensorGrid.Rules.Tests.Support;

/// <summary>Rules of every family of evaluators over a small city, with small numbers, so that readings, delays and limits meet. For tests of what must
/// hold for all of them.</summary>
public static class EvaluatorFamilies
{
    public static readonly string[] Datastreams = ["gw/stage", "gw2/stage", "gw/rain", "gw2/rain", "gw3/stage"];

    public const string City = """
        domains: [{ id: water, name: Water }]
        stations:
          - { id: st1, kind: river, name: One, domain: water, location: [110.02, 21.05] }
          - { id: st2, kind: river, name: Two, domain: water, location: [110.06, 21.05] }
          - { id: st3, kind: river, name: Three, domain: water, location: [110.15, 21.05] }
        gateways: [{ id: gw, domain: water }, { id: gw2, domain: water }, { id: gw3, domain: water }, { id: met, domain: water }]
        datastreams:
          - { gateway: gw, name: stage, station: st1, quantity: level, unit: m, limits: { yellow: 3, orange: 4, red: 5 } }
          - { gateway: gw, name: rain, station: st1, quantity: rain, unit: mm }
          - { gateway: gw2, name: stage, station: st2, quantity: level, unit: m }
          - { gateway: gw2, name: rain, station: st2, quantity: rain, unit: mm }
          - { gateway: gw3, name: stage, station: st3, quantity: level, unit: m }
          - { gateway: met, name: t, station: st3, quantity: temperature, unit: Cel }
          - { gateway: met, name: h, station: st3, quantity: humidity, unit: "%RH" }
          - { gateway: met, name: w, station: st3, quantity: wind-speed, unit: m/s }
          - { gateway: met, name: r, station: st3, quantity: rainfall, unit: mm }
        zones:
          - { id: z1, kind: area, name: One, domain: water, geometry: { type: Polygon, coordinates: [[[110, 21], [110.1, 21], [110.1, 21.1], [110, 21.1], [110, 21]]] } }
          - { id: z2, kind: area, name: Two, domain: water, geometry: { type: Polygon, coordinates: [[[110.05, 21], [110.2, 21], [110.2, 21.1], [110.05, 21.1], [110.05, 21]]] } }
        relations: [{ kind: upstream, from: st1, to: st2 }, { kind: upstream, from: st2, to: st3 }, { kind: neighbour, from: st1, to: st3 }, { kind: neighbour, from: st2, to: st1 }]
        """;

    /// <summary>The same city, whose readings wait to be put in order.</summary>
    public static string CityInOrder(string reorder) => City.Replace("domain: water }, { id: gw", $"domain: water, reorder: {reorder} }}, {{ id: gw", StringComparison.Ordinal)
        .Replace("{ id: gw3, domain: water }", $"{{ id: gw3, domain: water, reorder: {reorder} }}", StringComparison.Ordinal);

    private const string Minutes = "hours: { inside: [{ from: '16:00', to: '16:01' }, { from: '16:02', to: '16:04' }, { from: '16:05', to: '19:00' }, { from: '19:30', to: '21:00' }] }";

    /// <summary>The rules under test, one family a row.</summary>
    public static TheoryData<string, string[]> All => new()
    {
        {
            "changes",
            [
                Rule("stuck-at", "stuck", "still: 12s, band: 0.5, readings: 2, floor: { last: 1 }, level: yellow"),
                Rule("step", "step", "levels: { yellow: 1, red: 3 }, within: 9s, on-delay: 4s, clear-margin: 0.5, lasts: 25s"),
                Rule("step", "fall", "levels: { yellow: 2 }, within: 20s, direction: down, lasts: 10s"),
                Rule("spike", "spike", "levels: { blue: 1, orange: 3 }, within: 9s, returns-within: 14s, lasts: 20s"),
            ]
        },
        {
            "votes",
            [
                Rule("k-of-n", "all", "limit: 3, clear-margin: 0.5, on-delay: 3s, within: 7s, by: all, levels: { yellow: 2, red: 3 }"),
                Rule("k-of-n", "zones", "value: avg(9s), limit: 2, by: 'zone:area', votes-of: station, levels: { orange: 2 }"),
                Rule("k-of-n", "quiet", "silence: 8s, by: all, levels: { blue: 2, yellow: 3 }"),
                Rule("confirmation", "both", "of: [{ scope: { quantity: level }, limit: 3 }, { scope: { quantity: rain }, value: sum(8s), limit: 6 }], by: station, within: 5s, levels: { yellow: 1, red: 2 }", "{ domain: water }"),
                Rule("confirmation", "dead", "of: [{ scope: { quantity: level }, limit: yellow }, { scope: { quantity: rain }, silence: 6s }], by: all, within: 9s, levels: { red: 2 }", "{ domain: water }"),
                Rule("k-of-last", "repeat", "of-last: 4, limit: 3, levels: { yellow: 2, red: 4 }"),
            ]
        },
        {
            "hours",
            [
                Rule("threshold", "minutes", "levels: { yellow: 3, red: 5 }, on-delay: 3s, off-delay: 8s, hours: { inside: [{ from: '16:00', to: '16:01' }, { from: '16:02', to: '16:04' }, { from: '16:05', to: '21:00', days: [tue] }] }"),
                Rule("threshold", "outside", "levels: { yellow: 3 }, value: avg(12s), hours: { outside: [{ from: '16:01', to: '16:02' }, { from: '16:03', to: '17:30' }] }"),
                Rule("k-of-n", "night", "limit: 3, within: 4s, by: all, levels: { yellow: 2 }, hours: { from: '16:01', to: '16:00', dates: [{ from: 05-01, to: 06-01 }] }"),
            ]
        },
        {
            "hours of silence and changes",
            [
                Rule("deadman", "silent", $"silence: 9s, level: yellow, {Minutes}"),
                Rule("deadman", "gone", $"of: gateway, silence: 8s, level: orange, {Minutes}", "{ domain: water }"),
                Rule("silence-after", "drowned", $"silence: 7s, levels: {{ orange: 3, red: 5 }}, {Minutes}"),
                Rule("stuck-at", "stuck", $"still: 12s, band: 0.5, readings: 2, level: yellow, {Minutes}"),
                Rule("step", "step", $"levels: {{ yellow: 1, red: 3 }}, within: 9s, on-delay: 4s, lasts: 45s, {Minutes}"),
                Rule("spike", "spike", $"levels: {{ blue: 1, orange: 3 }}, within: 9s, returns-within: 14s, lasts: 20s, {Minutes}"),
                Rule("k-of-last", "repeat", $"of-last: 4, limit: 3, levels: {{ yellow: 2, red: 4 }}, {Minutes}"),
                Rule("time-to-limit", "rise", $"limit: 5, window: 12s, readings: 2, levels: {{ yellow: 20s, red: 5s }}, off-delay: 30s, {Minutes}"),
            ]
        },
        {
            "check-ins",
            [
                Rule("check-in", "each", "every: 1min, tolerance: 10s, limit: 3, levels: { yellow: 1, orange: 2 }"),
                Rule("check-in", "night", "every: 2min, limit: 3, hours: { inside: [{ from: '16:00', to: '16:05' }, { from: '16:06', to: '16:30' }] }, levels: { blue: 1, red: 3 }"),
                Rule("check-in", "times", "at: ['16:00', '16:01', '16:02', '16:04', '16:07', '16:12'], tolerance: 20s, limit: 2, levels: { yellow: 1 }", "{ domain: water }"),
            ]
        },
        {
            "network",
            [
                Rule("threshold", "blocked", "value: 'last of upstream level > 3 m and last < 2 m', on-delay: 2s, levels: { orange: 1 }"),
                Rule("threshold", "drop", "value: 'max(9s) of upstream level within 20s - min(6s)', clear-margin: 0.5, levels: { yellow: 2, red: 4 }"),
                Rule("threshold", "highest", "value: last of max downstream level within 8s - last, off-delay: 3s, levels: { yellow: 1 }"),
                Rule("threshold", "lowest", "value: last of this - last of min neighbour level within 9s, levels: { yellow: 1 }"),
                Rule("k-of-n", "both", "value: last of upstream level - last, limit: 1, by: all, levels: { blue: 1, yellow: 2 }"),
            ]
        },
        {
            "silence",
            [
                Rule("silence-after", "drowned", "silence: 7s, levels: { orange: 3, red: 5 }"),
                Rule("silence-after", "dry", "silence: 12s, direction: below, levels: { blue: 2 }"),
                Rule("deadman", "rolled", "silence: 9s, level: yellow, roll-up: { by: all, share: 0.6, least: 2, wait: 4s, level: orange }", "{ domain: water }"),
                Rule("deadman", "gateways", "of: gateway, silence: 6s, level: blue, roll-up: { by: all, share: 0.6, least: 2, wait: 3s }", "{ domain: water }"),
            ]
        },
        {
            "areas",
            [
                Rule("threshold", "mean", "value: sum(12s), over: { by: 'zone:area', take: avg, weights: thiessen, coverage: 0.6, fresh: 9s }, levels: { yellow: 5, red: 9 }, clear-margin: 0.5, on-delay: 3s, off-delay: 2s"),
                Rule("threshold", "many", "value: max(7s), over: { by: all, take: count, limit: 3, fresh: 11s }, levels: { blue: 2, orange: 3 }, off-delay: 4s"),
                Rule("threshold", "own", "over: { by: network, take: count, limit: orange, fresh: 20s }, levels: { red: 1 }, dated-levels: [{ from: 05-13, to: 05-13, yellow: 1 }]"),
                Rule("threshold", "highest", "over: { by: network, take: max }, levels: { yellow: 4, red: 5.5 }, clear-margin: 1, hours: { from: '08:00', to: '18:00', offset: '+08:00' }"),
                Rule("threshold", "lowest", "value: max(5s) - min(5s), over: { by: all, take: min, coverage: 0.5, fresh: 8s }, direction: below, levels: { yellow: 1 }, on-delay: 2s"),
                Rule("threshold", "all", "value: avg(6s), over: { by: all, take: sum, fresh: 6s }, levels: { yellow: 9, red: 14 }, on-delay: 1s", "{ domain: water, kind: river, quantity: level }"),
            ]
        },
        {
            "thresholds and windows",
            [
                Rule("threshold", "last", "levels: catalogue, on-delay: 4s, off-delay: 3s, clear-margin: 0.5", "{ datastreams: [gw/stage] }"),
                Rule("threshold", "average", "value: avg(12s), levels: { yellow: 3, red: 4 }, clear-margin: 0.25"),
                Rule("threshold", "sum", "value: sum(20s), levels: { blue: 6, orange: 12 }, off-delay: 5s", "{ quantity: rain }"),
                Rule("threshold", "other", "levels: { yellow: last of rain within 30s }"),
                Rule("deadman", "silent", "silence: 9s, level: yellow"),
                Rule("deadman", "gone", "of: gateway, silence: 8s, level: orange", "{ domain: water }"),
            ]
        },
        {
            "trends",
            [
                Rule("time-to-limit", "rise", "limit: 5, window: 12s, readings: 2, levels: { yellow: 20s, red: 5s }, clear-margin: 3s, on-delay: 2s, off-delay: 3s"),
                Rule("time-to-limit", "own", "limit: orange, window: 30s, levels: { blue: 60s }"),
                Rule("time-to-limit", "fall", "limit: 1, direction: below, window: 15s, levels: { orange: 9s }"),
            ]
        },
    };

    /// <summary>Hours for rules that have none of their own, as the key of a rule: some minutes of those that a log plays in, or all but these; none of it half of the time.</summary>
    public static readonly Gen<string> Hours = Gen.Frequency(
        (1, Gen.Const("")),
        (1, Gen.Select(Gen.Bool, Gen.Int[0, 3], Gen.Int[1, 3], Gen.Int[1, 3], Gen.Int[1, 40], (isOutside, from, length, pause, second) =>
            $"hours: {{ {(isOutside ? "outside" : "inside")}: [{{ from: '16:{from:00}', to: '16:{from + length:00}' }}, {{ from: '16:{from + length + pause:00}', to: '16:{from + length + pause + second:00}' }}] }}")));

    /// <summary>The same for families that work by days.</summary>
    public static readonly Gen<string> HoursOfDays = Gen.Frequency(
        (1, Gen.Const("")),
        (2, Gen.Select(Gen.Bool, Gen.Int[0, 23], Gen.Int[1, 23], (isOutside, from, length) =>
            $"hours: {{ {(isOutside ? "outside" : "inside")}: [{{ from: '{from:00}:00', to: '{(from + length) % 24:00}:00' }}] }}")));

    /// <summary>Rules with these hours; those that have some keep them, and so do check-ins, whose slots are made of them.</summary>
    public static string[] WithHours(string[] rules, string hours) =>
    [
        .. rules.Select(rule => hours.Length == 0 || rule.Contains("hours:", StringComparison.Ordinal) || rule.Contains("type: check-in", StringComparison.Ordinal)
            ? rule : $"{rule[..^2]}, {hours} }}"),
    ];

    /// <summary>The hours that are drawn for a family.</summary>
    public static Gen<string> HoursOf(string family) => IsDaily(family) ? HoursOfDays : Hours;

    /// <summary>Families that work by days: their time goes an hour for each second of the others, over a weather station of its own.</summary>
    public static TheoryData<string, string[]> Daily => new()
    {
        {
            "fire weather",
            [
                Rule("fire-weather", "drought", "index: dc, inputs: { rain: rainfall }, levels: { blue: 16, yellow: 19, orange: 24 }, clear-margin: 1", "{ datastreams: [met/t] }"),
                Rule("fire-weather", "spread", "index: isi, inputs: { rain: met/r }, observed: { at: '07:00', offset: '+08:00' }, levels: { blue: 1, red: 7 }, latch: none", "{ datastreams: [met/t] }"),
                Rule("fire-weather", "grade", "index: grade, inputs: { rain: rainfall }, levels: { blue: 2, yellow: 3 }", "{ datastreams: [met/t] }"),
                Rule("fire-weather", "wet", "index: antecedent-rain, levels: { yellow: 9, red: 20 }, clear-margin: 1", "{ datastreams: [met/r] }"),
                Rule("fire-weather", "dry", "index: antecedent-rain, direction: below, levels: { blue: 5 }", "{ datastreams: [met/r] }"),
            ]
        },
    };

    /// <summary>The datastreams that a family watches.</summary>
    public static string[] DatastreamsOf(string family) => IsDaily(family) ? ["met/t", "met/h", "met/w", "met/r", "met/h"] : Datastreams;

    /// <summary>Seconds for each second of a log.</summary>
    public static int PaceOf(string family) => IsDaily(family) ? 3600 : 1;

    private static bool IsDaily(string family) => family == "fire weather";

    /// <summary>A rule of a type over the levels, or what else it is to watch.</summary>
    public static string Rule(string type, string id, string keys, string scope = "{ quantity: level }") =>
        $"{{ id: {id}, type: {type}, domain: water, title: T, scope: {scope}, {keys} }}";
}
