namespace SensorGrid.ReadingLog.Files;

/// <summary>A segment file. Real, or a file of a disk that a test lets fail. Every failure is an <see cref="IOException"/>.</summary>
public interface IReadingLogFile : IDisposable
{
    /// <summary>Bytes in it.</summary>
    long Length { get; }

    /// <summary>Reads as much as there is; fewer bytes than asked for only at the end of the file.</summary>
    int Read(long offset, Span<byte> into);

    /// <summary>Writes all of it. After a failure any part of it may have been written.</summary>
    void Write(long offset, ReadOnlySpan<byte> bytes);

    /// <summary>Makes the file at least this long, with its space taken.</summary>
    void Preallocate(long length);

    /// <summary>Makes everything written durable. A failure is final.</summary>
    void Sync();
}
