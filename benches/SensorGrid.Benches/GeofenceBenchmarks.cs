using BenchmarkDotNet.Attributes;
using NetTopologySuite.Geometries;
using NetTopologySuite.Geometries.Prepared;
using NetTopologySuite.Index.Strtree;
using SensorGrid.Rules.Geofences;

namespace SensorGrid.Benches;

/// <summary>Which of 1,000 fences of 1,000 vertices cover a place: our index against NTS's tree of envelopes with prepared
/// geometries. Fences and places are spread over one degree.</summary>
[MemoryDiagnoser]
public class GeofenceBenchmarks
{
    private const int Fences = 1_000;
    private const int Vertices = 1_000;
    private const int Places = 4_096;
    private readonly double[] xs = new double[Places];
    private readonly double[] ys = new double[Places];
    private readonly int[] counts = new int[Places];
    private readonly List<int> covering = new(16 * Places);
    private readonly STRtree<IPreparedGeometry> tree = new();
    private ZoneIndex index = null!;

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(20260512);
        Polygon[] fences = [.. Enumerable.Range(0, Fences).Select(_ => Fence(random))];
        index = new ZoneIndex(fences.Select((fence, number) => new PreparedZone($"z{number:0000}", fence)));
        foreach (var fence in fences)
            tree.Insert(fence.EnvelopeInternal, PreparedGeometryFactory.Prepare(fence));
        tree.Build();
        for (int i = 0; i < Places; i++)
            (xs[i], ys[i]) = (110 + random.NextDouble(), 21 + random.NextDouble());
        if (CellGrid() != TreeAndPrepared() || CellGridBatched() != CellGrid())
            throw new InvalidOperationException("the answers differ");
    }

    [Benchmark(OperationsPerInvoke = Places)]
    public int CellGrid()
    {
        covering.Clear();
        for (int i = 0; i < Places; i++)
            index.AddCovering(xs[i], ys[i], covering);
        return covering.Count;
    }

    [Benchmark(OperationsPerInvoke = Places)]
    public int CellGridBatched()
    {
        covering.Clear();
        index.AddCovering(xs, ys, counts, covering);
        return covering.Count;
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Places)]
    public int TreeAndPrepared()
    {
        int hits = 0;
        for (int i = 0; i < Places; i++)
        {
            var point = new Point(xs[i], ys[i]);
            foreach (var fence in tree.Query(point.EnvelopeInternal))
                hits += fence.Covers(point) ? 1 : 0;
        }
        return hits;
    }

    private static Polygon Fence(Random random)
    {
        double x = 110 + random.NextDouble(), y = 21 + random.NextDouble(), radius = 0.01 + (0.03 * random.NextDouble());
        var ring = new Coordinate[Vertices + 1];
        for (int i = 0; i < Vertices; i++)
        {
            double r = radius * (2 + random.NextDouble()) / 3, angle = 2 * Math.PI * i / Vertices;
            ring[i] = new(x + (r * Math.Cos(angle)), y + (r * Math.Sin(angle)));
        }
        ring[Vertices] = ring[0];
        return new(new LinearRing(ring));
    }
}
