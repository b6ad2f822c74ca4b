namespace SensorGrid.Simulators.Recordings;

/// <summary>Turns the rows of one file into readings, in the order of the rows, which must be the order of time.</summary>
internal sealed class RecordingFileReader : IDisposable
{
    // Rows of one instant that are spread together; a source that repeats a time more often than this is broken.
    private const int MostRowsOfOneInstant = 100_000;

    private readonly RecordingDescription description;
    private readonly CsvFile file;
    private readonly RowSeries series;
    private readonly CellTime time;
    private readonly int timeColumn;
    private readonly (int Column, CellTexts<bool> Wanted)[] rowFilter;
    private readonly CellReader[] cells;
    private long newest = long.MinValue;

    // Readings of the row, or of all rows of one instant that are spread over time.
    private RecordedReading[] readings;
    private int count;
    private int at;

    // With `spread`: the first row of the next instant, which says how far this one may be spread.
    private readonly List<int> rowEnds = [];
    private RecordedReading[] next;
    private bool hasNext;

    public RecordingFileReader(RecordingDescription description, string path, SeriesTable table)
    {
        this.description = description;
        file = new(path);
        try
        {
            timeColumn = Bind(description.Time.Column);
            time = new(description.Time);
            rowFilter = [.. description.Rows.Select(row => (Bind(row.Key), new CellTexts<bool>(row.Value.Select(wanted => KeyValuePair.Create(wanted, true)))))];
            cells = [.. description.Datastreams.Select(datastream => new CellReader(description, datastream, file, Bind))];
            series = new(description, table, file, Bind);
        }
        catch
        {
            file.Dispose();
            throw;
        }
        readings = new RecordedReading[cells.Length];
        next = new RecordedReading[cells.Length];
    }

    /// <summary>The readings that were read and not taken, of one row or instant; none before the first <see cref="Read"/> and after the last.</summary>
    public ReadOnlySpan<RecordedReading> Current => readings.AsSpan(at, count - at);

    /// <summary>Goes on behind some of <see cref="Current"/>.</summary>
    public void Take(int taken) => at += taken;

    /// <summary>Reads on when nothing is left to take.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="RecordingException">A cell cannot be read.</exception>
    public bool Read()
    {
        if (at < count)
            return true;
        (at, count) = (0, 0);
        return description.Time.Spread == TimeSpan.Zero ? ReadOneRow() : ReadOneInstant();
    }

    public void Dispose() => file.Dispose();

    private bool ReadOneRow()
    {
        if (!FindRow(out long ticks))
            return false;
        TakeRow(readings, ticks);
        count = cells.Length;
        return true;
    }

    private bool ReadOneInstant()
    {
        if (!hasNext)
        {
            if (!FindRow(out long ticks))
                return false;
            TakeRow(next, ticks);
        }
        next.CopyTo(readings, 0);
        (count, hasNext) = (cells.Length, false);
        long instant = newest;
        rowEnds.Clear();
        rowEnds.Add(count);
        long nextInstant = long.MaxValue;
        while (FindRow(out long ticks))
        {
            if (ticks > instant)
            {
                TakeRow(next, ticks);
                (hasNext, nextInstant) = (true, ticks);
                break;
            }
            if (rowEnds.Count == MostRowsOfOneInstant)
                throw new RecordingException(file.Path, file.Line, $"More than {MostRowsOfOneInstant} rows carry the time '{file.TextOf(timeColumn)}'.");
            if (readings.Length < count + cells.Length)
                Array.Resize(ref readings, Math.Max(count + cells.Length, readings.Length * 2));
            TakeRow(readings.AsSpan(count), ticks);
            count += cells.Length;
            rowEnds.Add(count);
        }
        Spread(Math.Min(description.Time.Spread.Ticks, nextInstant - instant));
        return true;
    }

    // Row i of n in one instant moves by i/n of the span, never past the next instant; the readings of one row stay together.
    private void Spread(long span)
    {
        int row = 0;
        for (int i = 0; i < count; i++)
        {
            while (i >= rowEnds[row])
                row++;
            long moved = span * row / rowEnds.Count;
            readings[i] = readings[i] with { ObservedAtTicks = readings[i].ObservedAtTicks + moved - moved % TimeSpan.TicksPerMillisecond };
        }
    }

    private void TakeRow(Span<RecordedReading> into, long ticks)
    {
        var named = series.Of(file);
        for (int i = 0; i < cells.Length; i++)
            into[i] = cells[i].Read(file, named[i], ticks);
    }

    private bool FindRow(out long ticks)
    {
        ticks = 0;
        while (file.Read())
        {
            if (!IsWanted())
                continue;
            if (!time.TryRead(file[timeColumn], out ticks))
            {
                throw new RecordingException(
                    file.Path, file.Line,
                    $"'{file.TextOf(timeColumn)}' of column '{description.Time.Column}' does not have the format {string.Join(" or ", description.Time.Formats)}.");
            }
            if (ticks < newest)
            {
                throw new RecordingException(
                    file.Path, file.Line, $"Time goes back ('{file.TextOf(timeColumn)}'). Sort the file by its time column; files are merged, not sorted.");
            }
            newest = ticks;
            return true;
        }
        return false;
    }

    private bool IsWanted()
    {
        foreach (var (column, wanted) in rowFilter)
        {
            if (!wanted.Contains(file[column]))
                return false;
        }
        return true;
    }

    private int Bind(string column)
    {
        int index = file.ColumnOf(column);
        return index >= 0
            ? index
            : throw new RecordingException(file.Path, 1, $"There is no column '{column}', which {description.Path} names. Columns: {string.Join(", ", file.Header)}.");
    }
}
