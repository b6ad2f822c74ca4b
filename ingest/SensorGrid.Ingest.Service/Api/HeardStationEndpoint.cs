using Microsoft.AspNetCore.Http.HttpResults;
using SensorGrid.Ingest.Service.Definitions;
using SensorGrid.Ingest.Service.Hosting;
using SensorGrid.Ingest.Sources.FieldProtocols;
using SensorGrid.Readings;

namespace SensorGrid.Ingest.Service.Api;

/// <summary><c>/api/v1/stations/heard</c>: stations of field protocols that were heard since the service started, beside what the catalogue knows of them.</summary>
internal sealed class HeardStationEndpoint(Stations stations, DefinitionsInForce definitions, DatastreamTable datastreams, HttpOptions options)
{
    public void Map(IEndpointRouteBuilder routes) => routes.MapGroup("/api/v1/stations").WithTags("stations").MapGet("/heard", List).WithName("listHeardStations")
        .WithSummary("Stations of field protocols that were heard since the service started: how well, and what of theirs the catalogue does not know.").WithProblems(400);

    private Results<Ok<HeardStationList>, ProblemHttpResult> List(string? protocol = null, int? limit = null, string? after = null)
    {
        if (ListPages.Read(limit, after, options, out var page) is { } problem)
            return problem;
        var listeners = stations.ListenersOf(protocol);
        if (protocol is not null && listeners.Count == 0)
            return StationProblems.BadProtocol(protocol, stations.Protocols);
        var protocols = new List<HeardProtocolView>();
        var all = new List<(string Place, FieldListener Listener, string Station)>();
        foreach (var (_, word, listener) in listeners)
        {
            var addresses = listener.ReadHeardAddresses();
            protocols.Add(HeardProtocolView.Of(word, listener, addresses.Count));
            all.AddRange(addresses.Select(station => ($"{word}/{station}", listener, station)));
        }
        // What is counted of a station is read for those on the page alone.
        var (views, next) = page.Take(ListPages.After(all, ListPlace.KnownAfter(page.After), one => one.Place)
            .Select(one => (View(one.Listener, one.Station), new ListPlace(true, one.Place))));
        return TypedResults.Ok(new HeardStationList(protocols, views, next));
    }

    private HeardStationView View(FieldListener listener, string station)
    {
        // Stations are never taken from the list.
        var heard = listener.ReadHeard(station)!;
        var catalogue = definitions.Catalogue;
        var gateway = catalogue.Gateways.Find(station);
        int unassigned = datastreams.OfGateway(station).Count(index => catalogue.Find(datastreams.KeyOf(index)) is null);
        return HeardStationView.Of(listener.Kit.Name, gateway?.Domain ?? listener.Domain, gateway is not null, [.. definitions.Index.StationsOf(station)], unassigned, heard);
    }
}
