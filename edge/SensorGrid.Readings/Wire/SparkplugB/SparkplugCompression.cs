using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace SensorGrid.Readings.Wire.SparkplugB;

/// <summary>How a payload may be compressed.</summary>
public enum SparkplugAlgorithm : byte
{
    /// <summary>DEFLATE with a zlib header, as senders write it when they name no algorithm; read without the header too.</summary>
    Deflate = 1,

    /// <summary>GZIP.</summary>
    Gzip = 2,
}

/// <summary>Compressed payloads (Sparkplug 3.0, 6.4.19 and Tahu): an outer payload whose uuid is <see cref="Mark"/> and whose body is the real one.</summary>
public static class SparkplugCompression
{
    private const int FirstBuffer = 4 * 1024;

    // Header, an empty block, check and length.
    private const int GzipLeast = 10 + 2 + 8;

    /// <summary>The uuid that marks a compressed payload.</summary>
    public static ReadOnlySpan<byte> Mark => "SPBV1.0_COMPRESSED"u8;

    /// <summary>Reads the metric <c>algorithm</c>.</summary>
    public static bool TryParse(ReadOnlySpan<byte> word, out SparkplugAlgorithm algorithm)
    {
        algorithm = Ascii.EqualsIgnoreCase(word, "GZIP"u8) ? SparkplugAlgorithm.Gzip : SparkplugAlgorithm.Deflate;
        return algorithm == SparkplugAlgorithm.Gzip || Ascii.EqualsIgnoreCase(word, "DEFLATE"u8);
    }

    /// <summary>Makes the compressed form of a payload.</summary>
    /// <exception cref="ArgumentException">An empty payload: nothing is compressed to nothing, which nobody can tell from a body that was lost.</exception>
    public static byte[] Compress(ReadOnlySpan<byte> payload, SparkplugAlgorithm algorithm)
    {
        if (payload.IsEmpty)
            throw new ArgumentException("An empty payload has no compressed form: send it plain.", nameof(payload));
        using var compressed = new MemoryStream();
        using (Stream deflating = algorithm == SparkplugAlgorithm.Gzip
            ? new GZipStream(compressed, CompressionLevel.Optimal, leaveOpen: true)
            : new ZLibStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
        {
            deflating.Write(payload);
        }
        var writer = new SparkplugWriter();
        writer.BeginMetric("algorithm"u8);
        writer.Datatype(SparkplugDatatype.String);
        writer.String(algorithm == SparkplugAlgorithm.Gzip ? "GZIP"u8 : "DEFLATE"u8);
        writer.EndMetric();
        writer.Uuid(Mark);
        writer.Body(compressed.GetBuffer().AsSpan(0, (int)compressed.Length));
        return writer.Written.ToArray();
    }

    /// <summary>Inflates a body. The buffer grows as bytes come out and never beyond the limit, whatever the body claims.</summary>
    /// <param name="body">The compressed bytes.</param>
    /// <param name="algorithm">How.</param>
    /// <param name="limit">Most bytes that may come out.</param>
    /// <param name="into">Gets them; replaced when too small.</param>
    /// <param name="length">How many came out.</param>
    internal static SparkplugError Inflate(ReadOnlySpan<byte> body, SparkplugAlgorithm algorithm, int limit, ref byte[] into, out int length)
    {
        length = 0;
        byte[] copy = ArrayPool<byte>.Shared.Rent(Math.Max(1, body.Length));
        try
        {
            body.CopyTo(copy);
            using var source = new CompressedSource(copy, body.Length);
            using Stream inflating = algorithm == SparkplugAlgorithm.Gzip ? new GZipStream(source, CompressionMode.Decompress)
                : HasZlibHeader(body) ? new ZLibStream(source, CompressionMode.Decompress)
                : new DeflateStream(source, CompressionMode.Decompress);
            // One byte more than the limit would show that it is exceeded.
            while (true)
            {
                if (length == into.Length && length <= limit)
                    Array.Resize(ref into, (int)Math.Min(limit + 1L, Math.Max(FirstBuffer, into.Length * 2L)));
                int read = inflating.Read(into, length, Math.Min(into.Length, limit + 1) - length);
                if (read == 0)
                    return EndedWell(body, algorithm, source.WasExhausted, length) ? SparkplugError.None : SparkplugError.Compression;
                length += read;
                if (length > limit)
                    return SparkplugError.InflatedTooLarge;
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            return SparkplugError.Compression;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copy);
        }
    }

    // The library gives what came before a cut and does not say that it was one. zlib and raw streams are over before their bytes are asked for
    // in vain; behind a GZIP member another is looked for, but its last four bytes are the length of what came out (RFC 1952, 2.3.1).
    private static bool EndedWell(ReadOnlySpan<byte> body, SparkplugAlgorithm algorithm, bool wasExhausted, int length) =>
        algorithm == SparkplugAlgorithm.Gzip
            ? body.Length >= GzipLeast && BinaryPrimitives.ReadInt32LittleEndian(body[^sizeof(int)..]) == length
            : !wasExhausted;

    // RFC 1950: method 8, and the first two bytes are a multiple of 31. No raw block of a payload begins so.
    private static bool HasZlibHeader(ReadOnlySpan<byte> body) =>
        body.Length >= 2 && (body[0] & 0x0F) == 8 && (body[0] << 8 | body[1]) % 31 == 0;

    /// <summary>The compressed bytes, and whether more of them were wanted than there are.</summary>
    private sealed class CompressedSource : MemoryStream
    {
        public CompressedSource(byte[] bytes, int length)
            : base(bytes, 0, length, writable: false)
        {
        }

        public bool WasExhausted { get; private set; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            int read = base.Read(buffer, offset, count);
            WasExhausted |= read == 0 && count > 0;
            return read;
        }

        // The base class answers this by the other one, for whoever overrides that.
        public override int Read(Span<byte> buffer) => base.Read(buffer);
    }
}
