using SensorGrid.Readings.Catalogue;
using SensorGrid.Rules.Geofences;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Binding;

// Who must check in where: each reader by itself, or each moving thing in each zone.
internal sealed partial class RuleBinder
{
    private void BindCheckIn(CheckInRule rule, List<DatastreamDefinition> matched)
    {
        if (!rule.IsOfZones)
        {
            foreach (var reader in matched)
                take(new([Scope(rule, reader, reader.Id) with { Limits = rule.Missed }], reader.Key, reader.Key.Gateway));
            return;
        }
        var places = ZonesOf(rule, rule.Zones, rule.ZoneKind);
        matched = PositionsOf(rule, matched);
        foreach (var positions in matched)
        {
            string thing = ThingOf(positions, matched);
            foreach (var place in places)
            {
                var scope = Scope(rule, positions, $"{thing}|{place.Id}") with { Zone = place.Id, Limits = rule.Missed };
                take(new([scope], positions.Key, positions.Key.Gateway, Place: place));
            }
        }
    }

    // Those that the rule names, or all of a kind in its domain.
    private List<PreparedZone> ZonesOf(Rule rule, IReadOnlyList<string> named, string? kind)
    {
        var ids = kind is null ? named : catalogue.Zones.Where(zone => zone.Kind == kind && zone.Domain == rule.Domain).Select(zone => zone.Id);
        List<PreparedZone> prepared = [.. ids.Select(Prepare).OfType<PreparedZone>()];
        if (prepared.Count == 0 && kind is not null)
            messages.Add(rule.Position.Warning($"rule '{rule.Id}' watches nothing: domain '{rule.Domain}' has no zone of kind '{kind}'"));
        return prepared;
    }

    // What else an asset sends has a unit; a position has none.
    private List<DatastreamDefinition> PositionsOf(Rule rule, List<DatastreamDefinition> matched)
    {
        List<DatastreamDefinition> positions = [.. matched.Where(datastream => datastream.UnitName.Length == 0)];
        if (positions.Count == 0)
            messages.Add(rule.Position.Warning($"rule '{rule.Id}' watches nothing: what its scope matches has units, and positions have none"));
        return positions;
    }

    // An asset with two receivers has two positions: each must have its own conditions.
    private static string ThingOf(DatastreamDefinition positions, List<DatastreamDefinition> all) =>
        positions.Asset is { } asset && all.Count(other => other.Asset == asset) == 1 ? asset.Id : positions.Id;
}
