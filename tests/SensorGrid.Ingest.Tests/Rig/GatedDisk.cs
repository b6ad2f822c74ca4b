using System.Diagnostics.CodeAnalysis;
using Microsoft.Win32.SafeHandles;
using SensorGrid.ReadingLog.Files;

namespace SensorGrid.Ingest.Tests.Rig;

/// <summary>A folder for a reading log whose sync a test can hold back or let fail. No real sync: a test's process does not lose power.</summary>
internal sealed class GatedDisk : IReadingLogDirectory, IDisposable
{
    private readonly ManualResetEventSlim open = new(true);
    private volatile bool broken;
    private int waiting;

    public GatedDisk() => Directory.CreateDirectory(Path);

    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), "sensorgrid-ingest-" + Guid.NewGuid().ToString("N"));

    /// <summary>Syncs that stand at the closed gate.</summary>
    public int Waiting => Volatile.Read(ref waiting);

    public void Hold() => open.Reset();

    public void LetGo() => open.Set();

    public void Break()
    {
        broken = true;
        open.Set();
    }

    public IDisposable Lock() => new Nothing();

    public IReadOnlyList<string> List() => Directory.EnumerateFiles(Path).Select(System.IO.Path.GetFileName).OfType<string>().ToList();

    public IReadingLogFile OpenRead(string name) => Open(name, FileMode.Open);

    public IReadingLogFile OpenWrite(string name) => Open(name, FileMode.OpenOrCreate);

    public void Delete(string name) => File.Delete(System.IO.Path.Combine(Path, name));

    public void Rename(string name, string newName) => File.Move(System.IO.Path.Combine(Path, name), System.IO.Path.Combine(Path, newName), overwrite: true);

    public void Sync() => Pass();

    public void Dispose()
    {
        open.Set();
        Directory.Delete(Path, recursive: true);
    }

    private GatedFile Open(string name, FileMode mode) => new(
        this,
        File.OpenHandle(System.IO.Path.Combine(Path, name), mode, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete));

    private void Pass()
    {
        Interlocked.Increment(ref waiting);
        open.Wait();
        Interlocked.Decrement(ref waiting);
        if (broken)
            throw new IOException("fdatasync failed: Input/output error (errno 5)", 5);
    }

    private sealed class Nothing : IDisposable
    {
        public void Dispose()
        {
        }
    }

    private sealed class GatedFile(GatedDisk disk, [NotNull] SafeFileHandle handle) : IReadingLogFile
    {
        public long Length => RandomAccess.GetLength(handle);

        public int Read(long offset, Span<byte> into)
        {
            int read = 0;
            while (read < into.Length && RandomAccess.Read(handle, into[read..], offset + read) is > 0 and var n)
                read += n;
            return read;
        }

        public void Write(long offset, ReadOnlySpan<byte> bytes) => RandomAccess.Write(handle, bytes, offset);

        public void Preallocate(long length)
        {
            if (Length < length)
                RandomAccess.SetLength(handle, length);
        }

        public void Sync() => disk.Pass();

        public void Dispose() => handle.Dispose();
    }
}
