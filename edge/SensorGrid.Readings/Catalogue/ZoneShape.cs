using System.Globalization;
using System.Text.Json;
using NetTopologySuite;
using NetTopologySuite.Geometries;
using NetTopologySuite.IO.Converters;
using NetTopologySuite.Operation.Valid;
using SensorGrid.Readings.Geodesy;

namespace SensorGrid.Readings.Catalogue;

/// <summary>GeoJSON (RFC 7946) to the area of a zone. A Feature, or a collection of one, is taken for its geometry, because that is what drawing
/// programs export.</summary>
internal static class ZoneShape
{
    private const int Wgs84 = 4326;

    private static readonly JsonSerializerOptions GeoJson = new()
    {
        Converters = { new GeoJsonConverterFactory(NtsGeometryServices.Instance.CreateGeometryFactory(Wgs84)) },
    };

    /// <summary>The area, or what is wrong.</summary>
    public static (Geometry? Area, Flaw? Flaw) Read(JsonElement root, ZoneExtent extent)
    {
        if (Problem(root, extent, out var element) is { } flaw)
            return (null, flaw);
        var (geometry, wrong) = Build(element);
        if (geometry is null)
            return (null, wrong);
        // Before anything is measured: the shift is not the same everywhere.
        geometry = MapDatums.ToWgs84(extent.Datum, geometry);
        var area = geometry switch
        {
            Point centre => MetreShapes.Circle(centre, extent.RadiusMetres!.Value),
            LineString or MultiLineString => MetreShapes.Corridor(geometry, extent.WidthMetres!.Value),
            _ => geometry,
        };
        bool isOnMap = new Envelope(-180, 180, -90, 90).Covers(area.EnvelopeInternal);
        return isOnMap ? (area, null) : (null, new("the zone reaches over a pole or over 180 degrees of longitude; cut it there into a MultiPolygon"));
    }

    private static Flaw? Problem(JsonElement root, ZoneExtent extent, out JsonElement geometry)
    {
        geometry = root;
        if (TypeOf(geometry) == "FeatureCollection")
        {
            if (!geometry.TryGetProperty("features", out var features) || features.ValueKind != JsonValueKind.Array)
                return new("the FeatureCollection has no 'features'");
            if (features.GetArrayLength() != 1)
                return new($"the FeatureCollection has {features.GetArrayLength()} features; a zone takes one (join them into a MultiPolygon)");
            geometry = features[0];
        }
        if (TypeOf(geometry) == "Feature")
        {
            if (!geometry.TryGetProperty("geometry", out geometry))
                return new("the Feature has no 'geometry'");
        }
        string? type = TypeOf(geometry);
        if (type is "Point" or "LineString" or "MultiLineString" or "Polygon" or "MultiPolygon" && extent.ProblemFor(type) is { } problem)
            return new(problem);
        return type switch
        {
            "Point" => GeoJsonCheck.Point(Coordinates(geometry)),
            "LineString" => GeoJsonCheck.LineString(Coordinates(geometry)),
            "MultiLineString" => GeoJsonCheck.MultiLineString(Coordinates(geometry)),
            "Polygon" => GeoJsonCheck.Polygon(Coordinates(geometry)),
            "MultiPolygon" => GeoJsonCheck.MultiPolygon(Coordinates(geometry)),
            null => new("a GeoJSON geometry has a 'type' and 'coordinates'"),
            var other => new($"a zone is a Polygon, a MultiPolygon, a Point with a radius or a LineString with a width, not a {other}"),
        };
    }

    private static (Geometry? Area, Flaw? Flaw) Build(JsonElement element)
    {
        Geometry? geometry;
        try
        {
            geometry = element.Deserialize<Geometry>(GeoJson);
        }
        catch (Exception error) when (error is JsonException or ArgumentException)
        {
            return (null, new($"no geometry can be made of it: {error.Message}"));
        }
        if (geometry is null || geometry.IsEmpty)
            return (null, new("the geometry is empty"));
        if (new IsValidOp(geometry).ValidationError is { } error2)
        {
            string said = error2.Message.ToLowerInvariant();
            return (null, new(
                string.Create(CultureInfo.InvariantCulture, $"the polygon is not valid: {said} at [{error2.Coordinate.X}, {error2.Coordinate.Y}]"),
                error2.Coordinate.X, error2.Coordinate.Y));
        }
        return (geometry, null);
    }

    private static string? TypeOf(JsonElement element) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String
            ? type.GetString() : null;

    private static JsonElement Coordinates(JsonElement element) => element.TryGetProperty("coordinates", out var coordinates) ? coordinates : default;
}
