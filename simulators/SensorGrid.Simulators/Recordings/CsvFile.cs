using System.Text;

namespace SensorGrid.Simulators.Recordings;

/// <summary>Rows of one CSV file (RFC 4180 without line breaks inside quotes), plain or gzip, read one at a time as UTF-8 bytes. A cell is a
/// piece of the buffer: nothing is allocated for rows or cells.</summary>
internal sealed class CsvFile : IDisposable
{
    // A line of this length is no row of a sensor file; refuse it before it fills memory.
    private const int LongestLine = 1 << 20;
    private const int FirstBuffer = 64 * 1024;

    private readonly RecordingBytes bytes;
    private readonly List<string> header = [];
    private byte[] buffer;
    // Unread bytes of the buffer.
    private int at;
    private int end;
    // A line that ended with CR: a LF that follows belongs to it.
    private bool afterReturn;
    private int[] starts = new int[16];
    private int[] ends = new int[16];
    private int cells;

    /// <param name="path">The file.</param>
    public CsvFile(string path)
        : this(path, RecordingBytes.Open(path), FirstBuffer)
    {
    }

    /// <param name="path">What to call it.</param>
    /// <param name="bytes">Its bytes; owned from here on.</param>
    /// <param name="firstBuffer">Bytes of the buffer until a line needs more.</param>
    public CsvFile(string path, RecordingBytes bytes, int firstBuffer)
    {
        Path = path;
        this.bytes = bytes;
        buffer = new byte[firstBuffer];
        try
        {
            if (!ReadRow())
                throw new RecordingException(path, 1, "The file is empty; its first line must name the columns.");
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
        for (int column = 0; column < cells; column++)
            header.Add(TextOf(column));
    }

    public string Path { get; }

    public IReadOnlyList<string> Header => header;

    /// <summary>Line of the current row, from 1 (the header).</summary>
    public int Line { get; private set; }

    /// <summary>A cell of the current row; valid until the next is read.</summary>
    public ReadOnlySpan<byte> this[int column] => buffer.AsSpan(starts[column], ends[column] - starts[column]);

    /// <summary>A cell of the current row as text.</summary>
    public string TextOf(int column) => Encoding.UTF8.GetString(this[column]);

    /// <summary>Moves to the next row that is not blank.</summary>
    public bool Read()
    {
        while (ReadRow())
        {
            if (cells == 1 && starts[0] == ends[0])
                continue;
            if (cells != header.Count)
                throw new RecordingException(Path, Line, $"The row has {cells} cells, the header names {header.Count} columns.");
            return true;
        }
        return false;
    }

    public int ColumnOf(string name) => header.IndexOf(name);

    public void Dispose() => bytes.Dispose();

    private bool ReadRow()
    {
        if (!FindLine(out int length))
            return false;
        Line++;
        if (length > LongestLine)
            throw new RecordingException(Path, Line, $"The line has {length} bytes; {LongestLine} are the most.");
        var line = buffer.AsSpan(at, length);
        if (!Ascii.IsValid(line) && !System.Text.Unicode.Utf8.IsValid(line))
            throw new RecordingException(Path, Line, "The file is damaged, or not in UTF-8: a byte of this line is no text.");
        Split(at, at + length);
        at += length;
        if (at < end)
            afterReturn = buffer[at++] == '\r';
        return true;
    }

    // Leaves the buffer at the beginning of a whole line.
    private bool FindLine(out int length)
    {
        if (afterReturn)
        {
            if (at == end && !Fill())
            {
                length = 0;
                return false;
            }
            if (buffer[at] == '\n')
                at++;
            afterReturn = false;
        }
        int searched = 0;
        while (true)
        {
            int found = buffer.AsSpan(at + searched, end - at - searched).IndexOfAny((byte)'\r', (byte)'\n');
            if (found >= 0)
            {
                length = searched + found;
                return true;
            }
            searched = end - at;
            if (Fill())
                continue;
            length = searched;
            return length > 0;
        }
    }

    // More bytes behind the unread ones. False at the end of the file.
    private bool Fill()
    {
        if (at > 0)
        {
            buffer.AsSpan(at, end - at).CopyTo(buffer);
            (at, end) = (0, end - at);
        }
        if (end > LongestLine)
            throw new RecordingException(Path, Line + 1, $"The line has more than {LongestLine} bytes, which are the most.");
        if (end == buffer.Length)
            Array.Resize(ref buffer, buffer.Length * 2);
        int read;
        try
        {
            read = bytes.Read(buffer.AsSpan(end));
        }
        catch (Exception exception) when (exception is InvalidDataException or DecoderFallbackException)
        {
            throw new RecordingException(Path, Line + 1, $"The file is damaged: {exception.Message}", exception);
        }
        end += read;
        return read > 0;
    }

    private void Split(int from, int until)
    {
        cells = 0;
        while (true)
        {
            if (cells == starts.Length)
            {
                Array.Resize(ref starts, cells * 2);
                Array.Resize(ref ends, cells * 2);
            }
            int next;
            if (from < until && buffer[from] == '"')
            {
                next = TakeQuoted(from + 1, until);
                if (next < until && buffer[next] != ',')
                    throw new RecordingException(Path, Line, $"Column {cells}: text follows a closing quote.");
            }
            else
            {
                int comma = buffer.AsSpan(from, until - from).IndexOf((byte)',');
                next = comma < 0 ? until : from + comma;
                (starts[cells], ends[cells]) = (from, next);
                cells++;
            }
            if (next >= until)
                return;
            from = next + 1;
        }
    }

    // Two quotes become one in place: the text gets shorter, so what is written lies before what is read.
    private int TakeQuoted(int from, int until)
    {
        int to = from;
        for (int i = from; i < until; i++)
        {
            if (buffer[i] == '"')
            {
                if (i + 1 == until || buffer[i + 1] != '"')
                {
                    (starts[cells], ends[cells]) = (from, to);
                    cells++;
                    return i + 1;
                }
                i++;
            }
            buffer[to++] = buffer[i];
        }
        throw new RecordingException(Path, Line, "A quote is not closed before the end of the line.");
    }
}
