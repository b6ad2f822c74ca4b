using SensorGrid.Readings.Catalogue;

namespace SensorGrid.Readings.Tests.Catalogue;

/// <summary>What a person is told about a wrong catalogue: each mistake with its place, all in one run, none twice.</summary>
public class CatalogueMessageTests
{
    private const string Base = """
        domains: [{ id: water, name: Water }]
        sites: [{ id: s1, name: Site, domain: water, location: [110.36, 21.27] }]
        stations: [{ id: st1, site: s1, kind: river, name: Upper }, { id: st2, site: s1, kind: river, name: Lower }]
        assets: [{ id: boat, kind: boat, name: Boat, domain: water }]
        gateways: [{ id: gw-1, domain: water, station: st1 }]

        """;

    private static string[] Messages(string text, params SourceFile[] more)
    {
        var (catalogue, messages) = CatalogueReader.Read(new([new("base.yaml", Base), new("x.yaml", text), .. more]));
        Assert.Equal(messages.Any(message => message.Severity == SensorGrid.Readings.Yaml.MessageSeverity.Error), catalogue is null);
        return [.. messages.Select(message => message.ToString())];
    }

    [Theory]
    [InlineData("datastream: []", "x.yaml:1:1: a catalogue file has no key 'datastream'; did you mean 'datastreams'?")]
    [InlineData("- 1", "x.yaml:1:1: a catalogue file is a mapping (domains: …), this is a list")]
    [InlineData("stations:\n- { id: st3, site: s1, kind: river, nam: X }", "x.yaml:2:37: a station has no key 'nam'; did you mean 'name'?|x.yaml:2:3: a station needs 'name'")]
    [InlineData("stations:\n- { id: st1, site: s1, kind: river, name: X }", "x.yaml:2:3: a station 'st1' is declared already at base.yaml:3:12")]
    [InlineData("domains:\n- { id: water, name: X }", "x.yaml:2:3: a domain 'water' is declared already at base.yaml:1:11")]
    [InlineData("stations:\n- { id: st 3, site: s1, kind: river, name: X }", "x.yaml:2:9: 'st 3' cannot be an id: letters, digits, '.', '_' and '-', beginning with a letter or digit, at most 64")]
    [InlineData("stations:\n- { id: st3, site: s2, kind: river, name: X, domain: water }", "x.yaml:2:20: no site 's2' is declared; did you mean 's1'?")]
    [InlineData("stations:\n- { id: st3, kind: river, name: X, domain: weather }", "x.yaml:2:44: no domain 'weather' is declared; did you mean 'water'?")]
    [InlineData("stations:\n- { id: st3, kind: river, name: X }", "x.yaml:2:3: a station needs 'domain'")]
    [InlineData("stations:\n- { id: st3, site: s1, kind: river, name: X, location: [21.27, 110.36] }",
        "x.yaml:2:56: [21.27, 110.36] is not [longitude, latitude] in degrees: longitude and latitude look swapped; did you mean [110.36, 21.27]?")]
    [InlineData("stations:\n- { id: st3, site: s1, kind: river, name: X, location: [210, 21] }",
        "x.yaml:2:56: [210, 21] is not [longitude, latitude] in degrees; longitudes go from -180 to 180, latitudes from -90 to 90")]
    [InlineData("stations:\n- { id: st3, site: s1, kind: river, name: X, location: [110] }", "x.yaml:2:56: 'location' is [longitude, latitude] in degrees, for example [110.36, 21.27]")]
    [InlineData("gateways:\n- { id: gw-1, domain: water }", "x.yaml:2:3: a gateway 'gw-1' is declared already at base.yaml:5:12")]
    [InlineData("gateways:\n- { id: gw-2, domain: water, expected-interval: 15m }",
        "x.yaml:2:49: 'expected-interval' of a gateway is a duration: a number with ms, s, min, h or d (30s, 15min, 1h30min, 2d), or ISO 8601 (PT15M), not '15m'")]
    [InlineData("gateways:\n- { id: gw-2, domain: water, reorder: 2h }", "x.yaml:2:39: 'reorder' is at most 1h: so long each reading waits before it is evaluated")]
    [InlineData("relations:\n- { kind: upstream, from: st1, to: st3 }", "x.yaml:2:36: no station 'st3' is declared; did you mean 'st1'?")]
    [InlineData("relations:\n- { kind: upstrem, from: st1, to: st2 }", "x.yaml:2:11: 'kind' of a relation cannot be 'upstrem'; it is one of upstream, neighbour; did you mean 'upstream'?")]
    [InlineData("relations:\n- { kind: upstream, from: st1, to: st1 }", "x.yaml:2:36: station 'st1' cannot be related to itself")]
    [InlineData("relations:\n- { kind: upstream, from: st1, to: st2 }\n- { kind: upstream, from: st1, to: st2 }", "x.yaml:3:3: that 'st1' is upstream of 'st2' is said already")]
    public void Names_the_mistake_and_its_place(string text, string expected) => Assert.Equal(expected.Split('|').Order(), Messages(text).Order());

