using NetTopologySuite.Geometries;
using SensorGrid.Readings.Catalogue;

namespace SensorGrid.Readings.Tests.Catalogue;

/// <summary>Zones in metres. Distances to compare with are geodesic ones, by the formula of Vincenty (1975) on WGS-84.</summary>
public sealed class MetreShapeTests
{
    private static (Zone? Zone, string[] Messages) Read(string keys, string location = "[110, 21]")
    {
        string text = $"domains: [{{ id: forest, name: Forest }}]\nsites: [{{ id: s, name: S, location: {location} }}]\nzones:\n- {{ id: z1, kind: area, name: Area, domain: forest,\n    {keys} }}\n";
        var (catalogue, messages) = CatalogueReader.Read(new([new("city.yaml", text)]));
        return (catalogue?.Zones.Find("z1"), [.. messages.Select(message => message.ToString())]);
    }

    [Theory]
    [InlineData(110.4, 21.2, 30)]
    [InlineData(110.4, 21.2, 5_000)]
    [InlineData(110.4, 21.2, 50_000)]
    [InlineData(-3.2, 60.1, 20_000)]
    [InlineData(10, -45, 100_000)]
    public void A_circle_has_its_radius_in_every_direction(double longitude, double latitude, double radius)
    {
        var (zone, messages) = Read(FormattableString.Invariant($"radius: {radius}, geometry: {{ type: Point, coordinates: [{longitude}, {latitude}] }}"));
        Assert.Empty(messages);
        double allowed = MetreShapes.CircleErrorMetres + (radius * 0.0005);
        foreach (var corner in zone!.Geometry.Coordinates)
            Assert.InRange(Metres(longitude, latitude, corner.X, corner.Y), radius - allowed, radius + allowed);
        var sides = zone.Geometry.Coordinates.Zip(zone.Geometry.Coordinates.Skip(1), (from, to) => new Coordinate((from.X + to.X) / 2, (from.Y + to.Y) / 2));
        Assert.All(sides, side => Assert.InRange(Metres(longitude, latitude, side.X, side.Y), radius - allowed, radius + allowed));
        Assert.Equal(4326, zone.Geometry.SRID);
    }

    // A river of 60 km, 200 m wide: 99 m beside it is in, 101 m is out, wherever on its way.
    [Fact]
    public void A_corridor_has_its_width_all_along()
    {
        var (zone, messages) = Read("width: 200, geometry: { type: LineString, coordinates: [[110, 21], [110.5, 21], [110.5, 21.1]] }");
        Assert.Empty(messages);
        for (double longitude = 110.01; longitude < 110.49; longitude += 0.037)
        {
            Assert.True(zone!.Geometry.Covers(new Point(longitude, 21 - (99 / 110_741.0))), $"{longitude} in");
            Assert.False(zone.Geometry.Covers(new Point(longitude, 21 - (101 / 110_741.0))), $"{longitude} out");
        }
        // Around the bend, and beyond its ends.
        Assert.True(zone!.Geometry.Covers(new Point(110.5 + (70 / 103_960.0), 21 - (70 / 110_741.0))));
        Assert.False(zone.Geometry.Covers(new Point(110.5 + (72 / 103_960.0), 21 - (72 / 110_741.0))));
        Assert.True(zone.Geometry.Covers(new Point(110 - (99 / 103_960.0), 21)));
        Assert.False(zone.Geometry.Covers(new Point(110 - (101 / 103_960.0), 21)));
    }

    [Fact]
    public void Several_lines_are_one_corridor_with_what_they_enclose_outside()
    {
        var (zone, messages) = Read(
            "width: 100, geometry: { type: MultiLineString, coordinates: [[[110, 21], [110.1, 21], [110.1, 21.1], [110, 21.1], [110, 21]], [[111, 21], [111.1, 21]]] }");
        Assert.Empty(messages);
        Assert.Equal(2, zone!.Geometry.NumGeometries);
        Assert.True(zone.Geometry.IsValid);
        Assert.False(zone.Geometry.Covers(new Point(110.05, 21.05)));
    }

