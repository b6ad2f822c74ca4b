using System.Text;
using SensorGrid.Readings;

namespace SensorGrid.Simulators.Recordings;

/// <summary>Which series the values of a row belong to. Names may hold the text of columns, so the rows of one file may be of many stations; rows with
/// the same texts have the same series, found by these bytes without making a name again.</summary>
internal sealed class RowSeries
{
    private readonly RecordingDescription description;
    private readonly SeriesTable table;
    private readonly (ColumnTemplate Gateway, ColumnTemplate Name)[] names;
    private readonly int[] columns;
    private readonly CellTexts<Row> rows = new([]);
    private byte[] key = new byte[64];
    private Row? last;

    /// <param name="description">The recording's.</param>
    /// <param name="table">One series for each name, in all of the recording's files.</param>
    /// <param name="file">The file.</param>
    /// <param name="bind">Finds the number of a column.</param>
    public RowSeries(RecordingDescription description, SeriesTable table, CsvFile file, Func<string, int> bind)
    {
        this.description = description;
        this.table = table;
        names = [.. description.Datastreams.Select(datastream => (new ColumnTemplate(datastream.Gateway, bind), new ColumnTemplate(datastream.Name, bind)))];
        columns = [.. names.SelectMany(name => name.Gateway.Columns.Concat(name.Name.Columns)).Distinct()];
    }

    /// <summary>The series of the current row, in the order of the datastreams.</summary>
    /// <exception cref="RecordingException">A text of the row cannot be in a gateway's id.</exception>
    public RecordedSeries[] Of(CsvFile file)
    {
        // Stations come in the same order with each instant, so the one that followed last time is tried first.
        if (last is not null && columns.Length == 0)
            return last.Series;
        if (last?.Next is { } next && next.IsOf(file, columns))
        {
            last = next;
            return next.Series;
        }
        var texts = KeyOf(file);
        if (!rows.TryGet(texts, out var row))
            rows.Add(Encoding.UTF8.GetString(texts), row = new([.. columns.Select(column => file[column].ToArray())], Name(file)));
        if (last is not null)
            last.Next = row;
        last = row;
        return row.Series;
    }

    // The texts, each ended by a byte that no text holds.
    private ReadOnlySpan<byte> KeyOf(CsvFile file)
    {
        int length = 0;
        foreach (int column in columns)
        {
            var cell = file[column];
            if (key.Length < length + cell.Length + 1)
                Array.Resize(ref key, Math.Max(length + cell.Length + 1, key.Length * 2));
            cell.CopyTo(key.AsSpan(length));
            length += cell.Length;
            key[length++] = 0;
        }
        return key.AsSpan(0, length);
    }

    private RecordedSeries[] Name(CsvFile file)
    {
        var named = new RecordedSeries[names.Length];
        for (int i = 0; i < names.Length; i++)
        {
            var of = description.Datastreams[i];
            string gateway = names[i].Gateway.Fill(file);
            string name = names[i].Name.Fill(file);
            if (!table.TryGet(gateway, of, name, out var known))
            {
                if (!Identifier.IsValid(gateway))
                    throw new RecordingException(file.Path, file.Line, $"'{gateway}' cannot be a gateway id: {Identifier.Rule}.");
                known = table.Add(gateway, of, name);
            }
            named[i] = known;
        }
        return named;
    }

    /// <summary>Rows with the same texts in the columns that names hold.</summary>
    private sealed class Row(byte[][] texts, RecordedSeries[] series)
    {
        public RecordedSeries[] Series { get; } = series;

        /// <summary>What followed when it was last seen.</summary>
        public Row? Next { get; set; }

        public bool IsOf(CsvFile file, int[] columns)
        {
            for (int i = 0; i < texts.Length; i++)
            {
                if (!file[columns[i]].SequenceEqual(texts[i]))
                    return false;
            }
            return true;
        }
    }

    /// <summary>A text with <c>{column}</c> in it.</summary>
    private sealed class ColumnTemplate
    {
        private readonly List<(string Before, int Column)> parts = [];
        private readonly string rest;

        public ColumnTemplate(string text, Func<string, int> bind)
        {
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

        public IEnumerable<int> Columns => parts.Select(part => part.Column);

        public string Fill(CsvFile file)
        {
            var built = new StringBuilder();
            foreach (var (before, column) in parts)
                built.Append(before).Append(file.TextOf(column));
            return built.Append(rest).ToString();
        }
    }
}
