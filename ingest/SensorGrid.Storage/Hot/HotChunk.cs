namespace SensorGrid.Storage.Hot;

/// <summary>Room for a fixed number of rows, written once in order and read by anyone below the count that the generation has published.</summary>
internal sealed class HotChunk
{
    /// <summary>A place of a generation is chunk number × <see cref="Capacity"/> + index.</summary>
    public const int CapacityBits = 14;

    /// <summary>Rows. 16,384 are 720 KB: few chunks, and little unused in the last one.</summary>
    public const int Capacity = 1 << CapacityBits;

    private double[]? value2;

    /// <summary>Datastream of each row.</summary>
    public int[] Datastreams { get; } = GC.AllocateUninitializedArray<int>(Capacity);

    /// <summary>The rest of each row.</summary>
    public HotRow[] Rows { get; } = GC.AllocateUninitializedArray<HotRow>(Capacity);

    /// <summary>Latitude of a position; 0 otherwise.</summary>
    public double Value2(int index) => Volatile.Read(ref value2) is { } values ? values[index] : 0;

    /// <summary>Positions are rare: the array is there from the first one on.</summary>
    public void SetValue2(int index, double value)
    {
        if (value2 is null)
            Volatile.Write(ref value2, new double[Capacity]);
        value2[index] = value;
    }

    /// <summary>Makes it ready for other rows.</summary>
    public void Reset() => value2 = null;
}
