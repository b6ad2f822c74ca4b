using SensorGrid.Rules.Files;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Tests.Support;

namespace SensorGrid.Rules.Tests.Files;

public sealed class GeofenceReaderTests
{
    private static string Rule(string keys) =>
        Rig.Rules($"{{ id: f, type: geofence, domain: water, title: T, scope: {{ quantity: position }}, level: orange, zones: [z1], {keys} }}");

    [Fact]
    public void Reads_all_keys()
    {
        var rule = Assert.IsType<GeofenceRule>(Assert.Single(Rig.ReadRules(
            Rule("on: approach, distance: 250, hysteresis: 20, minimum-fixes: 3, accuracy: { datastream: error, limit: 30 }")).Rules));
        Assert.Equal((FenceTrigger.Approach, 250, 20, 3, "error", 30), (rule.On, rule.DistanceMetres, rule.HysteresisMetres, rule.MinimumFixes, rule.ErrorDatastream, rule.MostErrorMetres));
        var dwell = Assert.IsType<GeofenceRule>(Assert.Single(Rig.ReadRules(Rule("on: dwell, dwell: 5min")).Rules));
        Assert.Equal((5 * TimeSpan.TicksPerMinute, 1, null), (dwell.DwellTicks, dwell.MinimumFixes, dwell.ErrorDatastream));
    }

    [Theory]
    [InlineData("on: dwell", "needs 'dwell'")]
    [InlineData("on: dwell, dwell: 0s", "must be longer than nothing")]
    [InlineData("on: approach", "needs 'distance'")]
    [InlineData("on: approach, distance: 0", "'distance' is a distance in metres, more than 0")]
    [InlineData("on: exit, distance: 5", "'distance' belongs to 'on: approach'; this rule is 'on: exit'")]
    [InlineData("on: inside, dwell: 5min", "'dwell' belongs to 'on: dwell'; this rule is 'on: inside'")]
    [InlineData("on: enter, fence-end: exit", "'fence-end' belongs to 'on: exit'; this rule is 'on: enter'")]
    [InlineData("on: exit, minimum-fixes: 0", "minimum-fixes")]
    [InlineData("on: exit, hysteresis: -1", "'hysteresis' cannot be negative")]
    [InlineData("on: exit, accuracy: { limit: 5 }", "needs 'datastream'")]
    [InlineData("on: exit, accuracy: { datastream: error, limit: 0 }", "'limit' is a distance in metres, more than 0")]
    [InlineData("on: leave", "'leave'")]
    public void Says_what_is_wrong_and_where(string keys, string said)
    {
        var (rules, messages) = RuleSetReader.Read(new([new("rules.yaml", Rule(keys))]));
        Assert.Null(rules);
        string message = Assert.Single(messages).ToString();
        Assert.StartsWith("rules.yaml:2:", message, StringComparison.Ordinal);
        Assert.Contains(said, message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_that_is_not_in_metres_is_a_mistake()
    {
        var catalogue = Rig.ReadCatalogue(Rig.Catalogue);
        var (_, messages) = RuleSetReader.Read(new([new("rules.yaml",
            Rule("on: exit, accuracy: { datastream: stage, limit: 5 }"))]), catalogue);
        Assert.Empty(messages);
        catalogue = Rig.ReadCatalogue(Rig.Catalogue.Replace("name: stage, station: st2, quantity: level, unit: m", "name: stage, station: st2, quantity: level, unit: km", StringComparison.Ordinal));
        (_, messages) = RuleSetReader.Read(new([new("rules.yaml", Rule("on: exit, accuracy: { datastream: stage, limit: 5 }"))]), catalogue);
        Assert.Contains("takes an error in metres from 'gw2/stage', which is in 'km'", Assert.Single(messages).ToString(), StringComparison.Ordinal);
    }
}
