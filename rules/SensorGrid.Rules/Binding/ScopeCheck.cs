using SensorGrid.Readings.Catalogue;
using SensorGrid.Readings.Yaml;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Binding;

/// <summary>Says which names in a rule the catalogue does not have. Ids are written by hand: one that does not exist is a mistake. A
/// domain, quantity, kind or tag that nothing has may only mean that this city has no such sensor.</summary>
internal static class ScopeCheck
{
    public static void NamesExist(Rule rule, CityCatalogue catalogue, SourceMessages messages)
    {
        Exist("station", rule.Scope.Stations, catalogue.Stations.Find, catalogue.Stations.Select(station => station.Id));
        Exist("asset", rule.Scope.Assets, catalogue.Assets.Find, catalogue.Assets.Select(asset => asset.Id));
        Exist("gateway", rule.Scope.Gateways, catalogue.Gateways.Find, catalogue.Gateways.Select(gateway => gateway.Id));
        Exist("datastream", rule.Scope.Datastreams, catalogue.Datastreams.Find, catalogue.Datastreams.Select(datastream => datastream.Id));
        Exist("station", rule.Scope.UpstreamOf, catalogue.Stations.Find, catalogue.Stations.Select(station => station.Id));
        Exist("station", rule.Scope.DownstreamOf, catalogue.Stations.Find, catalogue.Stations.Select(station => station.Id));
        Exist("station", rule.Scope.NeighboursOf, catalogue.Stations.Find, catalogue.Stations.Select(station => station.Id));
        Exist("zone", rule.Scope.Zones, catalogue.Zones.Find, catalogue.Zones.Select(zone => zone.Id));
        if (rule is GeofenceRule geofence)
            Exist("zone", geofence.Zones, catalogue.Zones.Find, catalogue.Zones.Select(zone => zone.Id));

        if (rule is CheckInRule checkIn)
            Exist("zone", checkIn.Zones, catalogue.Zones.Find, catalogue.Zones.Select(zone => zone.Id));

        void Exist<T>(string what, IReadOnlyList<string>? ids, Func<string, T?> find, IEnumerable<string> known)
            where T : class
        {
            foreach (string id in ids ?? [])
            {
                if (find(id) is not null)
                    continue;
                string hint = DidYouMean.Hint(id, known);
                messages.Add(rule.Position.Error($"rule '{rule.Id}' names {what} '{id}', which the catalogue does not have{hint}"));
            }
        }
    }
}
