using NetTopologySuite.Algorithm.Locate;
using NetTopologySuite.Geometries;
using NetTopologySuite.Geometries.Prepared;
using SensorGrid.Rules.Geofences;

namespace SensorGrid.Rules.Tests.Geofences;

public sealed class ZoneIndexTests
{
    private const int Seed = 20260512;

    [Fact]
    public void A_million_places_get_the_answers_of_NetTopologySuite()
    {
        var random = new Random(Seed);
        Geometry[] fences = [.. Enumerable.Range(0, 30).Select(number => Fence(random, number))];
        var index = new ZoneIndex(fences.Select((fence, number) => new PreparedZone($"z{number:000}", fence)));
        IPreparedGeometry[] peers = [.. fences.Select(PreparedGeometryFactory.Prepare)];
        IndexedPointInAreaLocator[] locators = [.. fences.Select(fence => new IndexedPointInAreaLocator(fence))];
        Envelope[] envelopes = [.. fences.Select(fence => fence.EnvelopeInternal)];
        Coordinate[][] vertices = [.. fences.Select(fence => fence.Coordinates)];
        var found = new List<int>();
        int covered = 0, onBoundary = 0;
        for (int i = 0; i < 1_000_000; i++)
        {
            var place = FencePlaces.Any(random, vertices[random.Next(fences.Length)], 110.4, 21.2, 0.5);
            var point = new Point(place);
            found.Clear();
            index.AddCovering(place.X, place.Y, found);
            int next = 0;
            for (int number = 0; number < fences.Length; number++)
            {
                bool expected = envelopes[number].Covers(place) && peers[number].Covers(point);
                bool says = next < found.Count && found[next] == number;
                if (says)
                    next++;
                // A message is made only when it is needed: there are thirty million of these questions.
                if (says != expected)
                    Assert.Fail($"seed {Seed}, place {i} ({place.X:R}, {place.Y:R}), fence {number}: NTS says {expected}");
                covered += expected ? 1 : 0;
                if (expected && locators[number].Locate(place) == Location.Boundary)
                    onBoundary++;
            }
            Assert.Equal(next, found.Count);
        }
        // What the equality is worth: both answers, and the boundary, were met often.
        Assert.InRange(covered, 200_000, 5_000_000);
        Assert.InRange(onBoundary, 100_000, 1_000_000);
    }

    [Fact]
    public void Prepared_and_plain_geometries_of_the_peer_agree_near_boundaries()
    {
        var random = new Random(Seed + 1);
        for (int i = 0; i < 300; i++)
        {
            var fence = Fence(random, i % 100);
            var place = FencePlaces.Any(random, fence.Coordinates, 110.4, 21.2, 0.5);
            Assert.Equal(fence.Covers(new Point(place)), new PreparedZone("z", fence).Covers(place));
        }
    }

    [Fact]
    public void Many_places_at_once_get_the_same_answers()
    {
        var random = new Random(Seed + 2);
        Geometry[] fences = [.. Enumerable.Range(0, 50).Select(number => Fence(random, number))];
        var index = new ZoneIndex(fences.Select((fence, number) => new PreparedZone($"z{number:000}", fence)));
        Coordinate[] places = [.. Enumerable.Range(0, 5_000).Select(_ => FencePlaces.Any(random, fences[7].Coordinates, 110.4, 21.2, 0.5))];
        List<int> together = [], one = [];
        int[] counts = new int[places.Length];
        index.AddCovering([.. places.Select(place => place.X)], [.. places.Select(place => place.Y)], counts, together);
        foreach (var place in places)
            index.AddCovering(place.X, place.Y, one);
        Assert.Equal(one, together);
        Assert.Equal(one.Count, counts.Sum());
    }

