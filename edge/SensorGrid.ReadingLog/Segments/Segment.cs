using SensorGrid.ReadingLog.Format;

namespace SensorGrid.ReadingLog.Segments;

/// <summary>A segment of an open log. Readers read up to <see cref="End"/>, which the writer moves on after each sync.</summary>
internal sealed class Segment(SegmentHeader header, long end)
{
    private long end = end;

    public long FirstSequence => header.FirstSequence;

    public SegmentHeader Header => header;

    public string Name { get; } = SegmentName.Of(header.FirstSequence);

    public uint Seed { get; } = header.RecordSeed;

    /// <summary>Where readers stop: the end of what is durable, or the length of a file that was full before this process started.</summary>
    public long End
    {
        get => Volatile.Read(ref end);
        set => Volatile.Write(ref end, value);
    }
}
