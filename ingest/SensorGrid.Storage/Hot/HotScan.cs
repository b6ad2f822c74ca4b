using DuckDB.NET.Native;
using SensorGrid.Readings;
using SensorGrid.Storage.Duck;

namespace SensorGrid.Storage.Hot;

/// <summary>The rows of a generation that a query asks for, in the columns that queries work on: <c>hot_rows(generation, datastream or -1, from, to)</c>.</summary>
internal sealed class HotScan : IRowSource
{
    /// <summary>For any datastream.</summary>
    public const int Any = -1;

    public static readonly IReadOnlyList<(string Name, DuckDBType Type)> Columns =
    [
        ("datastream", DuckDBType.Integer), ("observed_ticks", DuckDBType.BigInt), ("received_ticks", DuckDBType.BigInt), ("value", DuckDBType.Double),
        ("value2", DuckDBType.Double), ("text", DuckDBType.Varchar), ("kind", DuckDBType.UnsignedTinyInt), ("quality", DuckDBType.UnsignedTinyInt),
        ("unit", DuckDBType.UnsignedTinyInt), ("flags", DuckDBType.UnsignedTinyInt), ("sequence", DuckDBType.BigInt), ("ordinal", DuckDBType.BigInt),
    ];

    private readonly HotGeneration generation;
    private readonly int datastream;
    private readonly long fromTicks;
    private readonly long toTicks;
    private readonly int[] wanted;
    private readonly int end;
    private readonly int[] found = new int[DuckChunk.Capacity];
    private int next;

    public HotScan(HotGeneration generation, long datastream, long fromTicks, long toTicks, int[] wanted)
    {
        this.generation = generation;
        this.datastream = checked((int)datastream);
        (this.fromTicks, this.toTicks) = (fromTicks, toTicks);
        this.wanted = wanted;
        // What comes later is not in this answer.
        end = generation.Rows;
    }

    public int Next(DuckChunk chunk)
    {
        int count = Find();
        for (int column = 0; column < wanted.Length && count > 0; column++)
            Write(chunk, column, found.AsSpan(0, count));
        return count;
    }

    private int Find()
    {
        int count = 0;
        while (count < found.Length && next < end)
        {
            var chunk = generation.ChunkOf(next);
            int index = next & (HotChunk.Capacity - 1), first = next - index;
            int length = Math.Min(HotChunk.Capacity, end - first);
            for (; index < length && count < found.Length; index++)
            {
                if (datastream != Any)
                {
                    int skip = chunk.Datastreams.AsSpan(index, length - index).IndexOf(datastream);
                    index += skip < 0 ? length - index : skip;
                    if (skip < 0)
                        break;
                }
                long observed = chunk.Rows[index].ObservedAtTicks;
                if (observed >= fromTicks && observed < toTicks)
                    found[count++] = first + index;
            }
            next = first + index;
        }
        return count;
    }

    private void Write(DuckChunk chunk, int column, ReadOnlySpan<int> places)
    {
        switch (wanted[column])
        {
            case 0:
                Fill<int>(chunk, column, places, static (from, index) => from.Datastreams[index]);
                break;
            case 1:
                Fill<long>(chunk, column, places, static (from, index) => from.Rows[index].ObservedAtTicks);
                break;
            case 2:
                Fill<long>(chunk, column, places, static (from, index) => from.Rows[index].ReceivedAtTicks);
                break;
            case 3:
                Fill<double>(chunk, column, places, static (from, index) => from.Rows[index].Value);
                break;
            case 4:
                Fill<double>(chunk, column, places, static (from, index) => from.Value2(index));
                break;
            case 5:
                WriteTexts(chunk, column, places);
                break;
            case 6:
                Fill<byte>(chunk, column, places, static (from, index) => (byte)from.Rows[index].Kind);
                break;
            case 7:
                Fill<byte>(chunk, column, places, static (from, index) => (byte)from.Rows[index].Quality);
                break;
            case 8:
                Fill<byte>(chunk, column, places, static (from, index) => from.Rows[index].Unit);
                break;
            case 9:
                Fill<byte>(chunk, column, places, static (from, index) => (byte)from.Rows[index].Flags);
                break;
            case 10:
                Fill<long>(chunk, column, places, static (from, index) => from.Rows[index].Sequence);
                break;
            case 11:
                var ordinals = chunk.Column<long>(column);
                for (int i = 0; i < places.Length; i++)
                    ordinals[i] = places[i];
                break;
        }
    }

    private void Fill<T>(DuckChunk chunk, int column, ReadOnlySpan<int> places, Func<HotChunk, int, T> read)
        where T : unmanaged
    {
        var values = chunk.Column<T>(column);
        for (int i = 0; i < places.Length; i++)
            values[i] = read(generation.ChunkOf(places[i]), places[i] & (HotChunk.Capacity - 1));
    }

    private void WriteTexts(DuckChunk chunk, int column, ReadOnlySpan<int> places)
    {
        var isThere = chunk.ClearValidity(column);
        for (int i = 0; i < places.Length; i++)
        {
            ref readonly var row = ref generation.RowAt(places[i]);
            if (row.Kind != ReadingKind.Text)
                continue;
            isThere[i / 64] |= 1UL << (i % 64);
            chunk.SetText(column, i, generation.Texts[row.Bits]);
        }
    }
}
