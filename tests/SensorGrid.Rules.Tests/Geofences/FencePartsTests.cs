using NetTopologySuite.Geometries;
using NetTopologySuite.IO;
using SensorGrid.Readings.Geodesy;
using SensorGrid.Rules.Geofences;

namespace SensorGrid.Rules.Tests.Geofences;

/// <summary>The small parts that fences are judged with, at their edges.</summary>
public sealed class FencePartsTests
{
    private const int Seed = 20261127;

    [Fact]
    public void A_distance_shrinks_once_it_is_less_than_the_farthest_by_more_than_the_hysteresis()
    {
        var closing = Closing.Unknown;
        Assert.Equal((false, double.NaN, double.NaN), (closing.IsClosing, closing.Metres, closing.Turn));
        // Metres, whether it comes nearer then, and the farthest or nearest it is measured from.
        foreach (var (metres, isClosing, turn) in new[]
        {
            (90.0, false, 90.0), (100, false, 100), (95, false, 100), (90, false, 100), (89.5, true, 89.5), (80, true, 80), (85, true, 80), (90, true, 80),
            (90.5, false, 90.5), (95, false, 95), (95, false, 95), (85, false, 95), (84.5, true, 84.5), (100, false, 100),
        })
        {
            closing.Take(metres, hysteresisMetres: 10);
            Assert.Equal((metres, isClosing, turn), (closing.Metres, closing.IsClosing, closing.Turn));
        }
    }

    [Fact]
    public void What_comes_from_too_far_away_to_be_measured_comes_nearer()
    {
        var closing = Closing.Unknown;
        closing.TakeFar();
        Assert.Equal((false, double.PositiveInfinity, double.PositiveInfinity), (closing.IsClosing, closing.Metres, closing.Turn));
        closing.Take(500, hysteresisMetres: 10);
        Assert.Equal((true, 500, 500), (closing.IsClosing, closing.Metres, closing.Turn));
        closing.TakeFar();
        Assert.Equal((false, double.PositiveInfinity), (closing.IsClosing, closing.Turn));
        closing.Restore(true, 3, 4);
        Assert.Equal((true, 3, 4), (closing.IsClosing, closing.Turn, closing.Metres));
    }

    [Fact]
    public void A_fence_is_in_force_from_its_beginning_to_before_its_end()
    {
        var validity = new FenceValidity(10, 20);
        Assert.Equal([false, true, true, false], new long[] { 9, 10, 19, 20 }.Select(validity.Contains));
        Assert.Equal([10, 20, 20, long.MaxValue, long.MaxValue], new long[] { 9, 10, 19, 20, 21 }.Select(validity.NextBoundary));
        Assert.False(validity.IsAlways);
        Assert.False(new FenceValidity(long.MinValue, 20).IsAlways);
        Assert.True(FenceValidity.Always.IsAlways);
        Assert.True(FenceValidity.Always.Contains(long.MinValue));
        Assert.Equal(long.MaxValue, FenceValidity.Always.NextBoundary(5));
    }

    [Fact]
    public void A_box_has_its_sides_and_what_is_within_them()
    {
        var box = new MapBox(1, 3, 10, 14);
        Assert.True(box.Contains(1, 10) && box.Contains(3, 14) && box.Contains(2, 12));
        Assert.False(box.Contains(0.99, 12) || box.Contains(3.01, 12) || box.Contains(2, 9.99) || box.Contains(2, 14.01));
        Assert.False(box.Contains(double.NaN, 12) || box.Contains(2, double.NaN));
        Assert.Equal(new MapBox(1.5, 2.5, 11, 13), box.Around(2, 12, 0.5, 1));
        Assert.Equal(new MapBox(1, 2, 10, 11), box.Around(1.5, 10.5, 0.5, 0.5));
        Assert.Equal(new MapBox(2, 3, 13, 14), box.Around(2.75, 13.75, 0.75, 0.75));
        Assert.Equal(box, box.Around(2, 12, 100, 100));
        Assert.Equal(new MapBox(-180, 180, -90, 90), MapBox.Everywhere);
    }

    [Fact]
    public void An_unplaced_thing_is_placed_by_so_many_fixes_in_a_row()
    {
        var place = new ZonePlace();
        Assert.False(place.IsCounting);
        Assert.False(place.Settle(covered: true, fixes: 3, at: 1) || place.Settle(covered: true, fixes: 3, at: 2));
        Assert.Equal((2, true), (place.Row, place.IsCounting));
        // One on the other side begins a row of its own.
        Assert.False(place.Settle(covered: false, fixes: 3, at: 3));
        Assert.Equal((-1, true), (place.Row, place.IsCounting));
        Assert.False(place.Settle(covered: true, fixes: 3, at: 4));
        Assert.Equal(1, place.Row);
        Assert.False(place.Settle(covered: false, fixes: 3, at: 5) || place.Settle(covered: false, fixes: 3, at: 6));
        Assert.True(place.Settle(covered: false, fixes: 3, at: 7));
        Assert.Equal((Place.Outside, false, 0, 7L), (place.Place, place.Crossed, place.Row, place.Since));
        var inside = new ZonePlace();
        Assert.True(inside.Settle(covered: true, fixes: 1, at: 8));
        Assert.Equal((Place.Inside, false, 0, 8L), (inside.Place, inside.Crossed, inside.Row, inside.Since));
    }

