using SensorGrid.Readings;

namespace SensorGrid.Storage.Hot;

/// <summary>Rows in memory in the order they came: it takes rows until it is frozen, is sealed into a file, and goes.
/// <code>
///  chunks: │ 16,384 rows │ 16,384 rows │ 9,000 rows …│
///           ◄───────── published ───────────────►      one thread adds behind, readers take what was published when they began
/// </code>
/// </summary>
internal sealed class HotGeneration(long number, long afterSequence, HotChunkPool pool)
{
    private HotChunk[] chunks = [];
    private int chunkCount;
    private int published;

    /// <summary>How SQL names it.</summary>
    public long Number { get; } = number;

    /// <summary>Log records above this one are in it.</summary>
    public long AfterSequence { get; } = afterSequence;

    /// <summary>Log records up to and including this one are in it, those without readings included.</summary>
    public long LastSequence { get; private set; } = afterSequence;

    public int Rows => Volatile.Read(ref published);

    public HotTexts Texts { get; } = new();

    public long TextBytes { get; private set; }

    /// <summary>One more than the highest datastream in it.</summary>
    public int DatastreamsEnd { get; private set; }

    /// <summary>When its first record was appended, by the store's clock (<see cref="TimeProvider.GetTimestamp"/>).</summary>
    public long? FirstAppendedAt { get; set; }

    /// <summary>Opens its rows in the order and columns of a file, while one is written.</summary>
    public Func<int[], SealScan>? OpenSealed { get; set; }

    public SharedUse Use { get; } = new();

    public bool HasProgress => LastSequence > AfterSequence;

    /// <summary>The chunk that holds a published place.</summary>
    public HotChunk ChunkOf(int place) => Volatile.Read(ref chunks)[place >> HotChunk.CapacityBits];

    /// <summary>A published row.</summary>
    public ref readonly HotRow RowAt(int place) => ref ChunkOf(place).Rows[place & (HotChunk.Capacity - 1)];

    /// <summary>Takes the readings of one log record; all of them are published together. One thread at a time.</summary>
    public void Add(long sequence, long receivedAtTicks, ReadOnlySpan<Reading> readings, ReadingBatch texts)
    {
        int place = published;
        foreach (ref readonly var reading in readings)
        {
            int index = place & (HotChunk.Capacity - 1);
            if (index == 0)
                AddChunk(place >> HotChunk.CapacityBits);
            var chunk = chunks[place++ >> HotChunk.CapacityBits];
            int datastream = reading.Datastream.Value;
            chunk.Datastreams[index] = datastream;
            DatastreamsEnd = Math.Max(DatastreamsEnd, datastream + 1);
            chunk.Rows[index] = new(
                reading.ObservedAtTicks, receivedAtTicks, reading.Kind == ReadingKind.Text ? Keep(texts.GetTextUtf8(reading)) : BitConverter.DoubleToInt64Bits(reading.Value),
                sequence, reading.Kind, reading.Quality, reading.Unit, reading.Flags);
            // The chunk may be from other rows, but then it has no such array.
            if (reading.Value2 != 0)
                chunk.SetValue2(index, reading.Value2);
        }
        LastSequence = sequence;
        Volatile.Write(ref published, place);
    }

    /// <summary>Gives its memory back; nobody may read it any more.</summary>
    public void Release()
    {
        pool.Return(chunks.AsSpan(0, chunkCount));
        (chunks, chunkCount) = ([], 0);
    }

    private long Keep(ReadOnlySpan<byte> utf8)
    {
        var (handle, bytes) = Texts.Add(utf8);
        TextBytes += bytes;
        return handle;
    }

    private void AddChunk(int number)
    {
        // A place whose rows were not published, because a text of its record could not be kept, is filled again.
        if (number < chunkCount)
            return;
        if (chunkCount == chunks.Length)
        {
            var more = new HotChunk[Math.Max(16, chunks.Length * 2)];
            chunks.CopyTo(more, 0);
            Volatile.Write(ref chunks, more);
        }
        chunks[chunkCount++] = pool.Rent();
    }
}
