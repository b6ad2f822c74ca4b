namespace SensorGrid.Readings.IO;

/// <summary>By what a file that changed is told from what it was; one that is gone has a stamp of its own.</summary>
/// <param name="WrittenAt">When it was last written, UTC.</param>
/// <param name="Length">Bytes.</param>
public readonly record struct FileStamp(DateTime WrittenAt, long Length)
{
    /// <summary>The stamp of a file now.</summary>
    public static FileStamp Of(string path)
    {
        var found = new FileInfo(path);
        return found.Exists ? new(found.LastWriteTimeUtc, found.Length) : default;
    }
}
