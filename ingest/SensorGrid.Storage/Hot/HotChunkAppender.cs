using DuckDB.NET.Data;
using DuckDB.NET.Native;
using SensorGrid.Readings;

namespace SensorGrid.Storage.Hot;

/// <summary>Puts rows into a hot table column by column: DuckDB keeps columns, and taking them whole costs a fifth of appending value by value
/// through the provider's rows. One chunk of DuckDB's vector size, used again and again.</summary>
internal sealed unsafe class HotChunkAppender : IDisposable
{
    private static readonly DuckDBType[] Columns =
    [
        DuckDBType.BigInt, DuckDBType.Integer, DuckDBType.BigInt, DuckDBType.BigInt, DuckDBType.Double, DuckDBType.Double, DuckDBType.Varchar,
        DuckDBType.UnsignedTinyInt, DuckDBType.UnsignedTinyInt, DuckDBType.UnsignedTinyInt, DuckDBType.UnsignedTinyInt,
    ];

    private static readonly int VectorSize = checked((int)NativeMethods.Helpers.DuckDBVectorSize());

    private readonly DuckDBConnection connection;
    private readonly DuckDBDataChunk chunk;

    public HotChunkAppender(DuckDBConnection connection)
    {
        this.connection = connection;
        var types = Array.ConvertAll(Columns, NativeMethods.LogicalType.DuckDBCreateLogicalType);
        chunk = NativeMethods.DataChunks.DuckDBCreateDataChunk(Array.ConvertAll(types, type => type.DangerousGetHandle()), (ulong)types.Length);
        foreach (var type in types)
            type.Dispose();
    }

    /// <summary>The columns in their order, as SQL.</summary>
    public const string ColumnsSql =
        "sequence BIGINT, datastream INTEGER, observed_ticks BIGINT, received_ticks BIGINT, value DOUBLE, value2 DOUBLE, " +
        "text VARCHAR, kind UTINYINT, quality UTINYINT, unit UTINYINT, flags UTINYINT";

    /// <summary>Appends rows; visible to queries when this returns.</summary>
    /// <exception cref="ReadingStoreException">DuckDB refused them; none of them is visible.</exception>
    public void Append(string table, HotRows rows)
    {
        Check(NativeMethods.Appender.DuckDBAppenderCreate(connection.NativeConnection, null!, table, out var appender), table, appender);
        using (appender)
        {
            for (int start = 0; start < rows.Count; start += VectorSize)
            {
                var part = rows.Rows.Slice(start, Math.Min(VectorSize, rows.Count - start));
                NativeMethods.DataChunks.DuckDBDataChunkReset(chunk);
                Fill(part);
                FillText(part, rows);
                NativeMethods.DataChunks.DuckDBDataChunkSetSize(chunk, (ulong)part.Length);
                Check(NativeMethods.Appender.DuckDBAppendDataChunk(appender, chunk), table, appender);
            }
            Check(NativeMethods.Appender.DuckDBAppenderClose(appender), table, appender);
        }
    }

    public void Dispose() => chunk.Dispose();

    private void Fill(ReadOnlySpan<HotRow> rows)
    {
        Span<long> sequence = Column<long>(0, rows.Length), observed = Column<long>(2, rows.Length), received = Column<long>(3, rows.Length);
        var datastream = Column<int>(1, rows.Length);
        Span<double> value = Column<double>(4, rows.Length), value2 = Column<double>(5, rows.Length);
        Span<byte> kind = Column<byte>(7, rows.Length), quality = Column<byte>(8, rows.Length);
        Span<byte> unit = Column<byte>(9, rows.Length), flags = Column<byte>(10, rows.Length);
        for (int i = 0; i < rows.Length; i++)
        {
            ref readonly var row = ref rows[i];
            var reading = row.Reading;
            sequence[i] = row.Sequence;
            datastream[i] = reading.Datastream.Value;
            observed[i] = reading.ObservedAtTicks;
            received[i] = row.ReceivedAtTicks;
            // Of a text it is a handle into memory that is gone by then.
            value[i] = reading.Kind == ReadingKind.Text ? 0 : reading.Value;
            value2[i] = reading.Value2;
            kind[i] = (byte)reading.Kind;
            quality[i] = (byte)reading.Quality;
            unit[i] = reading.Unit;
            flags[i] = (byte)reading.Flags;
        }
    }

    private void FillText(ReadOnlySpan<HotRow> rows, HotRows all)
    {
        nint vector = NativeMethods.DataChunks.DuckDBDataChunkGetVector(chunk, 6);
        NativeMethods.Vectors.DuckDBVectorEnsureValidityWritable(vector);
        var isThere = new Span<ulong>(NativeMethods.Vectors.DuckDBVectorGetValidity(vector), (rows.Length + 63) / 64);
        isThere.Clear();
        for (int i = 0; i < rows.Length; i++)
        {
            if (rows[i].Reading.Kind != ReadingKind.Text)
                continue;
            isThere[i / 64] |= 1UL << (i % 64);
            var text = all.TextOf(rows[i]);
            fixed (byte* utf8 = text)
                NativeMethods.Vectors.DuckDBVectorAssignStringElementLength(vector, (ulong)i, utf8, text.Length);
        }
    }

    private Span<T> Column<T>(int index, int length)
        where T : unmanaged =>
        new(NativeMethods.Vectors.DuckDBVectorGetData(NativeMethods.DataChunks.DuckDBDataChunkGetVector(chunk, index)), length);

    private static void Check(DuckDBState state, string table, DuckDB.NET.Native.DuckDBAppender appender)
    {
        if (state == DuckDBState.Success)
            return;
        using var error = NativeMethods.Appender.DuckDBAppenderErrorData(appender);
        throw new ReadingStoreException(
            $"Readings cannot be put into {table}: {error.Message} If memory is short, raise {nameof(StorageOptions.MemoryMiB)} or lower {nameof(StorageOptions.HotRowLimit)}.");
    }
}
