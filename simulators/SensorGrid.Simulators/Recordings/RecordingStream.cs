using System.Runtime.ExceptionServices;

namespace SensorGrid.Simulators.Recordings;

/// <summary>The readings of recordings in the order of <see cref="RecordingReader"/>, many with each call and without an allocation for any of them.
/// One thread at a time.</summary>
public sealed class RecordingStream : IDisposable
{
    private readonly IReadOnlyList<RecordingDescription> descriptions;
    private readonly long first;
    private readonly long end;
    private readonly List<RecordingFileReader> open = [];
    private readonly PriorityQueue<RecordingFileReader, (long Ticks, int Ordinal)> heads = new();
    private bool isOpen;
    // Told when what came before it has been taken.
    private ExceptionDispatchInfo? failure;

    /// <param name="descriptions">The recordings.</param>
    /// <param name="from">Leave out what was recorded before; null for nothing.</param>
    /// <param name="until">Leave out what was recorded at or after; null for nothing.</param>
    public RecordingStream(IReadOnlyList<RecordingDescription> descriptions, DateTimeOffset? from = null, DateTimeOffset? until = null)
    {
        ArgumentNullException.ThrowIfNull(descriptions);
        this.descriptions = descriptions;
        first = from?.UtcTicks ?? long.MinValue;
        end = until?.UtcTicks ?? long.MaxValue;
    }

    /// <summary>Takes the next readings.</summary>
    /// <returns>How many; 0 at the end.</returns>
    /// <exception cref="RecordingException">A file or a cell cannot be read; all that came before it has been taken.</exception>
    public int Read(Span<RecordedReading> into)
    {
        failure?.Throw();
        int read = 0;
        try
        {
            if (!isOpen)
                Open();
            while (read < into.Length && heads.Count > 0)
                TakeFromHead(into, ref read);
        }
        catch (RecordingException exception)
        {
            failure = ExceptionDispatchInfo.Capture(exception);
        }
        if (read == 0)
            failure?.Throw();
        return read;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in open)
            file.Dispose();
    }

    private void Open()
    {
        foreach (var description in descriptions)
        {
            var series = new SeriesTable();
            foreach (string path in description.Files)
            {
                var file = new RecordingFileReader(description, path, series);
                open.Add(file);
                if (file.Read())
                    heads.Enqueue(file, (file.Current[0].ObservedAtTicks, open.Count - 1));
            }
        }
        isOpen = true;
    }

    // From the file with the earliest reading as much as comes before that of any other file.
    private void TakeFromHead(Span<RecordedReading> into, ref int read)
    {
        heads.TryDequeue(out var file, out var place);
        var (limit, limitOrdinal) = heads.TryPeek(out _, out var second) ? second : (long.MaxValue, int.MaxValue);
        // At the same time the earlier file comes first.
        if (place.Ordinal > limitOrdinal)
            limit--;
        do
        {
            var current = file!.Current;
            int taken = 0;
            for (; taken < current.Length; taken++)
            {
                ref readonly var reading = ref current[taken];
                if (reading.ObservedAtTicks >= end)
                    return;
                if (reading.ObservedAtTicks > limit || read == into.Length)
                {
                    heads.Enqueue(file, (reading.ObservedAtTicks, place.Ordinal));
                    break;
                }
                if (reading.ObservedAtTicks >= first)
                    into[read++] = reading;
            }
            file.Take(taken);
            if (taken < current.Length)
                return;
        }
        while (file.Read());
    }
}
