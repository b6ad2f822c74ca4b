using System.Numerics;
using System.Runtime.Intrinsics;
using NetTopologySuite.Algorithm;
using NetTopologySuite.Geometries;

namespace SensorGrid.Rules.Geofences;

/// <summary>How a part of the map lies to a fence.</summary>
internal enum FencePart : byte
{
    Outside = 0,
    Inside = 1,
    Border = 2,
}

/// <summary>One fence cut into cells. A cell that no edge comes near is wholly inside or outside and answers at once. Each other cell knows its own edges and a
/// reference place in it with its side: a place is on that side too, unless the way to the reference crosses an odd number of the cell's edges. Where rounding
/// leaves a sign in doubt, on boundaries above all, all edges are asked by the rule and with the orientation of NTS, so the answer is that of
/// <see cref="Geometry.Covers"/> to the last bit. Immutable; safe for many threads.</summary>
internal sealed class FenceGrid
{
    private const int FewestCells = 8;
    private const int MostCells = 64;
    // Edges are kept away from the sides of their cells by this share of a cell: far more than rounding moves a side.
    private const double Margin = 1e-3;

    private const int Lanes = 4;
    private const int BlockLength = 4 * Lanes;
    private const uint AllLanes = (1u << Lanes) - 1;

    // The error bound of NTS: within this share of the products the sign of their difference in doubles is not sure.
    private const double SignBound = 1e-15;

    // What a cell is: a part, or from Border on the number of its reference, doubled, plus 1 when that is inside.
    private const byte AskAll = byte.MaxValue;

    // Where in a cell its reference may be. None of the cell's edges may point at it, so there are several.
    private static readonly (double X, double Y)[] References =
        [(0.5, 0.5), (0.37, 0.61), (0.71, 0.29), (0.23, 0.41), (0.83, 0.67), (0.59, 0.13), (0.43, 0.89), (0.17, 0.79)];

    private readonly double minX;
    private readonly double maxX;
    private readonly double minY;
    private readonly double maxY;
    private readonly int side;
    private readonly double columnsPerDegree;
    private readonly double rowsPerDegree;
    private readonly FenceEdge[] edges;
    private readonly byte[] kinds;
    // The edges of each cell, four in a block (X1, Y1, X2, Y2 of each), all running so that the reference is on their left. They lie together: to fetch
    // them from everywhere would take longer than to look at them.
    private readonly int[] starts;
    private readonly double[] blocks;

    /// <param name="geometry">A valid polygon or multipolygon.</param>
    public FenceGrid(Geometry geometry)
    {
        var envelope = geometry.EnvelopeInternal;
        (minX, maxX, minY, maxY) = (envelope.MinX, envelope.MaxX, envelope.MinY, envelope.MaxY);
        edges = [.. FenceEdge.Of(geometry)];
        side = Math.Clamp(2 * (int)Math.Sqrt(edges.Length), FewestCells, MostCells);
        (columnsPerDegree, rowsPerDegree) = (side / envelope.Width, side / envelope.Height);
        if (IsTooSmallToCut(envelope))
            (side, columnsPerDegree, rowsPerDegree) = (1, 0, 0);
        kinds = new byte[side * side];
        var ofCells = SortIntoCells();
        Settle(ofCells);
        (starts, blocks) = Pack(ofCells);
    }

    /// <summary>True inside and on the boundary.</summary>
    public bool Covers(double x, double y)
    {
        // Written so that a place that is not a number is outside.
        if (!(x >= minX && x <= maxX && y >= minY && y <= maxY))
            return false;
        int cell = (RowOf(y) * side) + ColumnOf(x);
        int kind = kinds[cell];
        return kind < (int)FencePart.Border ? kind == (int)FencePart.Inside : kind == AskAll ? IsInOrOn(edges, x, y) : IsInOrOn(cell, kind, x, y);
    }

    /// <summary>How a rectangle lies; <see cref="FencePart.Border"/> when the cells do not say.</summary>
    public FencePart Classify(in MapBox rectangle)
    {
        if (!(rectangle.West <= maxX && rectangle.East >= minX && rectangle.South <= maxY && rectangle.North >= minY))
            return FencePart.Outside;
        int west = ColumnOf(rectangle.West), east = ColumnOf(rectangle.East);
        int south = RowOf(rectangle.South), north = RowOf(rectangle.North);
        byte first = kinds[(south * side) + west];
        if (first >= (byte)FencePart.Border)
            return FencePart.Border;
        // What lies beyond the envelope is outside.
        if (first == (byte)FencePart.Inside && !(rectangle.West >= minX && rectangle.East <= maxX && rectangle.South >= minY && rectangle.North <= maxY))
            return FencePart.Border;
        for (int row = south; row <= north; row++)
        {
            if (kinds.AsSpan((row * side) + west, east - west + 1).ContainsAnyExcept(first))
                return FencePart.Border;
        }
        return (FencePart)first;
    }

