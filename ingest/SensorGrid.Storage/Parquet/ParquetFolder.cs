using System.Globalization;
using SensorGrid.Readings.IO;

namespace SensorGrid.Storage.Parquet;

/// <summary>Names of the files in <c>parquet/</c>, and what may be done with those the manifest does not list.</summary>
internal sealed class ParquetFolder(string path)
{
    private const string Extension = ".parquet";
    private const string TemporaryExtension = ".parquet.tmp";

    private static readonly string[] Prefixes = ["readings-", "minutes-", "hours-"];

    public string Path { get; } = path;

    public string FullPath(string name) => System.IO.Path.Combine(Path, name);

    public string TemporaryPath(string name) => FullPath(name + ".tmp");

    /// <summary><c>readings-20240131T235500Z-000000001234.parquet</c>: arrival of the first row, so that people can pick files by
    /// day, and the first log record, which makes the name unique and the same when a failed seal is repeated.</summary>
    public static string NameFor(long minReceivedTicks, long firstSequence) => string.Create(CultureInfo.InvariantCulture,
        $"readings-{new DateTime(minReceivedTicks, DateTimeKind.Utc):yyyyMMdd'T'HHmmss'Z'}-{firstSequence:D12}{Extension}");

    /// <summary><c>readings-day-20240131-000042-000.parquet</c>: kind, partition, revision, and number within the merge.</summary>
    public static string NameFor(FileKind kind, TimePartition partition, long revision, int number) => string.Create(CultureInfo.InvariantCulture,
        $"{Prefixes[(int)kind]}{partition.Name}-{revision:D6}-{number:D3}{Extension}");

    public void Create()
    {
        Directory.CreateDirectory(Path);
        DurableFile.FsyncDirectory(System.IO.Path.GetDirectoryName(Path)!);
    }

    /// <summary>Half-written files of a seal or merge that did not finish.</summary>
    public IEnumerable<string> TemporaryNames() => NamesWith(TemporaryExtension);

    /// <summary>Whole files of ours; an engineer's own files in the folder are not.</summary>
    public IEnumerable<string> FinishedNames() => NamesWith(Extension);

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

    private IEnumerable<string> NamesWith(string extension) => Prefixes.SelectMany(prefix =>
        Directory.EnumerateFiles(Path, $"{prefix}*{extension}").Select(file => System.IO.Path.GetFileName(file)!));
}
