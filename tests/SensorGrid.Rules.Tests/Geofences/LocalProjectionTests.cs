using NetTopologySuite.Geometries;
using SensorGrid.Rules.Geofences;

namespace SensorGrid.Rules.Tests.Geofences;

public sealed class LocalProjectionTests
{
    private static readonly Geometry Zone = new Polygon(new LinearRing([new(110, 21), new(111, 21), new(111, 22), new(110, 22), new(110, 21)]));

    // Lengths of a hundredth of a degree on WGS-84: of longitude at 21.5° N 1,036.0 m, of latitude there 1,107.3 m.
    [Theory]
    [InlineData(111.01, 21.5, 1036.0)]
    [InlineData(110.5, 22.01, 1107.3)]
    [InlineData(110.5, 20.99, 1107.2)]
    public void Distance_is_in_metres_on_the_ellipsoid(double longitude, double latitude, double metres) =>
        Assert.InRange(LocalProjection.DistanceToBoundaryMetres(Zone, longitude, latitude), metres - 1, metres + 1);

    [Fact]
    public void Distance_to_a_corner_is_the_slant_one()
    {
        double east = LocalProjection.DistanceToBoundaryMetres(Zone, 111.01, 21.999);
        double slant = LocalProjection.DistanceToBoundaryMetres(Zone, 111.01, 22.01);
        Assert.InRange(slant, Math.Sqrt(east * east + 1107 * 1107) - 5, Math.Sqrt(east * east + 1107 * 1107) + 5);
    }

    [Fact]
    public void From_inside_it_is_the_distance_to_the_edge() =>
        Assert.InRange(LocalProjection.DistanceToBoundaryMetres(Zone, 110.99, 21.5), 1035, 1037);

    [Fact]
    public void Holes_have_boundaries_too()
    {
        var zone = new Polygon(
            new LinearRing([new(110, 21), new(111, 21), new(111, 22), new(110, 22), new(110, 21)]),
            [new LinearRing([new(110.4, 21.4), new(110.6, 21.4), new(110.6, 21.6), new(110.4, 21.6), new(110.4, 21.4)])]);
        Assert.InRange(LocalProjection.DistanceToBoundaryMetres(zone, 110.5, 21.59), 1106, 1109);
    }
}
