using SensorGrid.Readings.Geodesy;

namespace SensorGrid.Readings.Catalogue;

/// <summary>What GeoJSON does not say of a zone: what its numbers mean, and how far it reaches around a place or a line.</summary>
/// <param name="RadiusMetres">Radius of a circle around a Point.</param>
/// <param name="WidthMetres">Width of a corridor along a LineString or MultiLineString, from side to side.</param>
/// <param name="Datum">What the coordinates mean.</param>
public readonly record struct ZoneExtent(double? RadiusMetres = null, double? WidthMetres = null, MapDatum Datum = MapDatum.Wgs84)
{
    /// <summary>Greatest radius.</summary>
    public const double MostRadiusMetres = 100_000;

    /// <summary>Greatest width.</summary>
    public const double MostWidthMetres = 20_000;

    /// <summary>What is wrong for a type of geometry, or null.</summary>
    internal string? ProblemFor(string type)
    {
        bool isPoint = type == "Point", isLine = type is "LineString" or "MultiLineString";
        if (isPoint && RadiusMetres is null)
            return "a zone around a Point needs 'radius', in metres";
        if (isLine && WidthMetres is null)
            return $"a zone along a {type} needs 'width', in metres from side to side";
        if (!isPoint && RadiusMetres is not null)
            return $"'radius' belongs to a Point, not to a {type}";
        if (!isLine && WidthMetres is not null)
            return $"'width' belongs to a LineString or MultiLineString, not to a {type}";
        if (RadiusMetres is not null and not (> 0 and <= MostRadiusMetres))
            return "'radius' is more than 0 and at most 100000 metres";
        return WidthMetres is not null and not (> 0 and <= MostWidthMetres) ? "'width' is more than 0 and at most 20000 metres" : null;
    }
}
