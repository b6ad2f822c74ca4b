namespace SensorGrid.Ingest.Service.Hosting;

/// <summary>Looks who on the machine can read the files that hold secrets. Reading them is others' business; this only tells somebody.</summary>
/// <param name="files">The setting that names each, and its path.</param>
/// <param name="logger">Told at the start.</param>
internal sealed class SecretFileModes(IReadOnlyList<(string Key, string Path)> files, ILogger logger)
{
    private const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
    private const UnixFileMode Group = UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    /// <summary>What is wrong now: a file that everybody can read or write. Not of a group's: some hand secrets to services that way. Null when nothing is.</summary>
    public string? Problem => files.Where(file => (ModeOf(file.Path) & Others) != 0).Select(file => $"{file.Path} ({file.Key}) can be read or written by everybody; chmod go-rwx it.").FirstOrDefault();

    /// <summary>Files for a service's settings.</summary>
    public static IReadOnlyList<(string Key, string Path)> FilesOf(ServiceOptions options)
    {
        var files = options.FieldProtocols.SelectMany(protocol => protocol.SecretFiles).ToList();
        if (options.MqttAccess.GatewayPasswordFile is { } gateways)
            files.Add(("Mqtt:Access:GatewayPasswordFile", gateways));
        return files;
    }

    /// <summary>One line for each file that its group or everybody can read or write.</summary>
    public void Tell()
    {
        foreach (var (key, path) in files)
        {
            if ((ModeOf(path) & (Others | Group)) != 0)
                Log.SecretFileOpen(logger, path, key);
        }
    }

    private static UnixFileMode ModeOf(string path)
    {
        if (OperatingSystem.IsWindows())
            return UnixFileMode.None;
        try
        {
            return File.GetUnixFileMode(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Gone since it was read: then nobody reads it, and whoever needs it says so.
            return UnixFileMode.None;
        }
    }
}
