using SensorGrid.Readings.Yaml;

namespace SensorGrid.Readings.Catalogue;

/// <summary>Loads the source files of one folder within the limits of <see cref="SourceBundle"/>.</summary>
internal sealed class SourceFolder(string root)
{
    private const int MaxDepth = 8;

    private static readonly string[] Endings = [".yaml", ".yml", ".json", ".geojson"];

    private readonly List<SourceFile> files = [];
    private long bytes;
    private bool full;

    public SourceMessages Messages { get; } = new();

    public IReadOnlyList<SourceFile> Load()
    {
        if (Directory.Exists(root))
            Enter(new DirectoryInfo(root), "", 0);
        else
            Refuse(root, "this folder does not exist; check the path in the settings");
        return files;
    }

    private void Enter(DirectoryInfo folder, string prefix, int depth)
    {
        try
        {
            // Ordinal order, so that the file at which a limit falls is the same on every machine.
            foreach (var entry in folder.EnumerateFileSystemInfos().OrderBy(entry => entry.Name, StringComparer.Ordinal))
            {
                if (full || entry.Name.StartsWith('.'))
                    continue;
                string path = prefix + entry.Name;
                if (entry is DirectoryInfo inner)
                {
                    // A linked folder may lead out of the tree or round in a circle; linked files are how containers mount settings.
                    if (inner.LinkTarget is null && depth < MaxDepth)
                        Enter(inner, path + "/", depth + 1);
                    else
                        Messages.Add(new(path, 1, 1, MessageSeverity.Warning, $"passed over: a linked folder, or deeper than {MaxDepth} levels"));
                }
                else if (Endings.Contains(entry.Extension, StringComparer.OrdinalIgnoreCase))
                {
                    Take(entry.FullName, path);
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Refuse(prefix.Length == 0 ? root : prefix, $"this folder cannot be listed: {error.Message}");
        }
    }

    private void Take(string fullName, string path)
    {
        if (files.Count == SourceBundle.MaxFiles)
        {
            full = true;
            Refuse(path, $"more than {SourceBundle.MaxFiles} files; merge some, or point the setting at a smaller folder");
            return;
        }
        try
        {
            using var stream = File.OpenRead(fullName);
            // One byte more than its length, so that a file that grows meanwhile is seen to.
            var content = new byte[(int)Math.Min(stream.Length, SourceBundle.MaxFileBytes) + 1];
            int length = stream.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
            bytes += length;
            if (length > SourceBundle.MaxFileBytes)
                Refuse(path, $"larger than {SourceBundle.MaxFileBytes / (1024 * 1024)} MiB; split it or simplify its geometry");
            else if (length == content.Length)
                Refuse(path, "grew while it was read; read the folder again");
            else if (bytes > SourceBundle.MaxBytes)
                Refuse(path, $"with this file the folder is larger than {SourceBundle.MaxBytes / (1024 * 1024)} MiB");
            else if (SourceBundle.TextOf(content.AsSpan(0, length)) is { } text)
                files.Add(new(path, text));
            else
                Refuse(path, "not UTF-8 text, or with control signs in it; save it in that encoding");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Refuse(path, $"cannot be read: {error.Message}");
        }
    }

    private void Refuse(string path, string text) => Messages.Add(new(path, 1, 1, MessageSeverity.Error, text));
}
