using System.Globalization;
using System.Text.Json;
using NetTopologySuite;
using NetTopologySuite.Geometries;
using NetTopologySuite.IO.Converters;
using NetTopologySuite.Operation.Valid;
using SensorGrid.Readings.Yaml;

namespace SensorGrid.Readings.Catalogue;

/// <summary>Reads the area of a zone: GeoJSON (RFC 7946) in a file of the bundle or written into the catalogue. A Feature, or a collection
/// of one, is taken for its geometry, because that is what drawing programs export.</summary>
internal sealed class ZoneGeometryReader(SourceBundle bundle, SourceMessages messages)
{
    private const int Wgs84 = 4326;

    private static readonly JsonSerializerOptions GeoJson = new()
    {
        Converters = { new GeoJsonConverterFactory(NtsGeometryServices.Instance.CreateGeometryFactory(Wgs84)) },
    };

    /// <summary>The area; null, with messages, when there is none.</summary>
    public Geometry? Read(string zone, MappingFields fields)
    {
        switch (fields.Find("geometry"))
        {
            case ScalarNode path:
                return Find(path) is { } file ? Read(zone, GeoJsonText.Of(file)) : null;
            case MappingNode inline:
                return Read(zone, GeoJsonText.Of(inline));
            case { } other:
                messages.Error(other, $"'geometry' of a zone is the path of a GeoJSON file or a GeoJSON geometry, this is {other.What}");
                return null;
            default:
                fields.Error("geometry", "a zone needs 'geometry': the path of a GeoJSON file, or a GeoJSON geometry");
                return null;
        }
    }

    private SourceFile? Find(ScalarNode path)
    {
        // Paths count from the file that names them, and cannot leave the folder: only the bundle's own files are looked at.
        var parts = new List<string>(path.File.Split('/')[..^1]);
        foreach (string part in path.Value.Split('/'))
        {
            if (part is "" or ".")
                continue;
            if (part != "..")
                parts.Add(part);
            else if (parts.Count > 0)
                parts.RemoveAt(parts.Count - 1);
            else
                parts.Add(part);
        }
        string full = string.Join('/', parts);
        if (bundle.Find(full) is { } file)
            return file;
        var candidates = bundle.Files.Select(candidate => candidate.Path).Where(candidate => candidate.EndsWith("json", StringComparison.OrdinalIgnoreCase));
        messages.Error(path, $"there is no file '{full}' in the catalogue folder{DidYouMean.Hint(full, candidates)}");
        return null;
    }

    private Geometry? Read(string zone, GeoJsonText text)
    {
        try
        {
            using var document = JsonDocument.Parse(text.Json);
            return Problem(document.RootElement, out var element) is { } problem ? Refuse(zone, text, problem) : Build(zone, text, element);
        }
        catch (JsonException error)
        {
            messages.Add(text.MessageAt(error, $"zone '{zone}': this is not JSON: {error.Message.Split(" LineNumber:")[0].TrimEnd('.')}"));
            return null;
        }
    }

    private static Flaw? Problem(JsonElement root, out JsonElement geometry)
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
        return TypeOf(geometry) switch
        {
            "Polygon" => GeoJsonCheck.Polygon(Coordinates(geometry)),
            "MultiPolygon" => GeoJsonCheck.MultiPolygon(Coordinates(geometry)),
            null => new("a GeoJSON geometry has a 'type' and 'coordinates'"),
            var other => new($"a zone is a Polygon or a MultiPolygon, not a {other}"),
        };
    }

    private Geometry? Build(string zone, GeoJsonText text, JsonElement element)
    {
        Geometry? geometry;
        try
        {
            geometry = element.Deserialize<Geometry>(GeoJson);
        }
        catch (Exception error) when (error is JsonException or ArgumentException)
        {
            return Refuse(zone, text, new($"no geometry can be made of it: {error.Message}"));
        }
        if (geometry is null || geometry.IsEmpty)
            return Refuse(zone, text, new("the geometry is empty"));
        if (new IsValidOp(geometry).ValidationError is { } error2)
        {
            string said = error2.Message.ToLowerInvariant();
            return Refuse(zone, text, new(
                string.Create(CultureInfo.InvariantCulture, $"the polygon is not valid: {said} at [{error2.Coordinate.X}, {error2.Coordinate.Y}]"),
                error2.Coordinate.X, error2.Coordinate.Y));
        }
        return geometry;
    }

    private Geometry? Refuse(string zone, GeoJsonText text, Flaw flaw)
    {
        messages.Add(text.MessageAt(flaw, $"zone '{zone}': {flaw.Text}"));
        return null;
    }

    private static string? TypeOf(JsonElement element) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String
            ? type.GetString() : null;

    private static JsonElement Coordinates(JsonElement element) => element.TryGetProperty("coordinates", out var coordinates) ? coordinates : default;
}
