namespace SensorGrid.Edge.Outbox;

/// <summary>How much of the outbox still waits, in bytes and readings, without a number for each record: running totals are noted
/// about every 64 KiB, and the part before the first unacknowledged record is counted from the nearest note before it. What it
/// says is therefore at most one note too much, never too little. Pure; the outbox holds the lock.</summary>
internal sealed class OutboxFill
{
    private const long NoteBytes = 64 * 1024;

    private readonly Queue<(long Sequence, long Bytes, long Readings)> notes = new();
    private long bytes;
    private long readings;
    private long lastNote = -NoteBytes;
    private (long Bytes, long Readings) before;

    public long HeldBytes => bytes - before.Bytes;

    public long HeldReadings => readings - before.Readings;

    /// <summary>Bytes released since the outbox was opened.</summary>
    public long ReleasedBytes => before.Bytes;

    /// <summary>A record was kept, after all those noted so far.</summary>
    public void Kept(long sequence, int recordBytes, int recordReadings)
    {
        if (bytes - lastNote >= NoteBytes)
        {
            notes.Enqueue((sequence, bytes, readings));
            lastNote = bytes;
        }
        bytes += recordBytes;
        readings += recordReadings;
    }

    /// <summary>Records before this one no longer wait.</summary>
    public void Released(long firstHeld, long lastKept)
    {
        if (firstHeld > lastKept)
        {
            notes.Clear();
            lastNote = bytes - NoteBytes;
            before = (bytes, readings);
            return;
        }
        while (notes.TryPeek(out var note) && note.Sequence <= firstHeld)
        {
            notes.Dequeue();
            before = (note.Bytes, note.Readings);
        }
    }

    /// <summary>The record before which to drop so that at most <paramref name="keepBytes"/> wait; 0 when nothing can be dropped.</summary>
    public long FirstToKeep(long keepBytes)
    {
        foreach (var note in notes)
        {
            if (bytes - note.Bytes <= keepBytes)
                return note.Sequence;
        }
        return 0;
    }
}
