using System.Globalization;
using SensorGrid.Readings.IO;

namespace SensorGrid.Storage.Parquet;

/// <summary>Names of the files in <c>parquet/</c>, and what may be done with those the manifest does not list.</summary>
internal sealed class ParquetFolder(string path)
{
    private const string Prefix = "readings-";
    private const string Extension = ".parquet";
    private const string TemporaryExtension = ".parquet.tmp";

    public string Path { get; } = path;

    public string FullPath(string name) => System.IO.Path.Combine(Path, name);

    public string TemporaryPath(string name) => FullPath(name + ".tmp");

    /// <summary><c>readings-20240131T235500Z-000000001234.parquet</c>: arrival of the first row, so that people can pick files by
    /// day, and the first log record, which makes the name unique and the same when a failed seal is repeated.</summary>
    public static string NameFor(long minReceivedTicks, long firstSequence) => string.Create(CultureInfo.InvariantCulture,
        $"{Prefix}{new DateTime(minReceivedTicks, DateTimeKind.Utc):yyyyMMdd'T'HHmmss'Z'}-{firstSequence:D12}{Extension}");

    public void Create()
    {
        Directory.CreateDirectory(Path);
        DurableFile.FsyncDirectory(System.IO.Path.GetDirectoryName(Path)!);
    }

    /// <summary>Half-written files of a seal that did not finish.</summary>
    public IEnumerable<string> TemporaryNames() =>
        Directory.EnumerateFiles(Path, $"{Prefix}*{TemporaryExtension}").Select(file => System.IO.Path.GetFileName(file)!);

    /// <summary>Whole files of ours; an engineer's own files in the folder are not.</summary>
    public IEnumerable<string> FinishedNames() =>
        Directory.EnumerateFiles(Path, $"{Prefix}*{Extension}").Select(file => System.IO.Path.GetFileName(file)!);

    public void Delete(string name) => File.Delete(FullPath(name));

    /// <summary>Moves a file out of the way without deleting it. A repeated seal gives the same name, so a crash loop leaves one file.</summary>
    /// <returns>Where it is now.</returns>
    public string SetAside(string name)
    {
        string folder = System.IO.Path.Combine(Path, "unlisted");
        Directory.CreateDirectory(folder);
        string target = System.IO.Path.Combine(folder, name);
        File.Move(FullPath(name), target, overwrite: true);
        return target;
    }
}