    [Fact]
    public void A_crossing_takes_so_many_fixes_with_none_on_this_side_between()
    {
        var place = new ZonePlace { Place = Place.Inside, Since = 1 };
        Assert.False(place.Cross(2, 2));
        Assert.True(place.IsCounting);
        place.Stay();
        Assert.False(place.IsCounting);
        Assert.False(place.Cross(2, 3));
        Assert.True(place.Cross(2, 4));
        Assert.Equal((Place.Outside, true, 0, 4L), (place.Place, place.Crossed, place.Row, place.Since));
        Assert.True(place.Cross(1, 5));
        Assert.Equal((Place.Inside, true, 0, 5L), (place.Place, place.Crossed, place.Row, place.Since));
    }

    [Fact]
    public void An_edge_goes_no_farther_between_two_latitudes_than_it_does()
    {
        var rising = new FenceEdge(0, 0, 10, 5);
        Assert.Equal((0, 5), (rising.South, rising.North));
        Assert.Equal((2, 4), rising.Between(1, 2));
        Assert.Equal((0, 10), rising.Between(-1, 6));
        var falling = new FenceEdge(0, 5, 10, 0);
        Assert.Equal((0, 5), (falling.South, falling.North));
        Assert.Equal((6, 8), falling.Between(1, 2));
        Assert.Equal((3, 7), new FenceEdge(7, 2, 3, 2).Between(1, 3));
        Assert.Equal((4, 4), new FenceEdge(4, 0, 4, 9).Between(1, 3));
    }

    [Fact]
    public void The_edges_of_a_fence_are_those_of_all_its_rings()
    {
        var geometry = new WKTReader().Read("MULTIPOLYGON (((0 0, 4 0, 4 4, 0 0), (2 1, 3 1, 3 2, 2 1)), ((5 5, 6 5, 6 6, 5 5)))");
        Assert.Equal(
            [
                new(0, 0, 4, 0), new(4, 0, 4, 4), new(4, 4, 0, 0), new(2, 1, 3, 1), new(3, 1, 3, 2), new(3, 2, 2, 1), new(5, 5, 6, 5), new(6, 5, 6, 6), new(6, 6, 5, 5),
            ],
            FenceEdge.Of(geometry));
    }

    // On each side of a zone, and on both sides of the equator: near at the distance, not much beyond it.
    [Theory]
    [InlineData(21, 21.1)]
    [InlineData(-21.1, -21)]
    [InlineData(60, 60.2)]
    [InlineData(-0.1, 0.1)]
    public void Near_is_what_may_be_within_the_distance_and_little_else(double south, double north)
    {
        const double Metres = 2000;
        var zone = new PreparedZone("z", new Polygon(new LinearRing([new(110, south), new(111, south), new(111, north), new(110, north), new(110, south)])));
        var near = new NearZones([new("far", new Polygon(new LinearRing([new(10, 0), new(11, 0), new(11, 1), new(10, 0)]))), zone], Metres);
        double pole = Math.Abs(south) > Math.Abs(north) ? south : north;
        double east = Metres / LocalPlane.MetresPerDegree(pole).East, up = Metres / LocalPlane.MetresPerDegree(pole).North;
        foreach (var (x, y) in new[] { (111 + east, pole), (110 - east, pole), (110.5, north + up), (110.5, south - up), (110.5, (south + north) / 2) })
            Assert.Equal([1], Near(x, y));
        foreach (var (x, y) in new[] { (111 + (1.05 * east), pole), (110 - (1.05 * east), pole), (110.5, north + (1.05 * up)), (110.5, south - (1.05 * up)) })
            Assert.Empty(Near(x, y));

        List<int> Near(double x, double y)
        {
            var found = new List<int>();
            near.AddNear(x, y, found);
            return found;
        }
    }

    [Fact]
    public void At_a_pole_all_longitudes_are_near()
    {
        var zone = new PreparedZone("z", new Polygon(new LinearRing([new(0, 89.5), new(10, 89.5), new(10, 89.9), new(0, 89.5)])));
        var found = new List<int>();
        new NearZones([zone], 100_000).AddNear(55, 89.9, found);
        Assert.Equal([0], found);
    }