    [Theory]
    [InlineData("geometry: { type: LineString, coordinates: [[110, 21], [111, 21]] }", "city.yaml:5:15: zone 'z1': a zone along a LineString needs 'width', in metres from side to side")]
    [InlineData("radius: 5, geometry: { type: LineString, coordinates: [[110, 21], [111, 21]] }", "city.yaml:5:26: zone 'z1': a zone along a LineString needs 'width', in metres from side to side")]
    [InlineData("radius: 0, geometry: { type: Point, coordinates: [110, 21] }", "city.yaml:5:26: zone 'z1': 'radius' is more than 0 and at most 100000 metres")]
    [InlineData("radius: 100001, geometry: { type: Point, coordinates: [110, 21] }", "city.yaml:5:31: zone 'z1': 'radius' is more than 0 and at most 100000 metres")]
    [InlineData("width: 30000, geometry: { type: LineString, coordinates: [[110, 21], [111, 21]] }", "city.yaml:5:29: zone 'z1': 'width' is more than 0 and at most 20000 metres")]
    [InlineData("width: 3, geometry: { type: Polygon, coordinates: [[[110, 21], [111, 21], [111, 22], [110, 21]]] }", "city.yaml:5:25: zone 'z1': 'width' belongs to a LineString or MultiLineString, not to a Polygon")]
    [InlineData("width: 3, geometry: { type: LineString, coordinates: [[110, 21], [110, 21]] }", "city.yaml:5:25: zone 'z1': a line has at least 2 different positions")]
    [InlineData("width: 3, geometry: { type: LineString, coordinates: [[110, 21], [21, 110]] }",
        "city.yaml:5:70: zone 'z1': [21, 110] is not [longitude, latitude] in degrees: longitude and latitude look swapped; did you mean [110, 21]?")]
    [InlineData("radius: 5000, geometry: { type: Point, coordinates: [179.99, 21] }", "city.yaml:5:29: zone 'z1': the zone reaches over a pole or over 180 degrees of longitude; cut it there into a MultiPolygon")]
    [InlineData("radius: 5000, geometry: { type: Point, coordinates: [110, 89.99] }", "city.yaml:5:29: zone 'z1': the zone reaches over a pole or over 180 degrees of longitude; cut it there into a MultiPolygon")]
    public void Says_what_is_wrong_and_where(string keys, string expected) => Assert.Equal([expected], Read(keys).Messages);

    [Fact]
    public void A_zone_that_would_be_at_home_with_its_numbers_swapped_is_doubted()
    {
        // Ürümqi: both ways round it is on earth.
        var (zone, messages) = Read("radius: 50, geometry: { type: Point, coordinates: [43.8, 87.6] }", location: "[87.6, 43.8]");
        Assert.NotNull(zone);
        Assert.Equal(
            ["city.yaml:5:27: warning: zone 'z1' is far from every site and station, and would be among them with longitude and latitude swapped; positions are [longitude, latitude]"],
            messages);
        Assert.Empty(Read("radius: 50, geometry: { type: Point, coordinates: [87.7, 43.9] }", location: "[87.6, 43.8]").Messages);
    }

    // Vincenty's inverse formula.
    internal static double Metres(double lon1, double lat1, double lon2, double lat2)
    {
        const double A = 6_378_137, F = 1 / 298.257223563, B = A * (1 - F);
        double u1 = Math.Atan((1 - F) * Math.Tan(Radians(lat1))), u2 = Math.Atan((1 - F) * Math.Tan(Radians(lat2)));
        double l = Radians(lon2 - lon1), lambda = l;
        double sinSigma, cosSigma, sigma, cosSqAlpha, cos2SigmaM;
        for (int i = 0; ; i++)
        {
            sinSigma = Math.Sqrt(Math.Pow(Math.Cos(u2) * Math.Sin(lambda), 2)
                + Math.Pow((Math.Cos(u1) * Math.Sin(u2)) - (Math.Sin(u1) * Math.Cos(u2) * Math.Cos(lambda)), 2));
            if (sinSigma == 0)
                return 0;
            cosSigma = (Math.Sin(u1) * Math.Sin(u2)) + (Math.Cos(u1) * Math.Cos(u2) * Math.Cos(lambda));
            sigma = Math.Atan2(sinSigma, cosSigma);
            double sinAlpha = Math.Cos(u1) * Math.Cos(u2) * Math.Sin(lambda) / sinSigma;
            cosSqAlpha = 1 - (sinAlpha * sinAlpha);
            cos2SigmaM = cosSqAlpha == 0 ? 0 : cosSigma - (2 * Math.Sin(u1) * Math.Sin(u2) / cosSqAlpha);
            double c = F / 16 * cosSqAlpha * (4 + (F * (4 - (3 * cosSqAlpha))));
            double before = lambda;
            lambda = l + ((1 - c) * F * sinAlpha * (sigma + (c * sinSigma * (cos2SigmaM + (c * cosSigma * (-1 + (2 * cos2SigmaM * cos2SigmaM)))))));
            if (Math.Abs(lambda - before) < 1e-12 || i == 100)
                break;
        }
        double uSq = cosSqAlpha * ((A * A) - (B * B)) / (B * B);
        double a2 = 1 + (uSq / 16384 * (4096 + (uSq * (-768 + (uSq * (320 - (175 * uSq)))))));
        double b2 = uSq / 1024 * (256 + (uSq * (-128 + (uSq * (74 - (47 * uSq))))));
        double delta = b2 * sinSigma * (cos2SigmaM + (b2 / 4 * ((cosSigma * (-1 + (2 * cos2SigmaM * cos2SigmaM)))
            - (b2 / 6 * cos2SigmaM * (-3 + (4 * sinSigma * sinSigma)) * (-3 + (4 * cos2SigmaM * cos2SigmaM))))));
        return B * a2 * (sigma - delta);

        static double Radians(double degrees) => degrees * Math.PI / 180;
    }
}
