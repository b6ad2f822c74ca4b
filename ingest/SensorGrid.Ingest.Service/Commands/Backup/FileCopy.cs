using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using SensorGrid.Readings.IO;

namespace SensorGrid.Ingest.Service.Commands.Backup;

/// <summary>Copies files so that they are on the disk when it returns, and says what was copied.</summary>
internal static class FileCopy
{
    private const int BlockBytes = 1 << 20;

    /// <summary>Copies a file from its beginning.</summary>
    public static (long Bytes, string Sha256) Copy(string from, string to, CancellationToken cancellationToken)
    {
        using var source = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        using var target = new FileStream(to, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] block = new byte[BlockBytes];
        long bytes = 0;
        for (int read; (read = source.Read(block)) > 0; bytes += read)
        {
            cancellationToken.ThrowIfCancellationRequested();
            hash.AppendData(block.AsSpan(0, read));
            target.Write(block, 0, read);
        }
        Sync(target);
        return (bytes, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <summary>Copies a file that is being appended to, from its end to its beginning. What a later block holds was written after what an
    /// earlier block holds, and the earlier one is read later, so the copy is the file as it was at one moment, with perhaps more of it
    /// missing at the end: a torn tail, which recovery cuts. Read forwards it might have a hole, which is damage.</summary>
    public static void CopyGrowing(string from, string to, CancellationToken cancellationToken)
    {
        using var source = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        using var target = new FileStream(to, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        long length = source.Length;
        target.SetLength(length);
        byte[] block = new byte[BlockBytes];
        for (long start = (length - 1) / BlockBytes * BlockBytes; start >= 0; start -= BlockBytes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int wanted = (int)Math.Min(BlockBytes, length - start);
            int read = RandomAccess.Read(source.SafeFileHandle, block.AsSpan(0, wanted), start);
            if (read < wanted)
                throw new IOException($"{from} became shorter while it was copied.");
            RandomAccess.Write(target.SafeFileHandle, block.AsSpan(0, read), start);
        }
        Sync(target);
    }

    /// <summary>Gives a file a second name instead of copying it.</summary>
    /// <returns>Whether it could; not on another file system.</returns>
    public static bool TryLink(string from, string to) => Native.link(ZeroTerminated(from), ZeroTerminated(to)) == 0;

    public static string Sha256Of(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    public static void Sync(FileStream file)
    {
        file.Flush();
        DurableFile.Fsync(file.SafeFileHandle);
    }

    private static byte[] ZeroTerminated(string path) => Encoding.UTF8.GetBytes(path + '\0');

    private static class Native
    {
        [DllImport("libc")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        internal static extern int link(byte[] from, byte[] to);
    }
}
