using System.Globalization;
using System.Text.Json;

namespace SensorGrid.Readings.Catalogue;

/// <summary>What is wrong with a geometry, and the position it is wrong at, when there is one.</summary>
internal sealed record Flaw(string Text, double? X = null, double? Y = null);

/// <summary>Checks coordinates (RFC 7946 §3.1.6) before a geometry is made of them, to say more than "invalid".</summary>
internal static class GeoJsonCheck
{
    public static Flaw? MultiPolygon(JsonElement coordinates)
    {
        if (coordinates.ValueKind != JsonValueKind.Array || coordinates.GetArrayLength() == 0)
            return new("'coordinates' of a MultiPolygon is a list of polygons");
        return coordinates.EnumerateArray().Select(Polygon).FirstOrDefault(flaw => flaw is not null);
    }

    public static Flaw? Polygon(JsonElement coordinates)
    {
        if (coordinates.ValueKind != JsonValueKind.Array || coordinates.GetArrayLength() == 0)
            return new("'coordinates' of a Polygon is a list of rings");
        return coordinates.EnumerateArray().Select(Ring).FirstOrDefault(flaw => flaw is not null);
    }

    public static Flaw? Point(JsonElement coordinates) => Place(coordinates, out _);

    public static Flaw? LineString(JsonElement coordinates)
    {
        if (coordinates.ValueKind != JsonValueKind.Array)
            return new("'coordinates' of a LineString is a list of positions");
        var places = new HashSet<(double, double)>();
        foreach (var position in coordinates.EnumerateArray())
        {
            if (Place(position, out var place) is { } flaw)
                return flaw;
            places.Add(place);
        }
        return places.Count < 2 ? new("a line has at least 2 different positions") : null;
    }

    public static Flaw? MultiLineString(JsonElement coordinates)
    {
        if (coordinates.ValueKind != JsonValueKind.Array || coordinates.GetArrayLength() == 0)
            return new("'coordinates' of a MultiLineString is a list of lines");
        return coordinates.EnumerateArray().Select(LineString).FirstOrDefault(flaw => flaw is not null);
    }

    private static Flaw? Place(JsonElement position, out (double X, double Y) place)
    {
        if (!TryPosition(position, out place))
            return new("a position is [longitude, latitude], two numbers");
        return Degrees.Problem(place.X, place.Y) is { } problem ? new(problem, place.X, place.Y) : null;
    }

    private static Flaw? Ring(JsonElement ring)
    {
        if (ring.ValueKind != JsonValueKind.Array)
            return new("a ring is a list of positions");
        (double X, double Y) first = default, last = default;
        int count = 0;
        foreach (var position in ring.EnumerateArray())
        {
            if (Place(position, out last) is { } flaw)
                return flaw;
            if (count++ == 0)
                first = last;
        }
        if (count < 4)
            return new($"a ring has at least 4 positions, the last equal to the first; this one has {count}");
        return first == last ? null : new(
            string.Create(CultureInfo.InvariantCulture, $"a ring is not closed: it begins at [{first.X}, {first.Y}] and ends at [{last.X}, {last.Y}]"),
            last.X, last.Y);
    }

    private static bool TryPosition(JsonElement position, out (double X, double Y) numbers)
    {
        numbers = default;
        if (position.ValueKind != JsonValueKind.Array || position.GetArrayLength() < 2)
            return false;
        var (x, y) = (position[0], position[1]);
        if (x.ValueKind != JsonValueKind.Number || y.ValueKind != JsonValueKind.Number)
            return false;
        numbers = (x.GetDouble(), y.GetDouble());
        return double.IsFinite(numbers.X) && double.IsFinite(numbers.Y);
    }
}
