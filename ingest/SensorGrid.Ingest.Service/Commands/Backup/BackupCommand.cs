using SensorGrid.Ingest.Service.Following;
using SensorGrid.Ingest.Service.Hosting;
using SensorGrid.Readings.IO;
using SensorGrid.Storage.State;

namespace SensorGrid.Ingest.Service.Commands.Backup;

/// <summary><c>backup --data DIR --to DIR</c>: a copy that a service can start on, taken while one runs.
/// <code>
/// state.sqlite  by SQLite's online backup: as of one moment
/// parquet/…     the files that this state lists; they never change, so a second name on the same file system is as good as a copy
/// log/…         after the state, from the record on that a start from it needs: so the log never ends before the state
/// backup.json   last: sizes and checksums
/// </code>
/// Merges and trims delete files meanwhile. When one is gone that the copied state needs, the state is copied again.</summary>
internal sealed class BackupCommand(string data, string to, bool link, TimeProvider time, TextWriter progress)
{
    private const int MostAttempts = 10;
    private const string SegmentPattern = "*.segment";

    private readonly Dictionary<string, BackupFile> parquet = new(StringComparer.Ordinal);
    private int linked;

    /// <returns>The exit code: 1 when the backup is whole but a file of the data folder was found damaged or missing.</returns>
    /// <exception cref="StartException">There is nothing to back up, or the target cannot be used.</exception>
    public int Run(CancellationToken cancellationToken)
    {
        CheckTarget();
        Directory.CreateDirectory(Path.Combine(to, "parquet"));
        Directory.CreateDirectory(Path.Combine(to, "log"));
        for (int attempt = 1; ; attempt++)
        {
            var takenAt = time.GetUtcNow();
            var state = StateCopy.Make(data, Path.Combine(to, StateDatabase.FileName), RulesFollower.FollowerName);
            try
            {
                var damaged = CopyParquet(state, attempt, cancellationToken);
                var log = CopyLog(state.NeededFrom, lastAttempt: attempt == MostAttempts, cancellationToken);
                Finish(takenAt, state, log);
                foreach (string file in damaged)
                    progress.WriteLine($"{file} is missing or damaged in {data}; the backup has it as it is, or not at all. An older backup may have it whole.");
                return damaged.Count == 0 ? 0 : 1;
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException && attempt < MostAttempts)
            {
                progress.WriteLine($"{e.Message} The service replaced it meanwhile; taking its newer state.");
            }
        }
    }

    private void CheckTarget()
    {
        if (!File.Exists(Path.Combine(data, StateDatabase.FileName)))
            throw new StartException($"There is no data in {data}: {StateDatabase.FileName} is not there. Name the data folder of a service with --data DIR.");
        if (Directory.Exists(to) && Directory.EnumerateFileSystemEntries(to).Any())
            throw new StartException($"{to} is not empty. Name a new folder with --to DIR; a backup never replaces another.");
    }

    /// <returns>Files that are not what the manifest says.</returns>
    private List<string> CopyParquet(StateCopy state, int attempt, CancellationToken cancellationToken)
    {
        var damaged = new List<string>();
        long done = 0, all = state.Files.Sum(file => file.Bytes);
        foreach (var file in state.Files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            string from = Path.Combine(data, "parquet", file.Name), target = Path.Combine(to, "parquet", file.Name);
            if (!parquet.TryGetValue(file.Name, out var copy))
            {
                // A file that the newest state still lists is not replaced but lost.
                if (!File.Exists(from) && attempt == MostAttempts)
                    damaged.Add(file.Name);
                else
                    parquet[file.Name] = copy = Take(from, target, file, cancellationToken);
            }
            if (copy is not null && (copy.Bytes != file.Bytes || copy.Sha256 != file.Sha256))
                damaged.Add(file.Name);
            done += file.Bytes;
        }
        // Copied for an earlier state, merged away since.
        var listed = state.Files.Select(file => file.Name).ToHashSet(StringComparer.Ordinal);
        foreach (string name in parquet.Keys.Where(name => !listed.Contains(name)).ToList())
        {
            File.Delete(Path.Combine(to, "parquet", name));
            parquet.Remove(name);
        }
        progress.WriteLine($"parquet: {state.Files.Count} files, {done} of {all} bytes, {linked} by a second name instead of a copy");
        return damaged;
    }

    private BackupFile Take(string from, string target, ListedFile file, CancellationToken cancellationToken)
    {
        string path = $"parquet/{file.Name}";
        if (link && FileCopy.TryLink(from, target))
        {
            linked++;
            return new(path, new FileInfo(target).Length, FileCopy.Sha256Of(target));
        }
        var (bytes, sha256) = FileCopy.Copy(from, target, cancellationToken);
        return new(path, bytes, sha256);
    }

    private List<BackupFile> CopyLog(long neededFrom, bool lastAttempt, CancellationToken cancellationToken)
    {
        string from = Path.Combine(data, "log"), target = Path.Combine(to, "log");
        foreach (string earlier in Directory.GetFiles(target))
            File.Delete(earlier);
        // Named by their first record, in as many digits: the order of names is the order of records.
        string[] segments = [.. Directory.GetFiles(from, SegmentPattern).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
        int first = Math.Max(0, Array.FindLastIndex(segments, name => FirstSequenceOf(name) <= neededFrom));
        if (segments.Length == 0 || (FirstSequenceOf(segments[first]) > neededFrom && !lastAttempt))
            throw new FileNotFoundException($"The log in {from} begins after record {neededFrom}.");
        // Newest first, for the same reason as within a segment: what is copied later is not missing what is copied before builds on.
        for (int i = segments.Length - 1; i >= first; i--)
            FileCopy.CopyGrowing(Path.Combine(from, segments[i]), Path.Combine(target, segments[i]), cancellationToken);
        progress.WriteLine($"log: {segments.Length - first} of {segments.Length} segments, from record {neededFrom} on");
        return [.. segments[first..].Select(name => Describe($"log/{name}"))];
    }

    private void Finish(DateTimeOffset takenAt, StateCopy state, List<BackupFile> log)
    {
        using (var copied = new FileStream(Path.Combine(to, StateDatabase.FileName), FileMode.Open, FileAccess.ReadWrite))
            FileCopy.Sync(copied);
        var manifest = new BackupManifest(BackupManifest.CurrentFormat, takenAt,
            [Describe(StateDatabase.FileName), .. state.Files.Where(file => parquet.ContainsKey(file.Name)).Select(file => parquet[file.Name]), .. log]);
        foreach (string folder in new[] { Path.Combine(to, "parquet"), Path.Combine(to, "log"), to })
            DurableFile.FsyncDirectory(folder);
        manifest.Write(to);
        DurableFile.FsyncDirectory(to);
        progress.WriteLine($"backup: {manifest.Files.Count} files, {manifest.Files.Sum(file => file.Bytes)} bytes in {to}");
    }

    private BackupFile Describe(string path)
    {
        string full = Path.Combine(to, path);
        return new(path, new FileInfo(full).Length, FileCopy.Sha256Of(full));
    }

    private static long FirstSequenceOf(string segment) =>
        long.TryParse(Path.GetFileNameWithoutExtension(segment), System.Globalization.CultureInfo.InvariantCulture, out long sequence) ? sequence : long.MaxValue;
}