    [Fact]
    public void Distance_is_nothing_inside_and_farther_means_farther()
    {
        var zone = new PreparedZone("z", new Polygon(new LinearRing([new(110, 21), new(111, 21), new(111, 22), new(110, 22), new(110, 21)])));
        Assert.Equal(0, zone.DistanceMetres(new(110.5, 21.5)));
        var place = new Coordinate(111.01, 21.5);
        double metres = zone.DistanceMetres(place);
        Assert.InRange(metres, 1035, 1037);
        Assert.False(zone.IsFartherThan(metres, place));
        Assert.True(zone.IsFartherThan(Math.BitDecrement(metres), place));
    }

    [Theory]
    [InlineData("POLYGON ((0 0, 10 0, 10 10, 0 10, 0 0))")]
    [InlineData("POLYGON ((0 0, 10 0, 10 10, 5 3, 0 10, 0 0), (1 1, 3 1, 3 2, 1 2, 1 1))")]
    [InlineData("MULTIPOLYGON (((0 0, 4 0, 4 4, 0 4, 0 0)), ((5 5, 9 6, 8 9, 5 9, 5 5)))")]
    public void A_rectangle_that_is_said_to_be_inside_or_outside_is_so_in_all_its_places(string wkt)
    {
        var geometry = new WKTReader().Read(wkt);
        var zone = new PreparedZone("z", geometry);
        var random = new Random(Seed);
        var seen = new int[3];
        for (int i = 0; i < 3000; i++)
        {
            double x = (random.NextDouble() * 12) - 1, y = (random.NextDouble() * 12) - 1, size = random.NextDouble() * random.Next(1, 4) / 3;
            // Half of them on halves, so that sides of rectangles lie on sides of cells and of the fence.
            if (i % 2 == 0)
                (x, y, size) = (Math.Round(2 * x) / 2, Math.Round(2 * y) / 2, 0.5);
            var box = new MapBox(x, x + size, y, y + (size / 2));
            var part = zone.Classify(box);
            seen[(int)part]++;
            var rectangle = new Polygon(new LinearRing([new(box.West, box.South), new(box.East, box.South), new(box.East, box.North), new(box.West, box.North), new(box.West, box.South)]));
            if (part == FencePart.Inside)
                Assert.True(geometry.Covers(rectangle), $"seed {Seed}, {i}: {box} is not inside of {wkt}");
            if (part == FencePart.Outside)
                Assert.False(geometry.Intersects(rectangle), $"seed {Seed}, {i}: {box} is not outside of {wkt}");
        }
        Assert.All(seen, count => Assert.InRange(count, 100, 3000));
    }

    // A square of 10 is cut into 8 by 8 cells of 1.25; those on the sides are border, the others answer.
    [Theory]
    [InlineData(1.3, 8.7, 1.3, 8.7, 1)]
    [InlineData(1.2, 8.7, 1.3, 8.7, 2)]
    [InlineData(1.3, 8.8, 1.3, 8.7, 2)]
    [InlineData(1.3, 8.7, 1.2, 8.7, 2)]
    [InlineData(1.3, 8.7, 1.3, 8.8, 2)]
    [InlineData(-2, -1, 3, 4, 0)]
    [InlineData(11, 12, 3, 4, 0)]
    [InlineData(3, 4, -2, -1, 0)]
    [InlineData(3, 4, 11, 12, 0)]
    [InlineData(-2, 0, 3, 4, 2)]
    [InlineData(10, 12, 3, 4, 2)]
    [InlineData(-5, 15, -5, 15, 2)]
    [InlineData(2, double.NaN, 3, 4, 0)]
    public void Cells_that_no_edge_comes_near_answer_for_a_rectangle(double west, double east, double south, double north, int part)
    {
        var zone = new PreparedZone("z", new WKTReader().Read("POLYGON ((0 0, 10 0, 10 10, 0 10, 0 0))"));
        Assert.Equal((FencePart)part, zone.Classify(new(west, east, south, north)));
    }

    [Fact]
    public void A_place_in_a_box_has_the_zones_to_be_asked_that_the_box_was_given_with()
    {
        var random = new Random(Seed);
        Geometry[] fences = [.. Enumerable.Range(0, 12).Select(_ => new Polygon(FencePlaces.Ring(random, 110 + random.NextDouble(), 21 + random.NextDouble(), 0.3, 30)))];
        var index = new ZoneIndex(fences.Select((fence, number) => new PreparedZone($"z{number:00}", fence)));
        int found = 0, inside = 0;
        for (int i = 0; i < 400; i++)
        {
            double x = 109.5 + (2 * random.NextDouble()), y = 20.5 + (2 * random.NextDouble());
            if (!index.TryFindBox(x, y, out var box, out var near))
                continue;
            found++;
            Assert.True(box.Contains(x, y));
            for (int place = 0; place < 20; place++)
            {
                // Its corners too.
                double along = place < 2 ? place : random.NextDouble(), up = place < 4 ? place % 2 : random.NextDouble();
                double px = Math.Min(box.East, box.West + (along * (box.East - box.West))), py = Math.Min(box.North, box.South + (up * (box.North - box.South)));
                var expected = new List<int>();
                foreach (int entry in near)
                {
                    inside += entry & 1;
                    if ((entry & 1) != 0 || index.Zones[entry >> 1].Covers(px, py))
                        expected.Add(entry >> 1);
                }
                Assert.Equal(Enumerable.Range(0, fences.Length).Where(zone => fences[zone].Covers(new Point(px, py))), expected);
            }
        }
        // Cells of this size say something nearly everywhere.
        Assert.InRange(found, 390, 400);
        Assert.InRange(inside, 1000, int.MaxValue);
    }

