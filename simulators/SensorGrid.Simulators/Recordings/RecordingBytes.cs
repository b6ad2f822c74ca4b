using System.IO.Compression;
using System.Text;

namespace SensorGrid.Simulators.Recordings;

/// <summary>The bytes of a recording's file in UTF-8 without a byte order mark. Of a gzip file the next piece is inflated on another thread while
/// one is read: inflating costs about as much as parsing.</summary>
internal sealed class RecordingBytes : IDisposable
{
    // Two of them for each gzip file that is open.
    private const int PieceBytes = 64 * 1024;

    private readonly Stream stream;
    private readonly bool isAhead;
    private byte[] piece = [];
    private byte[] nextPiece = [];
    private int at;
    private int end;
    private Task<int>? next;

    /// <param name="stream">The bytes as they are to be read; owned from here on.</param>
    /// <param name="isAhead">Whether the next piece is read on another thread.</param>
    internal RecordingBytes(Stream stream, bool isAhead)
    {
        this.stream = stream;
        this.isAhead = isAhead;
        if (!isAhead)
            return;
        (piece, nextPiece) = (new byte[PieceBytes], new byte[PieceBytes]);
        ReadNext();
    }

    /// <summary>Opens a file, plain or gzip by its name, in UTF-8 or, with its byte order mark, UTF-16.</summary>
    /// <exception cref="RecordingException">It is no gzip file although it is called one.</exception>
    public static RecordingBytes Open(string path)
    {
        try
        {
            Span<byte> first = stackalloc byte[3];
            int known;
            using (var begin = OpenStream(path))
                known = begin.ReadAtLeast(first, first.Length, throwOnEndOfStream: false);
            first = first[..known];
            var stream = OpenStream(path);
            if (first.SequenceEqual("\uFEFF"u8))
                stream.ReadExactly(first);
            else if (first is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
                stream = Transcoded(stream, first[0] == 0xFE);
            return new(stream, IsGzip(path));
        }
        catch (InvalidDataException exception)
        {
            throw new RecordingException(path, 1, $"The file is damaged: {exception.Message}", exception);
        }
    }

    /// <summary>Reads some bytes.</summary>
    /// <returns>How many; 0 at the end.</returns>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public int Read(Span<byte> into)
    {
        if (!isAhead)
            return stream.Read(into);
        if (at == end && !TakeNext())
            return 0;
        int read = Math.Min(into.Length, end - at);
        piece.AsSpan(at, read).CopyTo(into);
        at += read;
        return read;
    }

    public void Dispose()
    {
        // The stream is in use until then; what came of it, nobody wants to know.
        if (next is not null)
            Task.WaitAny(next);
        stream.Dispose();
    }

    private bool TakeNext()
    {
        if (next is null)
            return false;
        (at, end) = (0, next.GetAwaiter().GetResult());
        next = null;
        if (end == 0)
            return false;
        (piece, nextPiece) = (nextPiece, piece);
        ReadNext();
        return true;
    }

    // The task ends when the piece is full, so however many files are open, none keeps a thread.
    private void ReadNext() => next = Task.Run(() => stream.ReadAtLeast(nextPiece, nextPiece.Length, throwOnEndOfStream: false));

    private static bool IsGzip(string path) => path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);

    private static Stream OpenStream(string path)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        return IsGzip(path) ? new GZipStream(file, CompressionMode.Decompress) : file;
    }

    private static Stream Transcoded(Stream stream, bool isBigEndian)
    {
        stream.ReadExactly(stackalloc byte[2]);
        return Encoding.CreateTranscodingStream(stream, new UnicodeEncoding(isBigEndian, byteOrderMark: false, throwOnInvalidBytes: true), new UTF8Encoding(false));
    }
}
