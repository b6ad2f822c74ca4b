using System.Text.Json;
using NetTopologySuite.Geometries;
using SensorGrid.Readings.Geodesy;
using SensorGrid.Readings.Yaml;

namespace SensorGrid.Readings.Catalogue;

/// <summary>Reads the area of a zone: GeoJSON (RFC 7946) in a file of the bundle or written into the catalogue.</summary>
internal sealed class ZoneGeometryReader(SourceBundle bundle, SourceMessages messages)
{
    /// <summary>The area; null, with messages, when there is none.</summary>
    public Geometry? Read(string zone, MappingFields fields)
    {
        var extent = new ZoneExtent(fields.Number("radius"), fields.Number("width"), DatumOf(fields));
        switch (fields.Find("geometry"))
        {
            case ScalarNode path:
                return Find(path) is { } file ? Read(zone, GeoJsonText.Of(file), extent) : null;
            case MappingNode inline:
                return Read(zone, GeoJsonText.Of(inline), extent);
            case { } other:
                messages.Error(other, $"'geometry' of a zone is the path of a GeoJSON file or a GeoJSON geometry, this is {other.What}");
                return null;
            default:
                fields.Error("geometry", "a zone needs 'geometry': the path of a GeoJSON file, or a GeoJSON geometry");
                return null;
        }
    }

    private static MapDatum DatumOf(MappingFields fields) =>
        fields.Word("datum", [.. MapDatums.Names]) is { } name && MapDatums.TryParse(name, out var datum) ? datum : MapDatum.Wgs84;

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

    private Geometry? Read(string zone, GeoJsonText text, ZoneExtent extent)
    {
        try
        {
            using var document = JsonDocument.Parse(text.Json);
            var (geometry, flaw) = ZoneShape.Read(document.RootElement, extent);
            return flaw is null ? geometry : Refuse(zone, text, flaw);
        }
        catch (JsonException error)
        {
            messages.Add(text.MessageAt(error, $"zone '{zone}': this is not JSON: {error.Message.Split(" LineNumber:")[0].TrimEnd('.')}"));
            return null;
        }
    }

    private Geometry? Refuse(string zone, GeoJsonText text, Flaw flaw)
    {
        messages.Add(text.MessageAt(flaw, $"zone '{zone}': {flaw.Text}"));
        return null;
    }
}
