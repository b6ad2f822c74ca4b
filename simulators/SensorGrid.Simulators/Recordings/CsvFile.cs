using System.IO.Compression;
using System.Text;

namespace SensorGrid.Simulators.Recordings;

/// <summary>Rows of one CSV file (RFC 4180 without line breaks inside quotes), plain or gzip, read one at a time.</summary>
internal sealed class CsvFile : IDisposable
{
    // A line of this length is no row of a sensor file; refuse it before it fills memory.
    private const int LongestLine = 1 << 20;

    private readonly StreamReader reader;
    private readonly StringBuilder cell = new();
    private readonly List<string> cells = [];

    public CsvFile(string path)
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
