using System.Globalization;
using System.IO.Compression;
using System.Text;
using SensorGrid.Readings;
using SensorGrid.Simulators.Recordings;

namespace SensorGrid.Simulators.Tests.Recordings;

/// <summary>The slow and obvious way to read a recording, one string for each cell: what the fast reader is compared with, in tests and in benches.</summary>
internal static class PlainRecordingReader
{
    /// <summary>Several recordings as one, in time order; equal instants in the order of the recordings.</summary>
    public static IEnumerable<RecordedReading> Read(
        IReadOnlyList<RecordingDescription> descriptions, DateTimeOffset? from = null, DateTimeOffset? until = null)
    {
        ArgumentNullException.ThrowIfNull(descriptions);
        long first = from?.UtcTicks ?? long.MinValue;
        long end = until?.UtcTicks ?? long.MaxValue;
        var open = new List<PlainRecordingFile>();
        var heads = new PriorityQueue<IEnumerator<RecordedReading>, (long Ticks, int Ordinal)>();
        var ordinals = new Dictionary<IEnumerator<RecordedReading>, int>();
        try
        {
            foreach (var description in descriptions)
            {
                var series = new SeriesTable();
                foreach (string path in description.Files)
                {
                    var file = new PlainRecordingFile(description, path, series);
                    open.Add(file);
                    var readings = file.Read().GetEnumerator();
                    ordinals[readings] = ordinals.Count;
                    if (readings.MoveNext())
                        heads.Enqueue(readings, (readings.Current.ObservedAtTicks, ordinals[readings]));
                }
            }
            while (heads.TryDequeue(out var head, out _))
            {
                if (head.Current.ObservedAtTicks >= end)
                    continue;
                if (head.Current.ObservedAtTicks >= first)
                    yield return head.Current;
                if (head.MoveNext())
                    heads.Enqueue(head, (head.Current.ObservedAtTicks, ordinals[head]));
            }
        }
        finally
        {
            foreach (var readings in ordinals.Keys)
                readings.Dispose();
            foreach (var file in open)
                file.Dispose();
        }
    }
}

/// <summary>Turns the rows of one file into readings, in the order of the rows, which must be the order of time.</summary>
internal sealed class PlainRecordingFile : IDisposable
{
    // Rows of one instant that are spread together; a source that repeats a time more often than this is broken.
    private const int MostRowsOfOneInstant = 100_000;

    private readonly RecordingDescription description;
    private readonly PlainCsvFile file;
    private readonly SeriesTable series;
    private readonly int timeColumn;
    private readonly (int Column, IReadOnlySet<string> Wanted)[] rowFilter;
    private readonly BoundDatastream[] datastreams;
    private readonly List<RecordedReading> pending = [];
    private readonly List<int> rowEnds = [];

    public PlainRecordingFile(RecordingDescription description, string path, SeriesTable series)
    {
        this.description = description;
        this.series = series;
        file = new(path);
        timeColumn = Bind(description.Time.Column);
        rowFilter = [.. description.Rows.Select(row => (Bind(row.Key), row.Value))];
        datastreams = [.. description.Datastreams.Select(datastream => new BoundDatastream(
            datastream,
            Bind(datastream.Column),
            datastream.Column2 is null ? -1 : Bind(datastream.Column2),
            datastream.QualityColumn is null ? -1 : Bind(datastream.QualityColumn),
            new(datastream.Gateway, Bind),
            new(datastream.Name, Bind)))];
    }

    public void Dispose() => file.Dispose();

    public IEnumerable<RecordedReading> Read()
    {
        long instant = long.MinValue;
        while (file.Read())
        {
            if (!IsWanted())
                continue;
            long ticks = ReadTime();
            if (ticks < instant)
            {
                throw new RecordingException(
                    file.Path, file.Line, $"Time goes back ('{file[timeColumn]}'). Sort the file by its time column; files are merged, not sorted.");
            }
            if (ticks > instant || description.Time.Spread == TimeSpan.Zero)
            {
                foreach (var reading in TakePending(ticks - instant))
                    yield return reading;
            }
            instant = ticks;
            ReadRow(ticks);
        }
        foreach (var reading in TakePending(long.MaxValue))
            yield return reading;
    }

    private IEnumerable<RecordedReading> TakePending(long untilNextInstant)
    {
        // Row i of n in one instant moves by i/n of the span, never past the next instant; the readings of one row stay together.
        long spread = Math.Min(description.Time.Spread.Ticks, untilNextInstant);
        int row = 0;
        for (int i = 0; i < pending.Count; i++)
        {
            while (i >= rowEnds[row])
                row++;
            long moved = spread * row / rowEnds.Count;
            yield return pending[i] with { ObservedAtTicks = pending[i].ObservedAtTicks + moved - moved % TimeSpan.TicksPerMillisecond };
        }
        pending.Clear();
        rowEnds.Clear();
    }

