using DuckDB.NET.Native;

namespace SensorGrid.Storage.Duck;

/// <summary>Columns of up to <see cref="Capacity"/> rows that DuckDB lends for writing.</summary>
internal readonly unsafe struct DuckChunk(DuckDBDataChunk chunk)
{
    /// <summary>Rows of one vector.</summary>
    public static readonly int Capacity = checked((int)NativeMethods.Helpers.DuckDBVectorSize());

    /// <summary>The values of a column; of a row that is null they mean nothing.</summary>
    public Span<T> Column<T>(int column)
        where T : unmanaged =>
        new(NativeMethods.Vectors.DuckDBVectorGetData(Vector(column)), Capacity);

    /// <summary>Which rows of a column have a value: a bit each, all of them unset by this call.</summary>
    public Span<ulong> ClearValidity(int column)
    {
        nint vector = Vector(column);
        NativeMethods.Vectors.DuckDBVectorEnsureValidityWritable(vector);
        var isThere = new Span<ulong>(NativeMethods.Vectors.DuckDBVectorGetValidity(vector), (Capacity + 63) / 64);
        isThere.Clear();
        return isThere;
    }

    /// <summary>Copies a text into a row.</summary>
    public void SetText(int column, int row, ReadOnlySpan<byte> utf8)
    {
        // Never the null address, which DuckDB would take for NULL.
        byte nothing = 0;
        fixed (byte* bytes = utf8)
            NativeMethods.Vectors.DuckDBVectorAssignStringElementLength(Vector(column), (ulong)row, bytes is null ? &nothing : bytes, utf8.Length);
    }

    private nint Vector(int column) => NativeMethods.DataChunks.DuckDBDataChunkGetVector(chunk, column);
}
