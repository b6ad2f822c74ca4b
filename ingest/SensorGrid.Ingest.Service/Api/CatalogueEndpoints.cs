using Microsoft.AspNetCore.Http.HttpResults;
using SensorGrid.Ingest.Service.Alarms;
using SensorGrid.Ingest.Service.Definitions;
using SensorGrid.Ingest.Service.Hosting;
using SensorGrid.Readings;
using SensorGrid.Readings.Catalogue;

namespace SensorGrid.Ingest.Service.Api;

/// <summary><c>/api/v1/domains</c>, <c>/stations</c>, <c>/assets</c>: what the catalogue knows, with the alarms on it.</summary>
internal sealed class CatalogueEndpoints(DefinitionsInForce definitions, AlarmBoard board, LatestPositions positions, HttpOptions options)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1").WithTags("catalogue");
        group.MapGet("/domains", Domains).WithName("listDomains").WithSummary("Domains of the city.");
        group.MapGet("/stations", Stations).WithName("listStations").WithSummary("Fixed things measured, by id, with their highest active alarm level.").WithProblems(400);
        group.MapGet("/assets", Assets).WithName("listAssets").WithSummary("Moving things, by id, with their newest position.").WithProblems(400);
    }

    private Ok<DomainList> Domains() =>
        TypedResults.Ok(new DomainList([.. definitions.Catalogue.Domains.Select(domain => new DomainView(domain.Id, TextOf(domain.Name)))]));

    private Results<Ok<StationList>, ProblemHttpResult> Stations(int? limit = null, string? after = null)
    {
        if (ListPages.Read(limit, after, options, out var page) is { } problem)
            return problem;
        var index = definitions.Index;
        var levels = new ActiveLevels(board.Snapshot().Open, alarm => alarm.Station);
        var (stations, next) = page.Take(ListPages.After(index.Stations, ListPlace.KnownAfter(page.After), station => station.Id)
            .Select(station => (View(station, index, levels), new ListPlace(true, station.Id))));
        return TypedResults.Ok(new StationList(stations, next));
    }

    private static StationView View(Station station, CatalogueIndex index, ActiveLevels levels) => new(
        station.Id, station.Kind, station.Domain, station.Site is { } site ? new(site.Id, TextOf(site.Name)) : null, TextOf(station.Name),
        station.Location?.Longitude, station.Location?.Latitude, [.. index.GatewaysOf(station.Id)],
        [.. index.OfStation(station.Id).Select(datastream => datastream.Id)], levels.LevelOf(station.Id), levels.CountOf(station.Id));

    private Results<Ok<AssetList>, ProblemHttpResult> Assets(int? limit = null, string? after = null)
    {
        if (ListPages.Read(limit, after, options, out var page) is { } problem)
            return problem;
        var index = definitions.Index;
        var levels = new ActiveLevels(board.Snapshot().Open, alarm => alarm.Asset);
        var (assets, next) = page.Take(ListPages.After(index.Assets, ListPlace.KnownAfter(page.After), asset => asset.Id).Select(asset => (
            new AssetView(asset.Id, asset.Kind, asset.Domain, TextOf(asset.Name), positions.NewestOf(index.OfAsset(asset.Id)), levels.LevelOf(asset.Id)),
            new ListPlace(true, asset.Id))));
        return TypedResults.Ok(new AssetList(assets, next));
    }

    public static LocalText TextOf(LocalizedText text) => new(text.Zh, text.En);
}

/// <summary>Highest level and number of active alarms by station, or by asset.</summary>
internal sealed class ActiveLevels
{
    private readonly Dictionary<string, (int Rank, int Count)> byId = new(StringComparer.Ordinal);

    public ActiveLevels(IReadOnlyList<AlarmView> open, Func<AlarmView, string?> idOf)
    {
        foreach (var alarm in open)
        {
            if (!alarm.Active || idOf(alarm) is not { } id)
                continue;
            var (rank, count) = byId.GetValueOrDefault(id);
            byId[id] = (Math.Max(rank, AlarmLevels.Rank(alarm.Level)), count + 1);
        }
    }

    public string LevelOf(string id) => AlarmLevels.Names[byId.GetValueOrDefault(id).Rank];

    public int CountOf(string id) => byId.GetValueOrDefault(id).Count;
}

internal sealed record DomainList(IReadOnlyList<DomainView> Domains);

internal sealed record DomainView(string Id, LocalText Name);

/// <param name="Stations">The page.</param>
/// <param name="Next">Give it as <c>after</c> for the next page; null when there is none.</param>
internal sealed record StationList(IReadOnlyList<StationView> Stations, string? Next);

/// <summary>The place a station belongs to.</summary>
internal sealed record SiteView(string Id, LocalText Name);

internal sealed record StationView(
    string Id, string Kind, string Domain, SiteView? Site, LocalText Name, double? Longitude, double? Latitude,
    IReadOnlyList<string> Gateways, IReadOnlyList<string> Datastreams, string Level, int ActiveAlarms);

/// <param name="Assets">The page.</param>
/// <param name="Next">Give it as <c>after</c> for the next page; null when there is none.</param>
internal sealed record AssetList(IReadOnlyList<AssetView> Assets, string? Next);

internal sealed record AssetView(string Id, string Kind, string Domain, LocalText Name, PositionView? Position, string Level);

internal sealed record PositionView(double Longitude, double Latitude, DateTimeOffset ObservedAt);
