using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using SensorGrid.Readings.Yaml;

namespace SensorGrid.Readings.Catalogue;

/// <summary>The files of a catalogue or rule folder as one value with a hash. Activating a version writes the bundle into the reading
/// log, so the log alone holds everything needed to give the same answers again. Immutable.</summary>
/// <remarks>Bytes: Brotli of <c>{"hash":"sha256 hex","note":"why","files":[{"path":"a.yaml","text":"…"}]}</c>; <c>note</c> may be left out. Hash: SHA-256 over path, NUL, text, NUL
/// of every file in ordinal order of the paths, as UTF-8.</remarks>
public sealed class SourceBundle
{
    /// <summary>Most files: a city's catalogue has tens.</summary>
    public const int MaxFiles = 1000;

    /// <summary>Most bytes of one file.</summary>
    public const int MaxFileBytes = 4 * 1024 * 1024;

    /// <summary>Most bytes of all files: a million datastreams have some 80 each. Compressed, the bundle becomes one log record.</summary>
    public const int MaxBytes = 128 * 1024 * 1024;

    // A sign of two or four bytes may become six or twelve in JSON: the worst that an accepted folder can grow, as it has no control signs.
    private const int MaxJsonBytes = 3 * MaxBytes + 1024 * 1024;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly SearchValues<byte> ControlSigns =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Except(['\t', '\r', '\n']).Append(0x7F).Select(sign => (byte)sign)]);

    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="files">The files; their paths must differ.</param>
    public SourceBundle(IEnumerable<SourceFile> files)
    {
        Files = [.. files.OrderBy(file => file.Path, StringComparer.Ordinal)];
        for (int i = 1; i < Files.Count; i++)
        {
            if (Files[i].Path == Files[i - 1].Path)
                throw new ArgumentException($"Two files have the path '{Files[i].Path}'.", nameof(files));
        }
        Hash = HashOf(Files);
    }

    /// <summary>A bundle without files.</summary>
    public static SourceBundle Empty { get; } = new([]);

    /// <summary>The files in ordinal order of their paths.</summary>
    public IReadOnlyList<SourceFile> Files { get; }

    /// <summary>SHA-256 in lower-case hex: the version.</summary>
    public string Hash { get; }

    /// <summary>The first twelve digits of <see cref="Hash"/>, as people see it.</summary>
    public string ShortHash => Hash[..12];

    /// <summary>What the person who puts it into force says about it, or null. Not part of the version.</summary>
    public string? Note { get; init; }

    /// <summary>The file with this path.</summary>
    public SourceFile? Find(string path) => Files.FirstOrDefault(file => file.Path == path);

    /// <summary>Reads the files of a folder and its subfolders: those ending in .yaml, .yml, .json or .geojson. Names beginning with a dot
    /// and linked folders are passed over.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="messages">What could not be read; the bundle holds the rest.</param>
    public static SourceBundle LoadFolder(string folder, out IReadOnlyList<SourceMessage> messages)
    {
        var loader = new SourceFolder(folder);
        var bundle = new SourceBundle(loader.Load());
        messages = loader.Messages.ToList();
        return bundle;
    }

    /// <summary>The bundle as it goes into the reading log.</summary>
    public byte[] ToBytes()
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json, Plain))
        {
            writer.WriteStartObject();
            writer.WriteString("hash", Hash);
            if (Note is not null)
                writer.WriteString("note", Note);
            writer.WriteStartArray("files");
            foreach (var file in Files)
            {
                writer.WriteStartObject();
                writer.WriteString("path", file.Path);
                writer.WriteString("text", file.Text);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        var compressed = new MemoryStream();
        using (var brotli = new BrotliStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
            brotli.Write(json.WrittenSpan);
        return compressed.ToArray();
    }

    /// <summary>Reads a bundle back.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a bundle, or not the one its hash names.</exception>
    public static SourceBundle FromBytes(ReadOnlySpan<byte> bytes) =>
        TryFromBytes(bytes, out var bundle, out string? problem) ? bundle : throw new InvalidDataException(problem);

    /// <summary>Reads a bundle back.</summary>
    /// <param name="bytes">What <see cref="ToBytes"/> gave.</param>
    /// <param name="bundle">The bundle.</param>
    /// <param name="problem">Why it is none.</param>
    public static bool TryFromBytes(
        ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out SourceBundle? bundle, [NotNullWhen(false)] out string? problem)
    {
        bundle = null;
        try
        {
            if (!TryDecompress(bytes, out var json))
            {
                problem = $"The bundle is not Brotli, or unfolds to more than {MaxJsonBytes} bytes.";
                return false;
            }
            using var document = JsonDocument.Parse(json);
            var files = document.RootElement.GetProperty("files").EnumerateArray()
                .Select(file => new SourceFile(file.GetProperty("path").GetString() ?? "", file.GetProperty("text").GetString() ?? ""));
            string? note = document.RootElement.TryGetProperty("note", out var said) ? said.GetString() : null;
            var read = new SourceBundle(files) { Note = note };
            string? stated = document.RootElement.GetProperty("hash").GetString();
            if (read.Hash != stated)
            {
                problem = $"The bundle says its hash is {stated}, its files give {read.Hash}.";
                return false;
            }
            bundle = read;
            problem = null;
            return true;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or ArgumentException)
        {
            problem = $"The bundle is not of the form {{hash, files: [{{path, text}}]}}: {error.Message}";
            return false;
        }
    }

    /// <summary>Bytes to text; null when they are not UTF-8, or hold control signs other than tabs and ends of lines. A byte order mark is dropped.</summary>
    internal static string? TextOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.ContainsAny(ControlSigns))
            return null;
        try
        {
            return StrictUtf8.GetString(bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static bool TryDecompress(ReadOnlySpan<byte> bytes, out ReadOnlyMemory<byte> json)
    {
        json = default;
        var output = new ArrayBufferWriter<byte>();
        using var decoder = new BrotliDecoder();
        while (true)
        {
            var status = decoder.Decompress(bytes, output.GetSpan(64 * 1024), out int consumed, out int written);
            output.Advance(written);
            bytes = bytes[consumed..];
            json = output.WrittenMemory;
            if (output.WrittenCount > MaxJsonBytes)
                return false;
            if (status != OperationStatus.DestinationTooSmall)
                return status == OperationStatus.Done && bytes.IsEmpty;
        }
    }

    private static string HashOf(IReadOnlyList<SourceFile> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(file.Path));
            hash.AppendData([0]);
            hash.AppendData(Encoding.UTF8.GetBytes(file.Text));
            hash.AppendData([0]);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
