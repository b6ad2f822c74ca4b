using NetTopologySuite.Geometries;
using NetTopologySuite.IO;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Readings.Geodesy;
using SensorGrid.Rules.Areas;

namespace SensorGrid.Rules.Tests.Areas;

/// <summary>Against counting the grid points that are nearest to each place.</summary>
public sealed class ThiessenSharesTests
{
    private const int Seed = 20260512;
    private const string Square = "POLYGON ((110 21, 110.2 21, 110.2 21.2, 110 21.2, 110 21))";

    [Fact]
    public void One_place_has_all_of_it() => Assert.Equal([1.0], Of(Square, (115, 30)));

    [Fact]
    public void Two_places_share_by_the_line_between_them() => Assert.Equal([0.25, 0.75], Of(Square, (110.0, 21.1), (110.1, 21.1)));

    [Fact]
    public void Places_that_are_the_same_share_what_one_would_have() => Assert.Equal([0.125, 0.75, 0.125], Of(Square, (110.0, 21.1), (110.1, 21.1), (110.0, 21.1)));

    [Fact]
    public void A_place_outside_counts_for_what_is_nearest_to_it_and_one_behind_others_not_at_all() =>
        Assert.Equal([0.75, 0.25, 0.0], Of(Square, (110.1, 21.1), (110.2, 21.1), (110.5, 21.1)));

    // Nine tenths of the zone's width away from it, and yet nearest to a twentieth of it: all others are at the far side.
    [Theory]
    [InlineData(110.0, 21.1, 110.38, 21.1)]
    [InlineData(110.2, 21.1, 109.82, 21.1)]
    [InlineData(110.1, 21.0, 110.1, 21.38)]
    [InlineData(110.1, 21.2, 110.1, 20.82)]
    public void A_place_far_outside_counts_where_the_others_are_farther(double x, double y, double farX, double farY) =>
        Assert.Equal([0.95, 0.05], Of(Square, (x, y), (farX, farY)));

    [Fact]
    public void Places_that_are_all_far_away_share_as_those_do_that_are_near() => Assert.Equal([0.5, 0.5], Of(Square, (120, 21.0), (120, 21.2)));

    // An eighth of the ground, all of it on the left, is a lake.
    [Fact]
    public void A_hole_is_nobodys_ground() =>
        Assert.Equal([0.428571, 0.571429], Of(
            "POLYGON ((110 21, 110.04 21, 110.04 21.01, 110 21.01, 110 21), (110.005 21.0025, 110.015 21.0025, 110.015 21.0075, 110.005 21.0075, 110.005 21.0025))",
            (110.01, 21.005), (110.03, 21.005)));

    [Theory]
    [InlineData(2, 0.2)]
    [InlineData(5, 0.2)]
    [InlineData(20, 0.2)]
    [InlineData(20, 0.6)]
    [InlineData(100, 0.3)]
    [InlineData(300, 3)]
    public void Counts_as_a_grid_does(int places, double spread) => AssertAsGrid(
        places, random => (110.1 + ((random.NextDouble() - 0.5) * spread), 21.1 + ((random.NextDouble() - 0.5) * spread)));

    [Theory]
    [InlineData(0)]
    [InlineData(1e-12)]
    [InlineData(1e-9)]
    [InlineData(1e-6)]
    [InlineData(1e-3)]
    public void Counts_as_a_grid_does_along_a_road(double noise) => AssertAsGrid(
        12, random => random.NextDouble() is var along ? (110 + (along * 0.2), 21.05 + (along * 0.1) + (random.NextDouble() * noise)) : default);

    private static void AssertAsGrid(int count, Func<Random, (double, double)> place)
    {
        var zone = new WKTReader().Read("POLYGON ((110 21, 110.2 21.02, 110.18 21.2, 110.09 21.12, 110.02 21.19, 110 21))");
        for (int round = 0; round < 6; round++)
        {
            var random = new Random(Seed + round);
            var places = Enumerable.Range(0, count).Select(_ => place(random)).ToArray();
            double[] shares = Of(zone.AsText(), places);
            Assert.Equal(1, shares.Sum(), 4);
            double[] counted = Counted(zone, places);
            for (int i = 0; i < count; i++)
                Assert.True(Math.Abs(counted[i] - shares[i]) < 0.01, $"seed {Seed + round}, place {i}: {shares[i]}, counted {counted[i]}");
        }
    }

    private static double[] Counted(Geometry zone, (double X, double Y)[] places)
    {
        var (east, north) = LocalPlane.MetresPerDegree(zone.EnvelopeInternal.Centre.Y);
        var area = NetTopologySuite.Geometries.Prepared.PreparedGeometryFactory.Prepare(zone);
        double[] counts = new double[places.Length];
        int all = 0;
        var envelope = zone.EnvelopeInternal;
        for (int row = 0; row < 150; row++)
        {
            for (int column = 0; column < 150; column++)
            {
                double x = envelope.MinX + ((column + 0.5) / 150 * envelope.Width), y = envelope.MinY + ((row + 0.5) / 150 * envelope.Height);
                if (!area.Covers(new Point(x, y)))
                    continue;
                all++;
                int nearest = 0;
                for (int i = 1; i < places.Length; i++)
                {
                    if (Squared(places[i]) < Squared(places[nearest]))
                        nearest = i;
                }
                counts[nearest]++;

                double Squared((double X, double Y) place) => Math.Pow((place.X - x) * east, 2) + Math.Pow((place.Y - y) * north, 2);
            }
        }
        return [.. counts.Select(counted => counted / all)];
    }

    private static double[] Of(string zone, params (double X, double Y)[] places) =>
        ThiessenShares.Of(new WKTReader().Read(zone), [.. places.Select(place => new GeographicPoint(place.X, place.Y))]);
}
