using SensorGrid.Readings.Catalogue;

namespace SensorGrid.Ingest.Service.Definitions;

/// <summary>One version of the catalogue in the order of ids, by which lists are paged, and by the thing measured. Made once for a version:
/// a page of a large city's list then costs no more than what is on it.</summary>
internal sealed class CatalogueIndex
{
    private readonly ILookup<string, DatastreamDefinition> byStation;
    private readonly ILookup<string, DatastreamDefinition> byAsset;
    private readonly ILookup<string, string> gatewaysByStation;
    private readonly ILookup<string, string> stationsByGateway;

    public CatalogueIndex(CityCatalogue catalogue)
    {
        Catalogue = catalogue;
        Stations = Sorted(catalogue.Stations, station => station.Id);
        Assets = Sorted(catalogue.Assets, asset => asset.Id);
        Gateways = Sorted(catalogue.Gateways, gateway => gateway.Id);
        Datastreams = Sorted(catalogue.Datastreams, datastream => datastream.Id);
        byStation = catalogue.Datastreams.Where(datastream => datastream.Station is not null).ToLookup(datastream => datastream.Station!.Id, StringComparer.Ordinal);
        byAsset = catalogue.Datastreams.Where(datastream => datastream.Asset is not null).ToLookup(datastream => datastream.Asset!.Id, StringComparer.Ordinal);
        gatewaysByStation = catalogue.Gateways.Where(gateway => gateway.Station is not null)
            .ToLookup(gateway => gateway.Station!.Id, gateway => gateway.Id, StringComparer.Ordinal);
        stationsByGateway = catalogue.Gateways.Where(gateway => gateway.Station is not null).Select(gateway => (Gateway: gateway.Id, Station: gateway.Station!.Id))
            .Concat(catalogue.Datastreams.Where(datastream => datastream.Station is not null).Select(datastream => (Gateway: datastream.Gateway.Id, Station: datastream.Station!.Id)))
            .Distinct().ToLookup(pair => pair.Gateway, pair => pair.Station, StringComparer.Ordinal);
    }

    public CityCatalogue Catalogue { get; }

    /// <summary>In order of id, as the other three are.</summary>
    public IReadOnlyList<Station> Stations { get; }

    public IReadOnlyList<Asset> Assets { get; }

    public IReadOnlyList<Gateway> Gateways { get; }

    public IReadOnlyList<DatastreamDefinition> Datastreams { get; }

    /// <summary>Datastreams that measure a station, in the order declared.</summary>
    public IEnumerable<DatastreamDefinition> OfStation(string station) => byStation[station];

    /// <summary>Datastreams that measure an asset, in the order declared.</summary>
    public IEnumerable<DatastreamDefinition> OfAsset(string asset) => byAsset[asset];

    /// <summary>Gateways that stand at a station, and those that send a datastream of it.</summary>
    public IEnumerable<string> GatewaysOf(string station) => gatewaysByStation[station].Union(byStation[station].Select(datastream => datastream.Gateway.Id));

    /// <summary>Stations where a gateway stands, then those that it measures.</summary>
    public IEnumerable<string> StationsOf(string gateway) => stationsByGateway[gateway];

    private static T[] Sorted<T>(IEnumerable<T> things, Func<T, string> id) => [.. things.OrderBy(id, StringComparer.Ordinal)];
}
