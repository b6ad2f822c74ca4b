using System.Runtime.InteropServices;
using SensorGrid.Readings;

namespace SensorGrid.Simulators.RuleTools;

/// <summary>Log records to be evaluated, decoded: who evaluates them touches nothing but this and its rules.</summary>
internal sealed class PlayedBatch
{
    // 0.5 MB of readings: with several on their way still within a processor's cache.
    private const int FullAt = 16_384;

    private readonly List<PlayedRecord> records = [];
    private Reading[] readings = new Reading[FullAt + 64];

    /// <summary>The records, in order.</summary>
    public ReadOnlySpan<PlayedRecord> Records => CollectionsMarshal.AsSpan(records);

    /// <summary>Readings in it.</summary>
    public int Count { get; private set; }

    /// <summary>True when it is large enough to be handed over; it takes more all the same, so that no record is cut.</summary>
    public bool IsFull => Count >= FullAt || records.Count >= FullAt;

    /// <summary>The readings of one of its records.</summary>
    public ReadOnlySpan<Reading> ReadingsOf(in PlayedRecord record) => readings.AsSpan(record.First, record.Count);

    /// <summary>Makes it empty.</summary>
    public void Clear()
    {
        records.Clear();
        Count = 0;
    }

    /// <summary>Begins a record; what is added then are its readings.</summary>
    public void Begin(in PlayedRecord record) => records.Add(record with { First = Count, Count = 0 });

    /// <summary>Adds a reading to the last record.</summary>
    public void Add(in Reading reading)
    {
        if (Count == readings.Length)
            Array.Resize(ref readings, Count * 2);
        readings[Count++] = reading;
        CollectionsMarshal.AsSpan(records)[^1].Count++;
    }

    /// <summary>Adds readings to the last record.</summary>
    public void Add(ReadOnlySpan<Reading> more)
    {
        if (Count + more.Length > readings.Length)
            Array.Resize(ref readings, Math.Max(Count + more.Length, readings.Length * 2));
        more.CopyTo(readings.AsSpan(Count));
        Count += more.Length;
        CollectionsMarshal.AsSpan(records)[^1].Count += more.Length;
    }
}

/// <summary>One record of a <see cref="PlayedBatch"/>.</summary>
internal record struct PlayedRecord
{
    /// <summary>What it is, by the number of the log's format; a recording has messages only.</summary>
    public byte Kind { get; init; }

    /// <summary>Its number.</summary>
    public long Sequence { get; init; }

    /// <summary>When it arrived.</summary>
    public long AtTicks { get; init; }

    /// <summary>The gateway of a message, the type of a command.</summary>
    public string Name { get; init; }

    /// <summary>Who sent a command.</summary>
    public string Principal { get; init; }

    /// <summary>Bytes of a command.</summary>
    public byte[] Payload { get; init; }

    /// <summary>Place of its first reading in the batch.</summary>
    public int First { get; init; }

    /// <summary>Readings it has.</summary>
    public int Count { get; set; }
}
