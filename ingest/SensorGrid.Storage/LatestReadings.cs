using System.Text;
using SensorGrid.Readings;

namespace SensorGrid.Storage;

/// <summary>The newest reading of every datastream, in arrays by index. Newest is by the time it can have been true at the latest:
/// the earlier of ObservedAt and ReceivedAt, then ObservedAt, then the log record. So one reading stamped a year ahead is shown
/// until the next reading arrives, and not for a year.</summary>
internal sealed class LatestReadings
{
    // Copied out in pieces, so that a snapshot of a million datastreams never holds up an append for long.
    private const int PieceLength = 4096;

    private readonly Lock gate = new();
    private Entry[] entries = new Entry[256];
    private int end;

    public void Apply(long sequence, long receivedAtTicks, ReadOnlySpan<Reading> readings, ReadingBatch texts)
    {
        receivedAtTicks -= receivedAtTicks % TimeSpan.TicksPerMicrosecond;
        lock (gate)
        {
            foreach (ref readonly var reading in readings)
            {
                ref var entry = ref Entry_NeedsLock(reading.Datastream);
                if (entry.Sequence != 0 && IsOlder(reading.ObservedAtTicks, receivedAtTicks, sequence, entry))
                    continue;
                bool isText = reading.Kind == ReadingKind.Text;
                entry.Set(sequence, receivedAtTicks, reading with { Value = isText ? 0 : reading.Value }, isText ? texts.GetTextUtf8(reading) : default);
            }
        }
    }

    public void Restore(in StoredReading reading)
    {
        lock (gate)
        {
            ref var entry = ref Entry_NeedsLock(reading.Datastream);
            entry.Set(reading.Sequence, reading.ReceivedAtTicks,
                new(reading.Datastream, reading.ObservedAtTicks, reading.Value, reading.Value2, reading.Kind, reading.Quality, reading.Unit, reading.Flags),
                reading.Text is null ? default : Encoding.UTF8.GetBytes(reading.Text));
        }
    }

    public bool TryGet(DatastreamIndex datastream, out StoredReading reading)
    {
        lock (gate)
        {
            reading = default;
            if ((uint)datastream.Value >= (uint)end || entries[datastream.Value].Sequence == 0)
                return false;
            reading = entries[datastream.Value].ToStored();
            return true;
        }
    }

    public List<StoredReading> ToList()
    {
        var all = new List<StoredReading>();
        for (int start = 0; ; start += PieceLength)
        {
            lock (gate)
            {
                if (start >= end)
                    return all;
                for (int i = start; i < Math.Min(start + PieceLength, end); i++)
                {
                    if (entries[i].Sequence != 0)
                        all.Add(entries[i].ToStored());
                }
            }
        }
    }

    private ref Entry Entry_NeedsLock(DatastreamIndex datastream)
    {
        if (datastream.Value >= entries.Length)
            Array.Resize(ref entries, Math.Max(datastream.Value + 1, entries.Length * 2));
        end = Math.Max(end, datastream.Value + 1);
        return ref entries[datastream.Value];
    }

    private static bool IsOlder(long observed, long received, long sequence, in Entry than)
    {
        int order = Math.Min(observed, received).CompareTo(Math.Min(than.Reading.ObservedAtTicks, than.ReceivedAtTicks));
        if (order == 0)
            order = observed.CompareTo(than.Reading.ObservedAtTicks);
        if (order == 0)
            order = sequence.CompareTo(than.Sequence);
        return order < 0;
    }

    private struct Entry
    {
        public long Sequence;
        public long ReceivedAtTicks;
        public Reading Reading;
        private byte[]? text;
        private int textLength;

        public void Set(long sequence, long receivedAtTicks, in Reading reading, ReadOnlySpan<byte> utf8)
        {
            Sequence = sequence;
            ReceivedAtTicks = receivedAtTicks;
            Reading = reading;
            if (reading.Kind != ReadingKind.Text)
                return;
            if (text is null || text.Length < utf8.Length)
                text = new byte[utf8.Length];
            utf8.CopyTo(text);
            textLength = utf8.Length;
        }

        public readonly StoredReading ToStored() => new(
            Reading.Datastream, Reading.ObservedAtTicks, ReceivedAtTicks, Reading.Value, Reading.Value2,
            Reading.Kind == ReadingKind.Text ? Encoding.UTF8.GetString(text.AsSpan(0, textLength)) : null,
            Reading.Kind, Reading.Quality, Reading.Unit, Reading.Flags, Sequence);
    }
}
