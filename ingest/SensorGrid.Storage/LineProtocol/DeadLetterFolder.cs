using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using SensorGrid.Readings.IO;

namespace SensorGrid.Storage.LineProtocol;

/// <summary>The dead letters of one store, in <c>dead-letters/NAME/</c> of the data folder. Each batch that had some makes one file, named by
/// the log record of its first line; a file is whole as soon as it has its name, and is never written to again. So the service may add files
/// while another process sends old ones again and deletes them, without either knowing of the other.</summary>
internal sealed class DeadLetterFolder
{
    /// <summary>Ending of a whole file.</summary>
    public const string Ending = ".jsonl";

    // Being written by the service, and by a process that sends again; each clears up what is its own.
    private const string NewEnding = ".new";
    private const string RewrittenEnding = ".rewritten";

    // A small file takes a block of the disk all the same.
    private const int BlockBytes = 4096;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string path;
    private readonly long mostBytes;
    private readonly ArrayBufferWriter<byte> buffer = new();
    private long bytes;

    /// <param name="path">The folder; made when it is first needed.</param>
    /// <param name="mostBytes">Disk space it may take.</param>
    public DeadLetterFolder(string path, long mostBytes)
    {
        (this.path, this.mostBytes) = (path, mostBytes);
        Count();
    }

    /// <summary>The folder.</summary>
    public string Path => path;

    /// <summary>Disk space taken when it was last looked at.</summary>
    public long Bytes => Volatile.Read(ref bytes);

    /// <summary>Whole files, oldest records first.</summary>
    public IReadOnlyList<string> Files =>
        Directory.Exists(path) ? [.. Directory.EnumerateFiles(path, "*" + Ending).Order(StringComparer.Ordinal)] : [];

    /// <summary>Where the dead letters of a store are.</summary>
    public static string PathOf(string dataFolder, ExternalStoreOptions store) => System.IO.Path.Combine(dataFolder, "dead-letters", store.EffectiveName);

    /// <summary>Looks how much is there; another process may have taken some away.</summary>
    public void Count() => Volatile.Write(ref bytes, Files.Sum(SizeOf));

    /// <summary>Keeps dead letters: on disk when this returns true.</summary>
    /// <returns>False when there is no room for them. An empty folder has room for one batch, whatever its size.</returns>
    /// <exception cref="IOException">The disk is full or broken.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public bool TryKeep(IReadOnlyList<DeadLetter> letters)
    {
        Count();
        Serialize(letters);
        if (Bytes > 0 && Bytes + Blocks(buffer.WrittenCount) > mostBytes)
            return false;
        // Readings say who was where and when: not for other users of the machine.
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Write(FreeName(letters[0].Sequence), NewEnding);
        Count();
        return true;
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="FormatException">A line of it is no dead letter.</exception>
    public static IReadOnlyList<DeadLetter> Read(string file)
    {
        var letters = new List<DeadLetter>();
        ReadOnlyMemory<byte> rest = File.ReadAllBytes(file);
        for (int number = 1; !rest.IsEmpty; number++)
        {
            int end = rest.Span.IndexOf((byte)'\n');
            try
            {
                letters.Add(DeadLetter.Read(end < 0 ? rest : rest[..end]));
            }
            catch (FormatException e)
            {
                throw new FormatException($"{file}, line {number}: {e.Message}", e);
            }
            rest = end < 0 ? default : rest[(end + 1)..];
        }
        return letters;
    }

    /// <summary>Leaves only some of a file's letters; deletes it when there are none.</summary>
    public void Replace(string file, IReadOnlyList<DeadLetter> letters)
    {
        if (letters.Count == 0)
        {
            File.Delete(file);
            return;
        }
        Serialize(letters);
        Write(file, RewrittenEnding);
    }

    /// <summary>Deletes what a process that was ended while it rewrote a file has left.</summary>
    public void ClearUpRewritten() => ClearUp(RewrittenEnding);

    /// <summary>Deletes what a service that was ended while it wrote a file has left: its lines come again from the log.</summary>
    public void ClearUpNew() => ClearUp(NewEnding);

    private void ClearUp(string ending)
    {
        if (!Directory.Exists(path))
            return;
        foreach (string file in Directory.EnumerateFiles(path, "*" + ending))
            File.Delete(file);
    }

    private void Serialize(IReadOnlyList<DeadLetter> letters)
    {
        buffer.ResetWrittenCount();
        using var json = new Utf8JsonWriter(buffer, Options);
        foreach (var letter in letters)
        {
            letter.WriteTo(json);
            json.Flush();
            json.Reset();
            buffer.Write("\n"u8);
        }
    }

    private void Write(string file, string ending)
    {
        string unfinished = file + ending;
        using (var handle = File.OpenHandle(unfinished, FileMode.Create, FileAccess.Write))
        {
            RandomAccess.Write(handle, buffer.WrittenSpan, 0);
            DurableFile.Fsync(handle);
        }
        File.Move(unfinished, file, overwrite: true);
        DurableFile.FsyncDirectory(path);
    }

    private string FreeName(long sequence)
    {
        for (int copy = 0; ; copy++)
        {
            string file = System.IO.Path.Combine(path, string.Create(CultureInfo.InvariantCulture, $"{sequence:D12}-{copy:D4}{Ending}"));
            if (!File.Exists(file))
                return file;
        }
    }

    private static long SizeOf(string file)
    {
        var entry = new FileInfo(file);
        // Gone meanwhile: sent again.
        return entry.Exists ? Blocks(entry.Length) : 0;
    }

    private static long Blocks(long length) => (length + BlockBytes - 1) / BlockBytes * BlockBytes;
}