    // Below a millionth of a millionth of a coordinate a cell would be as small as the rounding of its sides.
    private bool IsTooSmallToCut(Envelope envelope)
    {
        double largest = Math.Max(Math.Max(Math.Abs(minX), Math.Abs(maxX)), Math.Max(Math.Abs(minY), Math.Abs(maxY)));
        return Math.Min(envelope.Width, envelope.Height) / side < largest * 1e-11;
    }

    // Both never fall as their argument grows, whatever the rounding: a place between two others is in a row between theirs.
    private int RowOf(double y) => Math.Clamp((int)((y - minY) * rowsPerDegree), 0, side - 1);

    private int ColumnOf(double x) => Math.Clamp((int)((x - minX) * columnsPerDegree), 0, side - 1);

    private List<FenceEdge>?[] SortIntoCells()
    {
        var ofCells = new List<FenceEdge>?[side * side];
        double marginX = Margin / columnsPerDegree, marginY = Margin / rowsPerDegree;
        foreach (var edge in rowsPerDegree > 0 ? edges : [])
        {
            int north = RowOf(edge.North + marginY);
            for (int row = RowOf(edge.South - marginY); row <= north; row++)
            {
                var (west, east) = edge.Between(minY + (row / rowsPerDegree) - marginY, minY + ((row + 1) / rowsPerDegree) + marginY);
                int last = ColumnOf(east + marginX);
                for (int column = ColumnOf(west - marginX); column <= last; column++)
                    (ofCells[(row * side) + column] ??= []).Add(edge);
            }
        }
        return ofCells;
    }

    // Between two borders of a row all is on the same side: one question settles the run.
    private void Settle(List<FenceEdge>?[] ofCells)
    {
        if (rowsPerDegree == 0)
        {
            kinds[0] = AskAll;
            return;
        }
        for (int row = 0; row < side; row++)
        {
            FenceEdge[] ofRow = [.. ofCells.AsSpan(row * side, side).ToArray().SelectMany(edges => edges ?? []).Distinct()];
            byte run = AskAll;
            for (int cell = row * side; cell < (row + 1) * side; cell++)
            {
                if (ofCells[cell] is { } ofCell)
                {
                    kinds[cell] = Refer(cell, ofCell, ofRow);
                    run = AskAll;
                    continue;
                }
                if (run == AskAll)
                    run = (byte)(Asks(ofRow, ReferenceOf(cell, 0)) ? FencePart.Inside : FencePart.Outside);
                kinds[cell] = run;
            }
        }
    }

    private byte Refer(int cell, List<FenceEdge> ofCell, FenceEdge[] ofRow)
    {
        for (int number = 0; number < References.Length; number++)
        {
            var reference = ReferenceOf(cell, number);
            if ((RowOf(reference.Y) * side) + ColumnOf(reference.X) == cell && ofCell.TrueForAll(edge => Side(edge, reference.X, reference.Y) != 0))
                return (byte)((int)FencePart.Border + (2 * number) + (Asks(ofRow, reference) ? 1 : 0));
        }
        return AskAll;
    }

    private static bool Asks(FenceEdge[] edges, (double X, double Y) place) => IsInOrOn(edges, place.X, place.Y);

    private (int[] Starts, double[] Blocks) Pack(List<FenceEdge>?[] ofCells)
    {
        int[] begins = new int[ofCells.Length + 1];
        for (int cell = 0; cell < ofCells.Length; cell++)
            begins[cell + 1] = begins[cell] + (kinds[cell] == AskAll ? 0 : ((ofCells[cell]?.Count ?? 0) + Lanes - 1) / Lanes * BlockLength);
        double[] packed = new double[begins[^1]];
        for (int cell = 0; cell < ofCells.Length; cell++)
        {
            if (begins[cell] < begins[cell + 1])
                Pack(ofCells[cell]!, ReferenceOf(cell, (kinds[cell] - (int)FencePart.Border) >> 1), packed.AsSpan(begins[cell]..begins[cell + 1]));
        }
        return (begins, packed);
    }

