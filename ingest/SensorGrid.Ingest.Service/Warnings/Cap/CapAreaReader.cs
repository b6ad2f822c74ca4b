namespace SensorGrid.Ingest.Service.Warnings.Cap;

/// <summary>The areas of an info. CAP writes positions as <c>latitude,longitude</c>; from here on longitude is first.</summary>
internal static class CapAreaReader
{
    private const int MaxAreas = 100;
    private const int MaxShapes = 200;
    private const int MaxGeocodes = 500;

    // A ring is closed: a triangle names its first corner again.
    private const int FewestPoints = 4;

    // Half of the earth's circumference.
    private const double MaxRadiusKilometres = 20_037.6;

    public static IReadOnlyList<CapArea> Read(CapElement info, CapFields fields) =>
        [.. fields.Many(info, "area", MaxAreas).Select(area => ReadArea(area, fields))];

    private static CapArea ReadArea(CapElement area, CapFields fields)
    {
        foreach (string height in new[] { "altitude", "ceiling" })
        {
            if (fields.One(area, height, mandatory: false) is { } element && !CapFields.TryNumber(element.Text, out _))
                fields.Add(element, $"it is {CapFields.Shown(element.Text)}", "a number of feet above sea level");
        }
        return new(
            fields.Text(area, "areaDesc", mandatory: true) ?? "",
            [.. fields.Many(area, "polygon", MaxShapes).Select(polygon => ReadPolygon(polygon, fields)).Where(ring => ring.Count > 0)],
            [.. fields.Many(area, "circle", MaxShapes).Select(circle => ReadCircle(circle, fields)).OfType<CapCircle>()],
            [.. fields.Many(area, "geocode", MaxGeocodes).Select(code => CapReader.ReadNamedValue(code, fields))]);
    }

    private static List<double[]> ReadPolygon(CapElement polygon, CapFields fields)
    {
        const string Expected = "at least four latitude,longitude pairs with spaces between them, the last equal to the first";
        var ring = new List<double[]>();
        foreach (string pair in polygon.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (!TryPosition(pair, out double latitude, out double longitude))
            {
                fields.Add(polygon, $"it has {CapFields.Shown(pair)}", $"{Expected}; latitude -90 to 90, longitude -180 to 180");
                return [];
            }
            ring.Add([longitude, latitude]);
        }
        if (ring.Count < FewestPoints)
            fields.Add(polygon, $"it has {ring.Count} {(ring.Count == 1 ? "point" : "points")}", Expected);
        else if (ring[0][0] != ring[^1][0] || ring[0][1] != ring[^1][1])
            fields.Add(polygon, "it is not closed", Expected);
        return ring;
    }

    private static CapCircle? ReadCircle(CapElement circle, CapFields fields)
    {
        string[] parts = circle.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length == 2 && TryPosition(parts[0], out double latitude, out double longitude)
            && CapFields.TryNumber(parts[1], out double radius) && radius is >= 0 and <= MaxRadiusKilometres)
            return new(longitude, latitude, radius);
        fields.Add(circle, $"it is {CapFields.Shown(circle.Text)}", "latitude,longitude and a radius in kilometres, such as \"21.27,110.36 15\"");
        return null;
    }

    private static bool TryPosition(string pair, out double latitude, out double longitude)
    {
        (latitude, longitude) = (0, 0);
        return pair.Split(',') is [var first, var second] && CapFields.TryNumber(first, out latitude) && CapFields.TryNumber(second, out longitude)
            && Math.Abs(latitude) <= 90 && Math.Abs(longitude) <= 180;
    }
}
