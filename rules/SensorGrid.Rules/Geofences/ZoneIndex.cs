using NetTopologySuite.Geometries;

namespace SensorGrid.Rules.Geofences;

/// <summary>The zones of one rule, in order of their ids, and which of them cover a place: a grid over all of them, whose cells name
/// the zones they are wholly in and those that have to be asked. Built when the rules load; immutable; safe for many threads.</summary>
internal sealed class ZoneIndex
{
    private const int CellsPerZone = 64;
    private const int LongestSide = 512;
    // 16 MB. Zones that overlap more than this allows are put into larger cells, which costs time, not correctness.
    private const int MostEntries = 4_000_000;
    // As in FenceGrid: more than rounding moves the side of a cell.
    private const double Margin = 1e-3;

    private readonly double? nearMetres;
    private readonly Envelope envelope = new();
    private readonly int side;
    private readonly double columnsPerDegree;
    private readonly double rowsPerDegree;
    private readonly int[] starts;
    // Place in Zones, times two; odd when the cell is wholly inside.
    private readonly int[] entries;

    /// <param name="zones">The zones, in any order.</param>
    /// <param name="nearMetres">When given, it is also known which zones are within this distance.</param>
    public ZoneIndex(IEnumerable<PreparedZone> zones, double? nearMetres = null)
    {
        Zones = [.. zones.OrderBy(zone => zone.Id, StringComparer.Ordinal)];
        foreach (var zone in Zones)
            envelope.ExpandToInclude(zone.Envelope);
        side = Math.Clamp((int)Math.Sqrt((double)Zones.Length * CellsPerZone), 1, LongestSide);
        while (true)
        {
            (columnsPerDegree, rowsPerDegree) = (PerDegree(envelope.Width), PerDegree(envelope.Height));
            if (side == 1 || Zones.Sum(zone => (long)Cells(zone).Count) <= MostEntries)
                break;
            side /= 2;
        }
        (starts, entries) = Fill();
        this.nearMetres = nearMetres;
        Near = nearMetres is { } metres ? new(Zones, metres) : null;
    }

    public PreparedZone[] Zones { get; }

    /// <summary>Which zones are near a place; null when no distance was given.</summary>
    public NearZones? Near { get; }

    /// <summary>The place of a zone in <see cref="Zones"/>, or a negative number.</summary>
    public int PlaceOf(string id) => Array.FindIndex(Zones, zone => zone.Id == id);

    /// <summary>The same zones with one of them elsewhere.</summary>
    public ZoneIndex With(PreparedZone moved) => new(Zones.Select(zone => zone.Id == moved.Id ? moved : zone), nearMetres);

    /// <summary>Adds the places in <see cref="Zones"/> of those that cover a place, in rising order.</summary>
    public void AddCovering(double x, double y, List<int> covering)
    {
        foreach (int entry in EntriesAt(x, y))
        {
            if ((entry & 1) != 0 || Zones[entry >> 1].Covers(x, y))
                covering.Add(entry >> 1);
        }
    }

    /// <summary>Asks for many places at once: the number of zones that cover each goes to <paramref name="counts"/>, their places in
    /// <see cref="Zones"/> to <paramref name="covering"/>, one place after the other.</summary>
    public void AddCovering(ReadOnlySpan<double> xs, ReadOnlySpan<double> ys, Span<int> counts, List<int> covering)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(ys.Length, xs.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(counts.Length, xs.Length);
        for (int i = 0; i < xs.Length; i++)
        {
            int before = covering.Count;
            AddCovering(xs[i], ys[i], covering);
            counts[i] = covering.Count - before;
        }
    }

