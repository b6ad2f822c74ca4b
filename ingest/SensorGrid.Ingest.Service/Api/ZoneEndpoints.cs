using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using NetTopologySuite.IO.Converters;
using SensorGrid.Ingest.Service.Alarms;
using SensorGrid.Ingest.Service.Definitions;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Readings.Geodesy;

namespace SensorGrid.Ingest.Service.Api;

/// <summary><c>/api/v1/zones</c>: where the areas are, and putting one elsewhere, as a fire or a flood spreads.</summary>
internal sealed class ZoneEndpoints(DefinitionsInForce definitions, AlarmActions actions)
{
    private static readonly JsonSerializerOptions GeoJson = new(JsonSerializerDefaults.Web) { Converters = { new GeoJsonConverterFactory() } };

    public void Map(IEndpointRouteBuilder routes)
    {
        var zones = routes.MapGroup("/api/v1/zones").WithTags("catalogue");
        zones.MapGet("", List).WithName("listZones").WithSummary("Areas, each where it is now, as a GeoJSON FeatureCollection.");
        zones.MapPost("/{id}", MoveAsync).WithName("moveZone")
            .WithSummary("Puts a zone of the catalogue elsewhere. On disk and evaluated before the answer; assets it moves over count as having crossed.")
            .WithProblems(400, 403, 404, 413, 415, 503);
    }

    private Ok<ZoneCollection> List() =>
        TypedResults.Ok(new ZoneCollection("FeatureCollection", [.. definitions.Zones.Select(zone => Feature(zone.Zone, zone.IsMoved))]));

    private async Task<Results<Ok<ZoneFeature>, ProblemHttpResult>> MoveAsync(string id, MoveZoneRequest request, CancellationToken cancellation)
    {
        if (OperatorWords.ProblemOf(request.Operator, note: null) is { } problem)
            return Problems.BadRequest("bad_zone", problem);
        if (definitions.Catalogue.Zones.Find(id) is null)
            return Problems.NotFound("no_such_zone", "The catalogue has no zone of this id. Declare it there first: what it is for does not move.");
        var datum = MapDatum.Wgs84;
        if (request.Datum is { } name && !MapDatums.TryParse(name, out datum))
            return Problems.BadRequest("bad_zone", $"datum is \"{name}\"; it may be {string.Join(", ", MapDatums.Names)}.");
        byte[] move = ZoneMove.Write(
            id, request.Geometry is { ValueKind: not JsonValueKind.Null } geometry ? geometry : null, request.ValidFrom, request.ValidTo, new(request.Radius, request.Width, datum));
        if (!ZoneMove.TryRead(move, out _, out string? wrong))
            return Problems.BadRequest("bad_zone", wrong);
        return await actions.MoveZoneAsync(request.Operator.Trim(), move, cancellation) switch
        {
            CommandOutcome.NotDurable => Problems.Unavailable("log_failed", "The log cannot be written, so the zone stays where it was. The service restarts; try again."),
            CommandOutcome.NotAppliedYet => Problems.Unavailable("not_applied_yet", "The move is on disk and will be applied, but the rules are behind. Look again in a moment."),
            // A catalogue without the zone may have come into force in that moment.
            _ => definitions.Zones.FirstOrDefault(zone => zone.Zone.Id == id) is { Zone: { } now } found
                ? TypedResults.Ok(Feature(now, found.IsMoved))
                : Problems.NotFound("no_such_zone", "The catalogue has no zone of this id any more."),
        };
    }

    private static ZoneFeature Feature(Zone zone, bool isMoved) => new(
        "Feature",
        new(zone.Id, zone.Kind, zone.Domain, CatalogueEndpoints.TextOf(zone.Name), zone.ValidFrom, zone.ValidTo, isMoved),
        JsonSerializer.SerializeToElement(zone.Geometry, GeoJson));
}

/// <summary>Where a zone is from now on.</summary>
/// <param name="Operator">Who says so.</param>
/// <param name="Geometry">A GeoJSON geometry; null to go back to that of the catalogue.</param>
/// <param name="Radius">Metres around a Point.</param>
/// <param name="Width">Metres from side to side along a LineString or MultiLineString.</param>
/// <param name="Datum">What the coordinates mean: wgs-84 (when null), cgcs2000, gcj-02 or bd-09.</param>
/// <param name="ValidFrom">From when it is in force, RFC 3339 with its offset, or null.</param>
/// <param name="ValidTo">When it is no longer, or null.</param>
internal sealed record MoveZoneRequest(
    string Operator, JsonElement? Geometry = null, double? Radius = null, double? Width = null, string? Datum = null, string? ValidFrom = null,
    string? ValidTo = null);

internal sealed record ZoneCollection(string Type, IReadOnlyList<ZoneFeature> Features);

/// <param name="Type">Feature.</param>
/// <param name="Properties">What the catalogue says.</param>
/// <param name="Geometry">A GeoJSON geometry, WGS-84.</param>
internal sealed record ZoneFeature(string Type, ZoneProperties Properties, JsonElement Geometry);

/// <param name="Id">Its id.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Domain">Domain id.</param>
/// <param name="Name">Its name.</param>
/// <param name="ValidFrom">From when it is in force; null when it always was.</param>
/// <param name="ValidTo">When it is no longer in force; null when it stays.</param>
/// <param name="Moved">True when it is elsewhere than the catalogue has it.</param>
internal sealed record ZoneProperties(
    string Id, string Kind, string Domain, LocalText Name, DateTimeOffset? ValidFrom, DateTimeOffset? ValidTo, bool Moved);