    [Theory]
    [InlineData(double.NaN, 21.2)]
    [InlineData(110.4, double.NaN)]
    [InlineData(double.PositiveInfinity, 21.2)]
    [InlineData(-180, -90)]
    public void A_place_that_is_nowhere_is_in_no_zone(double x, double y)
    {
        var found = new List<int>();
        new ZoneIndex([new("z", Fence(new Random(Seed), 0))]).AddCovering(x, y, found);
        Assert.Empty(found);
    }

    [Fact]
    public void An_index_without_zones_covers_nothing()
    {
        var found = new List<int>();
        new ZoneIndex([]).AddCovering(110.4, 21.2, found);
        Assert.Empty(found);
    }

    [Fact]
    public void A_fence_as_small_as_the_steps_of_a_double_is_still_right()
    {
        double x = 110.4, y = 21.2, right = x, top = y;
        for (int i = 0; i < 4; i++)
            (right, top) = (Math.BitIncrement(right), Math.BitIncrement(top));
        var fence = new Polygon(new LinearRing([new(x, y), new(right, y), new(right, top), new(x, top), new(x, y)]));
        var zone = new PreparedZone("z", fence);
        Assert.True(zone.Covers(x, top));
        Assert.True(zone.Covers(Math.BitIncrement(x), Math.BitIncrement(y)));
        Assert.False(zone.Covers(Math.BitIncrement(right), y));
    }

    [Fact]
    public void Zones_that_are_far_apart_or_lie_on_each_other_are_all_found()
    {
        var random = new Random(Seed + 3);
        List<Geometry> fences = [.. Enumerable.Range(0, 40).Select(_ => Fence(random, 3))];
        fences.Add(new Polygon(FencePlaces.Ring(random, 116.4, 39.9, 0.01, 300)));
        fences.Add(new Polygon(new LinearRing([new(-180, -90), new(180, -90), new(180, 90), new(-180, 90), new(-180, -90)])));
        var index = new ZoneIndex(fences.Select((fence, number) => new PreparedZone($"z{number:000}", fence)));
        IPreparedGeometry[] peers = [.. fences.Select(PreparedGeometryFactory.Prepare)];
        for (int i = 0; i < 5_000; i++)
        {
            var place = FencePlaces.Any(random, fences[random.Next(fences.Count)].Coordinates, 110.4, 21.2, 0.5);
            var found = new List<int>();
            index.AddCovering(place.X, place.Y, found);
            Assert.Equal(Enumerable.Range(0, fences.Count).Where(number => peers[number].Covers(new Point(place))), found);
        }
    }

    // Plain, with a hole, of several parts; small and large, of few and many vertices; some on round coordinates.
    private static Geometry Fence(Random random, int number)
    {
        double x = 110.2 + (0.4 * random.NextDouble()), y = 21 + (0.4 * random.NextDouble()), radius = 0.005 + (0.04 * random.NextDouble());
        int vertices = number % 5 == 0 ? 4 + random.Next(8) : 200 + random.Next(1_000);
        return (number % 4) switch
        {
            0 => new Polygon(FencePlaces.Ring(random, x, y, radius, vertices)),
            1 => new Polygon(FencePlaces.Ring(random, x, y, radius, vertices + 100), [FencePlaces.Ring(random, x, y, radius / 2, vertices)]),
            2 => new MultiPolygon(
            [
                new(FencePlaces.Ring(random, x, y, radius, vertices)),
                new(FencePlaces.Ring(random, x + (3 * radius), y, radius, vertices + 100), [FencePlaces.Ring(random, x + (3 * radius), y, radius / 3, 20)]),
            ]),
            _ => Round(x, y, radius),
        };
    }

    private static Polygon Round(double x, double y, double radius)
    {
        (x, y, radius) = (Math.Round(x, 2), Math.Round(y, 2), Math.Max(0.01, Math.Round(radius, 2)));
        return new(new LinearRing(
        [
            new(x, y), new(x + radius, y), new(x + radius, y + radius), new(x + (radius / 2), y + (radius / 4)), new(x, y + radius), new(x, y),
        ]));
    }
}