    [Theory]
    [InlineData("quantity: level, unit: degC", "x.yaml:2:52: 'degC' is not a SenML unit; did you mean 'Cel'?")]
    [InlineData("quantity: level, unit: M", "x.yaml:2:52: 'M' is not a SenML unit; did you mean 'm'?")]
    [InlineData("quantity: level, unit: mg/L", "x.yaml:2:52: warning: 'mg/L' is not a SenML unit: it is shown to people, and the gateway must leave the unit out")]
    [InlineData("quantity: level, unit: C", "x.yaml:2:52: warning: 'C' is the coulomb; a temperature in degrees Celsius has the unit 'Cel'")]
    [InlineData("quantity: level, range: [12, -1]", "x.yaml:2:53: the least value 12 of 'range' is not below the greatest -1")]
    [InlineData("quantity: level, range: [1, 1]", "x.yaml:2:53: the least value 1 of 'range' is not below the greatest 1")]
    [InlineData("quantity: level, range: [1]", "x.yaml:2:53: 'range' is [least, greatest], for example [-1, 12]")]
    [InlineData("quantity: level, range: [1, x]", "x.yaml:2:57: 'range' of a datastream is a list of numbers, not 'x'")]
    [InlineData("quantity: rain, wraps-at: 0", "x.yaml:2:55: 'wraps-at' is the value at which a counter begins again; it is above 0")]
    [InlineData("quantity: level, dated-limits: [{ from: 13-01, to: 10-15, red: 4 }]", "x.yaml:2:69: 'from' is a day of every year, month before day, as 04-15, not '13-01'")]
    [InlineData("quantity: level, dated-limits: [{ from: 04-15, red: 4 }]", "x.yaml:2:61: an item of 'dated-limits' needs 'to'")]
    [InlineData("quantity: level, dated-limits: [{ from: 04-15, to: 10-15, red: 4 }, { from: 10-15, to: 01-01, red: 5 }]",
        "x.yaml:2:97: 10-15 … 01-01 overlaps 04-15 … 10-15 at x.yaml:2:61; a day has one set of limits")]
    [InlineData("quantity: level, missing: -9999", "x.yaml:2:55: 'missing' of a datastream is a list ([…] or lines beginning with '- '), this is a single value")]
    [InlineData("quantity: level, decimals: 12", "x.yaml:2:56: 'decimals' of a datastream is a whole number from 0 to 9")]
    [InlineData("quantity: level, limits: { blue: 2, yellow: 3, orange: 2.5 }", "x.yaml:2:84: limits rise or fall from blue to red; 2.5 after 3 does neither")]
    [InlineData("quantity: level, limits: { blue: 2, red: 2 }", "x.yaml:2:70: limits rise or fall from blue to red; 2 after 2 does neither")]
    [InlineData("quantity: level, limits: { green: 2 }", "x.yaml:2:56: 'limits' of a datastream has no key 'green'; its keys are blue, yellow, orange, red")]
    [InlineData("quantity: level, station: st1, asset: boat", "x.yaml:2:67: a datastream measures a station or an asset, not both")]
    [InlineData("quantity: level, station: st9", "x.yaml:2:55: no station 'st9' is declared; did you mean 'st1'?")]
    [InlineData("unit: m", "x.yaml:2:3: a datastream needs 'quantity'")]
    public void Names_mistakes_of_a_datastream(string rest, string expected) =>
        Assert.Equal([expected], Messages($"datastreams:\n- {{ gateway: gw-1, name: a, {rest} }}"));

    [Theory]
    [InlineData("{ gateway: gw-1, name: a b, quantity: level }", "x.yaml:2:26: 'a b' cannot be sent as a SenML name: A-Z a-z 0-9 - : . / _, beginning with a letter or digit, at most 255")]
    [InlineData("{ gateway: gw_1, name: a, quantity: level }", "x.yaml:2:14: no gateway 'gw_1' is declared; did you mean 'gw-1'?")]
    [InlineData("{ quantity: level }", "x.yaml:2:3: a datastream needs 'gateway'|x.yaml:2:3: a datastream needs 'name'")]
    [InlineData("{ gateway: gw-1, name: a, quantity: level }\n- { gateway: gw-1, name: a, quantity: rain }", "x.yaml:3:3: a datastream 'gw-1/a' is declared already at x.yaml:2:3")]
    public void Names_mistakes_in_what_names_a_datastream(string item, string expected) =>
        Assert.Equal(expected.Split('|'), Messages($"datastreams:\n- {item}"));

    [Theory]
    [InlineData("{ blue: 5, yellow: 4, orange: 3, red: 2 }"), InlineData("{ yellow: 4, red: 20 }"), InlineData("{ red: 1 }"), InlineData("{ blue: -3, red: -1 }")]
    public void Limits_may_rise_or_fall_and_leave_levels_out(string limits) =>
        Assert.Empty(Messages($"datastreams:\n- {{ gateway: gw-1, name: a, quantity: level, limits: {limits} }}"));

    [Fact]
    public void Says_everything_in_one_run_and_nothing_twice()
    {
        string[] messages = Messages("""
            stations:
              - { id: st3, kind: river, domain: wter, name: X, location: [21, 110] }
            datastreams:
              - { gateway: gw-1, name: a, station: st3, quantity: level, unit: celsius, range: [2, 1] }
              - { gateway: gw-2, name: b, station: st3, quantity: level }
            """);
        Assert.Equal(
            [
                "x.yaml:2:37: no domain 'wter' is declared; did you mean 'water'?",
                "x.yaml:2:62: [21, 110] is not [longitude, latitude] in degrees: longitude and latitude look swapped; did you mean [110, 21]?",
                "x.yaml:4:68: 'celsius' is not a SenML unit; did you mean 'Cel'?",
                "x.yaml:4:84: the least value 2 of 'range' is not below the greatest 1",
                "x.yaml:5:16: no gateway 'gw-2' is declared; did you mean 'gw-1'?",
            ],
            messages);
    }
}
