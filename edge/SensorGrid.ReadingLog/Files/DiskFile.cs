using Microsoft.Win32.SafeHandles;
using SensorGrid.Readings.IO;

namespace SensorGrid.ReadingLog.Files;

/// <summary>A real segment file.</summary>
internal sealed class DiskFile(SafeFileHandle handle) : IReadingLogFile
{
    public long Length => RandomAccess.GetLength(handle);

    public int Read(long offset, Span<byte> into)
    {
        int read = 0;
        while (read < into.Length)
        {
            int n = RandomAccess.Read(handle, into[read..], offset + read);
            if (n == 0)
                break;
            read += n;
        }
        return read;
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes) => RandomAccess.Write(handle, bytes, offset);

    public void Preallocate(long length) => DurableFile.Preallocate(handle, length);

    public void Sync() => DurableFile.Fdatasync(handle);

    public void Dispose() => handle.Dispose();
}