    private void Pack(List<FenceEdge> ofCell, (double X, double Y) reference, Span<double> packed)
    {
        // What fills the last block is far away and has everything in the cell on its left: nothing crosses it.
        double far = 1000 * ((maxX - minX) + (maxY - minY));
        var filler = new FenceEdge(reference.X + far, reference.Y - far, reference.X + far, reference.Y + far);
        for (int i = 0; i < packed.Length / 4; i++)
        {
            var edge = i < ofCell.Count ? ofCell[i] : filler;
            if (Side(edge, reference.X, reference.Y) < 0)
                edge = new(edge.X2, edge.Y2, edge.X1, edge.Y1);
            var block = packed[(i / Lanes * BlockLength)..];
            (block[i % Lanes], block[Lanes + (i % Lanes)]) = (edge.X1, edge.Y1);
            (block[(2 * Lanes) + (i % Lanes)], block[(3 * Lanes) + (i % Lanes)]) = (edge.X2, edge.Y2);
        }
    }

    private (double X, double Y) ReferenceOf(int cell, int reference)
    {
        var (x, y) = References[reference];
        return (minX + (((cell % side) + x) / columnsPerDegree), minY + (((cell / side) + y) / rowsPerDegree));
    }

    // The way from the place to the reference crosses an edge when the ends of the edge are on different sides of the way, and the place is on its right. Signs
    // are bits, and bits are counted: a branch for each edge would be guessed wrong half of the time.
    private bool IsInOrOn(int cell, int kind, double x, double y)
    {
        var (toX, toY) = ReferenceOf(cell, (kind - (int)FencePart.Border) >> 1);
        Vector256<double> px = Vector256.Create(x), py = Vector256.Create(y), wayX = Vector256.Create(toX - x), wayY = Vector256.Create(toY - y);
        var bound = Vector256.Create(SignBound);
        Vector256<double> crossed = Vector256<double>.Zero, sure = Vector256<double>.AllBitsSet;
        for (var block = blocks.AsSpan(starts[cell]..starts[cell + 1]); block.Length >= BlockLength; block = block[BlockLength..])
        {
            var ax = Vector256.Create(block[..Lanes]) - px;
            var ay = Vector256.Create(block[Lanes..(2 * Lanes)]) - py;
            var bx = Vector256.Create(block[(2 * Lanes)..(3 * Lanes)]) - px;
            var by = Vector256.Create(block[(3 * Lanes)..BlockLength]) - py;
            Vector256<double> left = wayX * ay, right = wayY * ax, first = left - right;
            sure &= Vector256.GreaterThan(Vector256.Abs(first), bound * (Vector256.Abs(left) + Vector256.Abs(right)));
            (left, right) = (wayX * by, wayY * bx);
            var second = left - right;
            sure &= Vector256.GreaterThan(Vector256.Abs(second), bound * (Vector256.Abs(left) + Vector256.Abs(right)));
            (left, right) = (ax * by, ay * bx);
            var place = left - right;
            sure &= Vector256.GreaterThan(Vector256.Abs(place), bound * (Vector256.Abs(left) + Vector256.Abs(right)));
            crossed ^= (first ^ second) & place;
        }
        if (sure.ExtractMostSignificantBits() != AllLanes)
            return IsInOrOn(edges, x, y);
        return ((kind + BitOperations.PopCount(crossed.ExtractMostSignificantBits())) & 1) != 0;
    }

    // As NTS's RayCrossingCounter, to the east.
    private static bool IsInOrOn(ReadOnlySpan<FenceEdge> edges, double x, double y)
    {
        bool inside = false;
        foreach (ref readonly var edge in edges)
        {
            if (edge.X1 < x && edge.X2 < x)
                continue;
            if (edge.X2 == x && edge.Y2 == y)
                return true;
            if (edge.Y1 == y && edge.Y2 == y)
            {
                if (Math.Min(edge.X1, edge.X2) <= x && Math.Max(edge.X1, edge.X2) >= x)
                    return true;
                continue;
            }
            if (edge.Y1 > y == edge.Y2 > y)
                continue;
            int side = Side(edge, x, y);
            if (side == 0)
                return true;
            if (side > 0 == edge.Y2 > edge.Y1)
                inside = !inside;
        }
        return inside;
    }

    // Where doubles are not sure, double-doubles decide.
    private static int Side(in FenceEdge edge, double x, double y)
    {
        double left = (edge.X1 - x) * (edge.Y2 - y), right = (edge.Y1 - y) * (edge.X2 - x);
        double area = left - right;
        return Math.Abs(area) > SignBound * (Math.Abs(left) + Math.Abs(right))
            ? area > 0 ? 1 : -1
            : CGAlgorithmsDD.OrientationIndex(edge.X1, edge.Y1, edge.X2, edge.Y2, x, y);
    }
}