    [Fact]
    public void Beyond_all_zones_a_box_reaches_to_the_end_of_the_map_on_that_side()
    {
        var index = new ZoneIndex([new("z", new WKTReader().Read("POLYGON ((0 0, 10 0, 10 10, 0 10, 0 0))"))]);
        foreach (var (x, y, expected) in new[]
        {
            (-5.0, 5.0, new MapBox(-180, Math.BitDecrement(0.0), -90, 90)), (15, 5, new MapBox(Math.BitIncrement(10.0), 180, -90, 90)),
            (5, -5, new MapBox(-180, 180, -90, Math.BitDecrement(0.0))), (5, 15, new MapBox(-180, 180, Math.BitIncrement(10.0), 90)),
        })
        {
            Assert.True(index.TryFindBox(x, y, out var box, out var near));
            Assert.Equal(expected, box);
            Assert.True(near.IsEmpty);
        }
        Assert.True(new ZoneIndex([]).TryFindBox(5, 5, out var everywhere, out _));
        Assert.Equal(MapBox.Everywhere, everywhere);
    }

    [Fact]
    public void A_place_on_a_side_of_all_zones_is_in_its_box_and_one_on_a_side_of_a_cell_in_none()
    {
        // Cut into 8 by 8 cells of 1.25.
        var index = new ZoneIndex([new("z", new WKTReader().Read("POLYGON ((0 0, 10 0, 10 10, 0 10, 0 0))"))]);
        foreach (var (x, y) in new[] { (0, 5.3), (10, 5.3), (5.3, 0), (5.3, 10), (0.0, 15.0), (10, 15), (0, -5), (10, -5) })
        {
            Assert.True(index.TryFindBox(x, y, out var box, out var near));
            Assert.True(box.Contains(x, y));
            Assert.Equal(y is < 0 or > 10, near.IsEmpty);
        }
        foreach (var (x, y) in new[] { (1.25, 5.3), (8.75, 5.3), (5.3, 1.25), (5.3, 8.75), (2.5, 2.5) })
            Assert.False(index.TryFindBox(x, y, out _, out _));
    }

    [Fact]
    public void Several_places_are_answered_one_after_the_other()
    {
        var reader = new WKTReader();
        var index = new ZoneIndex([new("a", reader.Read("POLYGON ((0 0, 10 0, 10 10, 0 0))")), new("b", reader.Read("POLYGON ((5 0, 30 0, 30 10, 5 0))"))]);
        var counts = new int[4];
        List<int> covering = [7];
        index.AddCovering([9, 1, 29, 8], [1, 5, 1, 0.5], counts, covering);
        Assert.Equal([2, 0, 1, 2], counts);
        Assert.Equal([7, 0, 1, 1, 0, 1], covering);
        Assert.Throws<ArgumentOutOfRangeException>(() => index.AddCovering([1, 2], [1], new int[2], covering));
        Assert.Throws<ArgumentOutOfRangeException>(() => index.AddCovering([1, 2], [1, 2], new int[1], covering));
    }

    [Fact]
    public void A_zone_that_is_moved_is_the_only_one_that_is_elsewhere()
    {
        var reader = new WKTReader();
        var index = new ZoneIndex([new("b", reader.Read("POLYGON ((20 0, 30 0, 30 10, 20 0))")), new("a", reader.Read("POLYGON ((0 0, 10 0, 10 10, 0 0))"))], nearMetres: 1000);
        Assert.Equal((0, 1, -1), (index.PlaceOf("a"), index.PlaceOf("b"), index.PlaceOf("c")));
        var moved = index.With(new("a", reader.Read("POLYGON ((40 0, 50 0, 50 10, 40 0))")));
        Assert.Equal(["a", "b"], moved.Zones.Select(zone => zone.Id));
        var found = new List<int>();
        moved.AddCovering(49, 1, found);
        moved.AddCovering(9, 1, found);
        moved.AddCovering(29, 1, found);
        Assert.Equal([0, 1], found);
        Assert.NotNull(moved.Near);
        Assert.Null(new ZoneIndex([]).Near);
    }
}