    private void ReadRow(long ticks)
    {
        if (rowEnds.Count == MostRowsOfOneInstant)
            throw new RecordingException(file.Path, file.Line, $"More than {MostRowsOfOneInstant} rows carry the time '{file[timeColumn]}'.");
        foreach (var bound in datastreams)
        {
            var named = NameSeries(bound);
            pending.Add(ReadValue(bound, named, ticks));
        }
        rowEnds.Add(pending.Count);
    }

    private RecordedSeries NameSeries(BoundDatastream bound)
    {
        string gateway = bound.Gateway.Fill(file);
        string name = bound.Name.Fill(file);
        if (series.TryGet(gateway, bound.Of, name, out var known))
            return known;
        if (!Identifier.IsValid(gateway))
            throw new RecordingException(file.Path, file.Line, $"'{gateway}' cannot be a gateway id: {Identifier.Rule}.");
        return series.Add(gateway, bound.Of, name);
    }

    private RecordedReading ReadValue(BoundDatastream bound, RecordedSeries named, long ticks)
    {
        var of = bound.Of;
        var kind = of.Kind switch
        {
            RecordedValueKind.Boolean => ReadingKind.Boolean,
            RecordedValueKind.Text => ReadingKind.Text,
            RecordedValueKind.Position => ReadingKind.Position,
            _ => ReadingKind.Number,
        };
        var missing = new RecordedReading(named, ticks, kind, double.NaN, double.NaN, null, Quality.Missing);
        var quality = ReadQuality(bound);
        string cell = file[bound.Column];
        if (quality is Quality.Missing || description.Missing.Contains(cell))
            return missing;
        string? cell2 = bound.Column2 < 0 ? null : file[bound.Column2];
        if (cell2 is not null && description.Missing.Contains(cell2))
            return missing;
        return of.Kind switch
        {
            RecordedValueKind.Text => missing with { Text = cell, Value = 0, Value2 = 0, Quality = quality },
            RecordedValueKind.Boolean => missing with { Value = ReadBoolean(cell, of), Value2 = 0, Quality = quality },
            RecordedValueKind.Position => missing with
            {
                Value = ReadDouble(cell, of) + of.MoveLongitude,
                Value2 = ReadDouble(cell2!, of) + of.MoveLatitude,
                Quality = quality,
            },
            RecordedValueKind.HumidityFromDewPoint => missing with
            {
                Value = Humidity.FromDewPoint(ReadDouble(cell, of), ReadDouble(cell2!, of)),
                Value2 = 0,
                Quality = quality == Quality.Good ? Quality.Estimated : quality,
            },
            _ => missing with { Value = ReadNumber(cell, of), Value2 = 0, Quality = quality },
        };
    }

    private Quality ReadQuality(BoundDatastream bound)
    {
        if (bound.QualityColumn < 0)
            return Quality.Good;
        var worst = Quality.Good;
        foreach (string code in file[bound.QualityColumn].Split(';'))
        {
            if (!bound.Of.QualityCodes.TryGetValue(code.Trim(), out var quality))
            {
                throw new RecordingException(
                    file.Path, file.Line,
                    $"Quality code '{code}' of column '{bound.Of.QualityColumn}' is not among the codes of {description.Path}:{bound.Of.Line}; add it there.");
            }
            if (quality > worst)
                worst = quality;
        }
        return worst;
    }

