using SensorGrid.Rules.Binding;
using SensorGrid.Rules.Files;
using SensorGrid.Rules.Tests.Support;

namespace SensorGrid.Rules.Tests.Binding;

public sealed class ScopeTests
{
    // a and b flow into c, c into d; e stands beside c. a lies inside the basin, b on its boundary, d in the town.
    private const string Network = """
        domains: [{ id: drainage, name: Drainage }, { id: water, name: Water }]
        sites: [{ id: town, name: Town, location: [110.55, 21.55] }]
        stations:
          - { id: a, kind: manhole, name: A, domain: drainage, location: [110.05, 21.05], tags: { depth: deep } }
          - { id: b, kind: manhole, name: B, domain: drainage, location: [110.1, 21.05] }
          - { id: c, kind: pump, name: C, domain: drainage, location: [110.3, 21.3] }
          - { id: d, kind: river, name: D, domain: water, site: town }
          - { id: e, kind: manhole, name: E, domain: drainage }
        assets: [{ id: truck, kind: truck, name: Truck, domain: drainage }]
        gateways: [{ id: gw, domain: drainage }]
        datastreams:
          - { gateway: gw, name: a, station: a, quantity: level, unit: m }
          - { gateway: gw, name: b, station: b, quantity: level, unit: m }
          - { gateway: gw, name: c, station: c, quantity: level, unit: m }
          - { gateway: gw, name: d, station: d, quantity: level, unit: m }
          - { gateway: gw, name: e, station: e, quantity: level, unit: m }
          - { gateway: gw, name: truck, asset: truck, quantity: level, unit: m }
          - { gateway: gw, name: loose, quantity: level, unit: m }
        zones:
          - { id: basin, kind: catchment, name: Basin, domain: drainage, geometry: { type: Polygon, coordinates: [[[110, 21], [110.1, 21], [110.1, 21.1], [110, 21.1], [110, 21]]] } }
          - { id: centre, kind: district, name: Centre, domain: water, geometry: { type: Polygon, coordinates: [[[110.5, 21.5], [110.6, 21.5], [110.6, 21.6], [110.5, 21.6], [110.5, 21.5]]] } }
        relations:
          - { kind: upstream, from: a, to: c }
          - { kind: upstream, from: b, to: c }
          - { kind: upstream, from: c, to: d }
          - { kind: neighbour, from: e, to: c }
        """;

    [Theory]
    [InlineData("{ domain: water }", "d")]
    [InlineData("{ kind: manhole }", "a b e")]
    [InlineData("{ tags: { depth: deep } }", "a")]
    [InlineData("{ zones: [basin] }", "a b")]
    [InlineData("{ zones: [basin, centre] }", "a b d")]
    [InlineData("{ zone-kind: district }", "d")]
    [InlineData("{ zone-kind: island }", "")]
    [InlineData("{ upstream-of: [d] }", "a b c")]
    [InlineData("{ upstream-of: [c] }", "a b")]
    [InlineData("{ downstream-of: [a] }", "c d")]
    [InlineData("{ downstream-of: [d] }", "")]
    [InlineData("{ downstream-of: [a], upstream-of: [d] }", "c")]
    [InlineData("{ neighbours-of: [c] }", "e")]
    [InlineData("{ neighbours-of: [e] }", "c")]
    [InlineData("{ upstream-of: [d], kind: manhole, zones: [basin], tags: { depth: deep } }", "a")]
    [InlineData("{ upstream-of: [d], stations: [c, d] }", "c")]
    public void Takes_the_datastreams_that_are_everything_it_says(string scope, string expected) =>
        Assert.Equal(expected, string.Join(' ', Matching(scope)));

    [Fact]
    public void A_circle_of_relations_comes_to_an_end()
    {
        string circle = Network + "\n  - { kind: upstream, from: d, to: a }\n";
        Assert.Equal("a b c d", string.Join(' ', Matching("{ upstream-of: [c] }", circle)));
    }

    [Theory]
    [InlineData("{ zones: [basn] }", "names zone 'basn', which the catalogue does not have; did you mean 'basin'?")]
    [InlineData("{ upstream-of: [station9] }", "names station 'station9', which the catalogue does not have")]
    [InlineData("{ downstream-of: [station9] }", "names station 'station9', which the catalogue does not have")]
    [InlineData("{ neighbours-of: [station9] }", "names station 'station9', which the catalogue does not have")]
    public void A_name_that_the_catalogue_does_not_have_is_a_mistake(string scope, string expected) => Assert.Contains(
        RuleSetReader.Read(new([new("r.yaml", Rig.Rules(Rig.Threshold("r", "levels: { red: 1 }", scope)))]), Rig.ReadCatalogue(Network)).Messages,
        message => message.Text.EndsWith(expected, StringComparison.Ordinal));

    [Fact]
    public void An_empty_list_is_refused() => Assert.Contains(
        RuleSetReader.Read(new([new("r.yaml", Rig.Rules(Rig.Threshold("r", "levels: { red: 1 }", "{ upstream-of: [] }")))])).Messages,
        message => message.Text == "'upstream-of' names nothing; leave it out to take all");

    private static IEnumerable<string> Matching(string scope, string catalogue = Network)
    {
        var rule = Rig.ReadRules(Rig.Rules(Rig.Threshold("r", "levels: { red: 1 }", scope))).Rules[0];
        return new ScopeIndex(Rig.ReadCatalogue(catalogue)).Matching(rule.Scope).Select(datastream => datastream.Key.Name);
    }
}
