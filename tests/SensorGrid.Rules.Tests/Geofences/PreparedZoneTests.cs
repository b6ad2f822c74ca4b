using NetTopologySuite.Geometries;
using NetTopologySuite.IO;
using SensorGrid.Rules.Geofences;

namespace SensorGrid.Rules.Tests.Geofences;

public sealed class PreparedZoneTests
{
    private const int Seed = 20260512;

    private static readonly string[] Zones =
    [
        "POLYGON ((0 0, 10 0, 10 10, 0 10, 0 0))",
        "POLYGON ((0 0, 10 0, 10 10, 5 3, 0 10, 0 0), (1 1, 3 1, 3 2, 1 2, 1 1))",
        "MULTIPOLYGON (((0 0, 4 0, 4 4, 0 4, 0 0)), ((5 5, 9 6, 8 9, 5 9, 5 5)))",
        "POLYGON ((5 0, 6 4, 10 5, 6 6, 5 10, 4 6, 0 5, 4 4, 5 0))",
    ];

    public static TheoryData<string> Geometries => [.. Zones];

    [Theory]
    [MemberData(nameof(Geometries))]
    public void Covers_what_NetTopologySuite_covers(string wkt)
    {
        var geometry = new WKTReader().Read(wkt);
        var zone = new PreparedZone("z", geometry);
        var random = new Random(Seed);
        for (int i = 0; i < 20_000; i++)
        {
            // Half of them on a coarse grid, so that corners and edges are met.
            var place = i % 2 == 0
                ? new Coordinate(random.NextDouble() * 12 - 1, random.NextDouble() * 12 - 1)
                : new Coordinate(random.Next(-2, 24) / 2.0, random.Next(-2, 24) / 2.0);
            bool expected = geometry.Covers(new Point(place));
            Assert.True(expected == zone.Covers(place), $"seed {Seed}, point {i}: {place} in {wkt}");
        }
    }
}