    private double ReadNumber(string cell, RecordedDatastream of)
    {
        if (of.Values.Count > 0)
        {
            return of.Values.TryGetValue(cell, out double mapped)
                ? mapped
                : throw new RecordingException(file.Path, file.Line, $"'{cell}' of column '{of.Column}' is not among the values of {description.Path}:{of.Line}.");
        }
        if (of is { Scale: 1, Add: 0 })
            return ReadDouble(cell, of);
        // Decimal keeps 371.33 mm = 0.37133 m; what does not fit a decimal is read as a double.
        if (decimal.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal exact))
            return (double)(exact * of.Scale + of.Add);
        return ReadDouble(cell, of) * (double)of.Scale + (double)of.Add;
    }

    private double ReadDouble(string cell, RecordedDatastream of)
    {
        if (double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value))
            return value;
        throw new RecordingException(
            file.Path, file.Line, $"'{cell}' of column '{of.Column}' is not a number. If it means \"no value\", add it to `missing` in {description.Path}.");
    }

    private double ReadBoolean(string cell, RecordedDatastream of) => cell switch
    {
        "1" or "true" => 1,
        "0" or "false" => 0,
        _ => throw new RecordingException(file.Path, file.Line, $"'{cell}' of column '{of.Column}' is not 0, 1, true or false."),
    };

    private long ReadTime()
    {
        string cell = file[timeColumn];
        foreach (string format in description.Time.Formats)
        {
            if (DateTime.TryParseExact(cell, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
                return local.Ticks - description.Time.Offset.Ticks;
        }
        throw new RecordingException(
            file.Path, file.Line, $"'{cell}' of column '{description.Time.Column}' does not have the format {string.Join(" or ", description.Time.Formats)}.");
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

    private sealed record BoundDatastream(
        RecordedDatastream Of, int Column, int Column2, int QualityColumn, ColumnTemplate Gateway, ColumnTemplate Name);

    /// <summary>A text with <c>{column}</c> in it.</summary>
    private sealed class ColumnTemplate
    {
        private readonly string text;
        private readonly List<(string Before, int Column)> parts = [];
        private readonly string rest;
        private readonly StringBuilder built = new();

        public ColumnTemplate(string text, Func<string, int> bind)
        {
            this.text = text;
            int at = 0;
            for (int open = text.IndexOf('{'); open >= 0; open = text.IndexOf('{', at))
            {
                int close = text.IndexOf('}', open);
                if (close < 0)
                    break;
                parts.Add((text[at..open], bind(text[(open + 1)..close])));
                at = close + 1;
            }
            rest = text[at..];
        }

        public string Fill(PlainCsvFile file)
        {
            if (parts.Count == 0)
                return text;
            built.Clear();
            foreach (var (before, column) in parts)
                built.Append(before).Append(file[column]);
            return built.Append(rest).ToString();
        }
    }
}

/// <summary>Rows of one CSV file (RFC 4180 without line breaks inside quotes), plain or gzip, read one at a time.</summary>
internal sealed class PlainCsvFile : IDisposable
{
    // A line of this length is no row of a sensor file; refuse it before it fills memory.
    private const int LongestLine = 1 << 20;

    private readonly StreamReader reader;
    private readonly StringBuilder cell = new();
    private readonly List<string> cells = [];

    public PlainCsvFile(string path)
    {
        Path = path;
        Stream stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        if (path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
            stream = new GZipStream(stream, CompressionMode.Decompress);
        reader = new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
        if (!ReadRow())
            throw new RecordingException(path, 1, "The file is empty; its first line must name the columns.");
        Header = [.. cells];
    }

    public string Path { get; }

    public IReadOnlyList<string> Header { get; }

    /// <summary>Line of the current row, from 1 (the header).</summary>
    public int Line { get; private set; }

    public string this[int column] => cells[column];

    /// <summary>Moves to the next row that is not blank.</summary>
    public bool Read()
    {
        while (ReadRow())
        {
            if (cells.Count == 1 && cells[0].Length == 0)
                continue;
            if (cells.Count != Header.Count)
                throw new RecordingException(Path, Line, $"The row has {cells.Count} cells, the header names {Header.Count} columns.");
            return true;
        }
        return false;
    }

    public int ColumnOf(string name) => Header.ToList().FindIndex(header => string.Equals(header, name, StringComparison.Ordinal));

    public void Dispose() => reader.Dispose();

    private bool ReadRow()
    {
        string? line;
        try
        {
            line = reader.ReadLine();
        }
        catch (Exception exception) when (exception is InvalidDataException or DecoderFallbackException)
        {
            throw new RecordingException(Path, Line + 1, $"The file is damaged: {exception.Message}", exception);
        }
        if (line is null)
            return false;
        Line++;
        if (line.Length > LongestLine)
            throw new RecordingException(Path, Line, $"The line has {line.Length} characters; {LongestLine} are the most.");
        Split(line);
        return true;
    }

    private void Split(string line)
    {
        cells.Clear();
        int at = 0;
        while (true)
        {
            if (at < line.Length && line[at] == '"')
            {
                at = ReadQuoted(line, at + 1);
                if (at < line.Length && line[at] != ',')
                    throw new RecordingException(Path, Line, $"Column {cells.Count}: text follows a closing quote.");
            }
            else
            {
                int end = line.IndexOf(',', at);
                if (end < 0)
                    end = line.Length;
                cells.Add(line[at..end]);
                at = end;
            }
            if (at >= line.Length)
                return;
            at++;
        }
    }

    private int ReadQuoted(string line, int at)
    {
        cell.Clear();
        while (at < line.Length)
        {
            if (line[at] != '"')
            {
                cell.Append(line[at++]);
            }
            else if (at + 1 < line.Length && line[at + 1] == '"')
            {
                cell.Append('"');
                at += 2;
            }
            else
            {
                cells.Add(cell.ToString());
                return at + 1;
            }
        }
        throw new RecordingException(Path, Line, "A quote is not closed before the end of the line.");
    }
}
