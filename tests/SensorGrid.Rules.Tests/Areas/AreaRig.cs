using System.Globalization;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Tests.Support;
using SensorGrid.Testing;

namespace SensorGrid.Rules.Tests.Areas;

/// <summary>A small city with rain gauges, and one rule over them.</summary>
internal static class AreaRig
{
    // a, b and c in the basin, c of no network; d outside, on the river of a and b.
    public const string City = """
        domains: [{ id: water, name: Water }]
        sites: [{ id: dam, name: Dam, location: [110.5, 21.5] }]
        stations:
          - { id: a, kind: rain, name: A, domain: water, location: [110.0, 21.05], site: dam, tags: { ring: inner } }
          - { id: b, kind: rain, name: B, domain: water, location: [110.05, 21.05], tags: { ring: inner } }
          - { id: c, kind: rain, name: C, domain: water, location: [110.1, 21.05], tags: { ring: outer } }
          - { id: d, kind: rain, name: D, domain: water, location: [110.3, 21.05] }
        gateways: [{ id: ga, domain: water }, { id: gb, domain: water }, { id: gc, domain: water }, { id: gd, domain: water }]
        datastreams:
          - { gateway: ga, name: rain, station: a, quantity: rain, unit: mm, limits: { yellow: 3, red: 8 } }
          - { gateway: gb, name: rain, station: b, quantity: rain, unit: mm, limits: { orange: 5 }, dated-limits: [{ from: 05-13, to: 05-13, orange: 1 }] }
          - { gateway: gc, name: rain, station: c, quantity: rain, unit: mm, limits: { blue: 1 } }
          - { gateway: gd, name: rain, station: d, quantity: rain, unit: mm }
          - { gateway: gd, name: loose, quantity: rain, unit: mm }
        zones:
          - { id: basin, kind: catchment, name: Basin, domain: water, geometry: { type: Polygon, coordinates: [[[110, 21], [110.1, 21], [110.1, 21.1], [110, 21.1], [110, 21]]] } }
          - { id: half, kind: catchment, name: Half, domain: water, geometry: { type: Polygon, coordinates: [[[110, 21], [110.06, 21], [110.06, 21.1], [110, 21.1], [110, 21]]] } }
        relations: [{ kind: upstream, from: a, to: b }, { kind: upstream, from: b, to: d }]
        """;

    public static string Rule(string over, string keys = "levels: { yellow: 4 }") =>
        $"{{ id: r, type: threshold, domain: water, title: T, scope: {{ quantity: rain }}, over: {{ {over} }}, {keys} }}";

    public static Rig Over(string over, string keys = "levels: { yellow: 4 }") => new(Rig.Rules(Rule(over, keys)), City);

    // One reading of each of a, b, c, d; none where NaN.
    public static Rig Read(Rig rig, double at, params double[] values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (!double.IsNaN(values[i]))
                rig.Read($"g{(char)('a' + i)}/rain", at, values[i]);
        }
        return rig;
    }

    public static string Line(GroupPoint point)
    {
        string at = point.AtTicks < 0 ? "never" : $"{(point.AtTicks - Some.Ticks) / TimeSpan.TicksPerSecond}";
        return string.Create(CultureInfo.InvariantCulture, $"{point.Name} {point.Weight} {point.Value} {at}");
    }
}
