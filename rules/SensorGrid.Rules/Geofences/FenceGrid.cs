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

/// <summary>One fence cut into rows and cells. A cell that no edge comes near is wholly inside or outside and answers at once; in
/// another the ray to the east is counted over the edges of its row, by the rule and with the orientation of NTS, so that the
/// answer is that of <see cref="Geometry.Covers"/> to the last bit. Immutable; safe for many threads.</summary>
internal sealed class FenceGrid
{
    private const int FewestRows = 8;
    private const int MostRows = 256;
    private const int Columns = 64;
    // Edges are kept away from the sides of their cells by this share of a cell: far more than rounding moves a side.
    private const double Margin = 1e-3;

    private readonly Envelope envelope;
    private readonly int rows;
    private readonly double rowsPerDegree;
    private readonly double columnsPerDegree;
    private readonly FenceEdge[] edges;
    private readonly int[] rowStarts;
    private readonly FencePart[] cells;

    /// <param name="geometry">A valid polygon or multipolygon.</param>
    public FenceGrid(Geometry geometry)
    {
        envelope = geometry.EnvelopeInternal;
        var all = FenceEdge.Of(geometry);
        rows = Math.Clamp(all.Count / 4, FewestRows, MostRows);
        rowsPerDegree = rows / envelope.Height;
        columnsPerDegree = Columns / envelope.Width;
        if (IsTooSmallToCut(envelope, rows))
            (rows, rowsPerDegree, columnsPerDegree) = (1, 0, 0);
        (rowStarts, edges) = SortIntoRows(all);
        cells = new FencePart[rows * Columns];
        MarkBorders(all);
        FillBetweenBorders();
    }

    /// <summary>True inside and on the boundary.</summary>
    public bool Covers(double x, double y)
    {
        // Written so that a place that is not a number is outside.
        if (!(x >= envelope.MinX && x <= envelope.MaxX && y >= envelope.MinY && y <= envelope.MaxY))
            return false;
        int row = RowOf(y);
        var part = cells[(row * Columns) + ColumnOf(x)];
        return part == FencePart.Border ? IsInOrOn(row, x, y) : part == FencePart.Inside;
    }

    /// <summary>How a rectangle lies; <see cref="FencePart.Border"/> when the cells do not say.</summary>
    public FencePart Classify(Envelope rectangle)
    {
        if (!envelope.Intersects(rectangle))
            return FencePart.Outside;
        int west = ColumnOf(rectangle.MinX), east = ColumnOf(rectangle.MaxX);
        int south = RowOf(rectangle.MinY), north = RowOf(rectangle.MaxY);
        var first = cells[(south * Columns) + west];
        // What lies beyond the envelope is outside.
        if (first == FencePart.Inside && !envelope.Covers(rectangle))
            return FencePart.Border;
        for (int row = south; row <= north; row++)
        {
            if (cells.AsSpan((row * Columns) + west, east - west + 1).ContainsAnyExcept(first))
                return FencePart.Border;
        }
        return first;
    }

    // Below a millionth of a millionth of a coordinate a cell would be as small as the rounding of its sides.
    private static bool IsTooSmallToCut(Envelope envelope, int rows)
    {
        double largest = Math.Max(Math.Max(Math.Abs(envelope.MinX), Math.Abs(envelope.MaxX)), Math.Max(Math.Abs(envelope.MinY), Math.Abs(envelope.MaxY)));
        return Math.Min(envelope.Width / Columns, envelope.Height / rows) < largest * 1e-11;
    }

    // Both never fall as their argument grows, whatever the rounding: a place between two others is in a row between theirs.
    private int RowOf(double y) => Math.Clamp((int)((y - envelope.MinY) * rowsPerDegree), 0, rows - 1);

    private int ColumnOf(double x) => Math.Clamp((int)((x - envelope.MinX) * columnsPerDegree), 0, Columns - 1);

    private (int[] Starts, FenceEdge[] Edges) SortIntoRows(List<FenceEdge> all)
    {
        int[] starts = new int[rows + 1];
        foreach (var edge in all)
        {
            for (int row = RowOf(edge.South); row <= RowOf(edge.North); row++)
                starts[row + 1]++;
        }
        for (int row = 0; row < rows; row++)
            starts[row + 1] += starts[row];
        int[] next = starts[..rows];
        var sorted = new FenceEdge[starts[rows]];
        foreach (var edge in all)
        {
            for (int row = RowOf(edge.South); row <= RowOf(edge.North); row++)
                sorted[next[row]++] = edge;
        }
        return (starts, sorted);
    }

    private void MarkBorders(List<FenceEdge> all)
    {
        if (rowsPerDegree == 0)
        {
            Array.Fill(cells, FencePart.Border);
            return;
        }
        double marginX = Margin / columnsPerDegree, marginY = Margin / rowsPerDegree;
        foreach (var edge in all)
        {
            int south = RowOf(edge.South - marginY), north = RowOf(edge.North + marginY);
            for (int row = south; row <= north; row++)
            {
                var (west, east) = edge.Between(envelope.MinY + (row / rowsPerDegree) - marginY, envelope.MinY + ((row + 1) / rowsPerDegree) + marginY);
                int first = ColumnOf(west - marginX), last = ColumnOf(east + marginX);
                cells.AsSpan((row * Columns) + first, last - first + 1).Fill(FencePart.Border);
            }
        }
    }

    // Between two borders of a row all is on the same side: one question settles the run.
    private void FillBetweenBorders()
    {
        for (int row = 0; row < rows; row++)
        {
            var side = FencePart.Border;
            for (int column = 0; column < Columns; column++)
            {
                ref var cell = ref cells[(row * Columns) + column];
                if (cell == FencePart.Border)
                    side = FencePart.Border;
                else if (side != FencePart.Border)
                    cell = side;
                else
                    cell = side = IsInOrOn(row, Middle(envelope.MinX, column, columnsPerDegree), Middle(envelope.MinY, row, rowsPerDegree)) ? FencePart.Inside : FencePart.Outside;
            }
        }
    }

    private static double Middle(double from, int cell, double perDegree) => from + ((cell + 0.5) / perDegree);

    // As NTS's RayCrossingCounter, over the edges of one row.
    private bool IsInOrOn(int row, double x, double y)
    {
        bool inside = false;
        foreach (ref readonly var edge in edges.AsSpan(rowStarts[row]..rowStarts[row + 1]))
        {
            if (edge.X1 < x && edge.X2 < x)
                continue;
            if (edge.X2 == x && edge.Y2 == y)
                return true;
            if (edge.Y1 == y && edge.Y2 == y)
            {
                if (Math.Min(edge.X1, edge.X2) <= x)
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

    // The error bound of NTS: within it the sign of the product in doubles is not sure, and double-doubles decide.
    private static int Side(in FenceEdge edge, double x, double y)
    {
        double left = (edge.X1 - x) * (edge.Y2 - y), right = (edge.Y1 - y) * (edge.X2 - x);
        double area = left - right;
        return Math.Abs(area) > 1e-15 * (Math.Abs(left) + Math.Abs(right))
            ? Math.Sign(area)
            : CGAlgorithmsDD.OrientationIndex(edge.X1, edge.Y1, edge.X2, edge.Y2, x, y);
    }
}
