using DuckDB.NET.Native;
using SensorGrid.Readings;
using SensorGrid.Readings.Units;
using SensorGrid.Storage.Duck;
using SensorGrid.Storage.Parquet;

namespace SensorGrid.Storage.Hot;

/// <summary>A frozen generation in the order and the columns of a file: <c>hot_sorted(generation)</c>. Names and words are written once and pointed
/// to: a join and a sort through DuckDB cost several times what is left of a seal.</summary>
internal sealed class SealScan : IRowSource
{
    public static readonly IReadOnlyList<(string Name, DuckDBType Type)> Columns =
    [
        ("datastream", DuckDBType.Varchar), ("datastream_id", DuckDBType.Integer), ("observed_at", DuckDBType.TimestampTz), ("value", DuckDBType.Double),
        ("value2", DuckDBType.Double), ("text", DuckDBType.Varchar), ("kind", DuckDBType.Varchar), ("quality", DuckDBType.Varchar),
        ("unit", DuckDBType.Varchar), ("flags", DuckDBType.UnsignedTinyInt), ("received_at", DuckDBType.TimestampTz), ("observed_ticks", DuckDBType.BigInt),
        ("sequence", DuckDBType.BigInt),
    ];

    private readonly HotGeneration generation;
    private readonly SortedRows sorted;
    private readonly SealWords words;
    private int next;

    public SealScan(HotGeneration generation, SortedRows sorted, SealWords words, ReadOnlySpan<int> wanted)
    {
        if (!wanted.SequenceEqual([.. Enumerable.Range(0, Columns.Count)]))
            throw new ArgumentException("A file is written with all columns in their order.", nameof(wanted));
        (this.generation, this.sorted, this.words) = (generation, sorted, words);
    }

    public int Next(DuckChunk chunk)
    {
        int count = Math.Min(DuckChunk.Capacity, sorted.Count - next);
        var places = sorted.Places.Slice(next, count);
        Span<DuckString> names = chunk.Column<DuckString>(0), kinds = chunk.Column<DuckString>(6), qualities = chunk.Column<DuckString>(7), units = chunk.Column<DuckString>(8);
        var datastreams = chunk.Column<int>(1);
        Span<long> observedAt = chunk.Column<long>(2), receivedAt = chunk.Column<long>(10), observedTicks = chunk.Column<long>(11), sequences = chunk.Column<long>(12);
        Span<double> values = chunk.Column<double>(3), values2 = chunk.Column<double>(4);
        var flags = chunk.Column<byte>(9);
        Span<ulong> hasText = chunk.ClearValidity(5), hasUnit = chunk.ClearValidity(8);
        for (int i = 0; i < places.Length; i++)
        {
            int index = places[i] & (HotChunk.Capacity - 1);
            var from = generation.ChunkOf(places[i]);
            ref readonly var row = ref from.Rows[index];
            datastreams[i] = from.Datastreams[index];
            names[i] = words.NameOf(datastreams[i]);
            observedAt[i] = ToUnixMicroseconds(row.ObservedAtTicks);
            receivedAt[i] = ToUnixMicroseconds(row.ReceivedAtTicks);
            observedTicks[i] = row.ObservedAtTicks;
            sequences[i] = row.Sequence;
            values[i] = row.Value;
            values2[i] = from.Value2(index);
            kinds[i] = words.Kinds[(int)row.Kind];
            qualities[i] = words.Qualities[(int)row.Quality];
            flags[i] = (byte)row.Flags;
            if (row.Unit != UnitRegistry.None)
            {
                units[i] = words.Units[row.Unit];
                hasUnit[i / 64] |= 1UL << (i % 64);
            }
            if (row.Kind == ReadingKind.Text)
            {
                chunk.SetText(5, i, generation.Texts[row.Bits]);
                hasText[i / 64] |= 1UL << (i % 64);
            }
        }
        next += count;
        return count;
    }

    private static long ToUnixMicroseconds(long ticks) => ticks / TimeSpan.TicksPerMicrosecond - ParquetSchema.EpochMicroseconds;
}