    /// <summary>A box around a place in all of which the same zones have to be asked.</summary>
    /// <param name="x">Longitude.</param>
    /// <param name="y">Latitude.</param>
    /// <param name="box">The box.</param>
    /// <param name="near">The zones that have to be asked: places in <see cref="Zones"/> times two, odd when the whole box is inside. All others are outside.</param>
    /// <returns>False when the place lies too near to the side of a cell to say.</returns>
    public bool TryFindBox(double x, double y, out MapBox box, out ReadOnlySpan<int> near)
    {
        near = EntriesAt(x, y);
        if (envelope.IsNull || x < envelope.MinX || x > envelope.MaxX || y < envelope.MinY || y > envelope.MaxY)
        {
            box = MapBox.Everywhere;
            if (!envelope.IsNull)
            {
                // Beyond one side is enough.
                box = x < envelope.MinX ? box with { East = Math.BitDecrement(envelope.MinX) }
                    : x > envelope.MaxX ? box with { West = Math.BitIncrement(envelope.MaxX) }
                    : y < envelope.MinY ? box with { North = Math.BitDecrement(envelope.MinY) }
                    : box with { South = Math.BitIncrement(envelope.MaxY) };
            }
            return true;
        }
        var (column, row) = (ColumnOf(x), RowOf(y));
        box = RectangleOf(column, row, -Margin);
        return box.Contains(x, y) && ColumnOf(box.West) == column && ColumnOf(box.East) == column && RowOf(box.South) == row && RowOf(box.North) == row;
    }

    private ReadOnlySpan<int> EntriesAt(double x, double y)
    {
        if (!(x >= envelope.MinX && x <= envelope.MaxX && y >= envelope.MinY && y <= envelope.MaxY))
            return [];
        int cell = (RowOf(y) * side) + ColumnOf(x);
        return entries.AsSpan(starts[cell]..starts[cell + 1]);
    }

    private double PerDegree(double length) => length > 0 ? side / length : 0;

    private int ColumnOf(double x) => Math.Clamp((int)((x - envelope.MinX) * columnsPerDegree), 0, side - 1);

    private int RowOf(double y) => Math.Clamp((int)((y - envelope.MinY) * rowsPerDegree), 0, side - 1);

    private (int West, int East, int South, int North, int Count) Cells(PreparedZone zone)
    {
        var (west, east) = (ColumnOf(zone.Envelope.MinX), ColumnOf(zone.Envelope.MaxX));
        var (south, north) = (RowOf(zone.Envelope.MinY), RowOf(zone.Envelope.MaxY));
        return (west, east, south, north, (east - west + 1) * (north - south + 1));
    }

    private (int[] Starts, int[] Entries) Fill()
    {
        var found = new List<(int Cell, int Entry)>();
        for (int i = 0; i < Zones.Length; i++)
        {
            var (west, east, south, north, _) = Cells(Zones[i]);
            for (int row = south; row <= north; row++)
            {
                for (int column = west; column <= east; column++)
                {
                    var part = Zones[i].Classify(RectangleOf(column, row));
                    if (part != FencePart.Outside)
                        found.Add(((row * side) + column, (i << 1) | (part == FencePart.Inside ? 1 : 0)));
                }
            }
        }
        int[] begins = new int[(side * side) + 1];
        foreach (var (cell, _) in found)
            begins[cell + 1]++;
        for (int cell = 0; cell < side * side; cell++)
            begins[cell + 1] += begins[cell];
        int[] next = begins[..^1];
        int[] sorted = new int[found.Count];
        foreach (var (cell, entry) in found)
            sorted[next[cell]++] = entry;
        return (begins, sorted);
    }

    // A little larger than the cell; of the outermost and of a grid that cannot be cut, all there is on that side.
    private MapBox RectangleOf(int column, int row, double margin = Margin)
    {
        var (west, east) = Span(column, envelope.MinX, envelope.MaxX, columnsPerDegree, margin);
        var (south, north) = Span(row, envelope.MinY, envelope.MaxY, rowsPerDegree, margin);
        return new(west, east, south, north);
    }

    private (double From, double To) Span(int cell, double least, double most, double perDegree, double margin) =>
        perDegree == 0
            ? (least, most)
            : (cell == 0 ? least : least + ((cell - margin) / perDegree), cell == side - 1 ? most : least + ((cell + 1 + margin) / perDegree));
}
