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
        gateways: [{ id: gw, domain: water }, { id: gw2, domain: water }, { id: gw3, domain: water }]
        datastreams:
          - { gateway: gw, name: stage, station: st1, quantity: level, unit: m, limits: { yellow: 3, orange: 4, red: 5 } }
          - { gateway: gw, name: rain, station: st1, quantity: rain, unit: mm }
          - { gateway: gw2, name: stage, station: st2, quantity: level, unit: m }
          - { gateway: gw2, name: rain, station: st2, quantity: rain, unit: mm }
          - { gateway: gw3, name: stage, station: st3, quantity: level, unit: m }
        zones:
          - { id: z1, kind: area, name: One, domain: water, geometry: { type: Polygon, coordinates: [[[110, 21], [110.1, 21], [110.1, 21.1], [110, 21.1], [110, 21]]] } }
          - { id: z2, kind: area, name: Two, domain: water, geometry: { type: Polygon, coordinates: [[[110.05, 21], [110.2, 21], [110.2, 21.1], [110.05, 21.1], [110.05, 21]]] } }
        relations: [{ kind: upstream, from: st1, to: st2 }, { kind: upstream, from: st2, to: st3 }]
        """;

    /// <summary>The same city, whose readings wait to be put in order.</summary>
    public static string CityInOrder(string reorder) => City.Replace("domain: water }, { id: gw", $"domain: water, reorder: {reorder} }}, {{ id: gw", StringComparison.Ordinal)
        .Replace("{ id: gw3, domain: water }", $"{{ id: gw3, domain: water, reorder: {reorder} }}", StringComparison.Ordinal);

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
            "silence",
            [
                Rule("silence-after", "drowned", "silence: 7s, levels: { orange: 3, red: 5 }"),
                Rule("silence-after", "dry", "silence: 12s, direction: below, levels: { blue: 2 }"),
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

    private static string Rule(string type, string id, string keys, string scope = "{ quantity: level }") =>
        $"{{ id: {id}, type: {type}, domain: water, title: T, scope: {scope}, {keys} }}";
}
