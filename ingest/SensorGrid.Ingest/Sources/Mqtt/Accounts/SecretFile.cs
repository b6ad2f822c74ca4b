namespace SensorGrid.Ingest.Sources.Mqtt.Accounts;

/// <summary>Files that hold secrets: refused when everybody on the machine can read or write them.</summary>
internal static class SecretFile
{
    /// <summary>Its text without white space around it, or null and one sentence of what is wrong.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maxBytes">Most bytes it may have.</param>
    /// <param name="errors">Gets what is wrong.</param>
    public static string? Read(string path, int maxBytes, List<string> errors)
    {
        try
        {
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & (UnixFileMode.OtherRead | UnixFileMode.OtherWrite)) != 0)
            {
                errors.Add($"{path} can be read or written by everybody; chmod o-rw it.");
                return null;
            }
            long bytes = new FileInfo(path).Length;
            if (bytes > maxBytes)
            {
                errors.Add($"{path} has {bytes} bytes; it may have {maxBytes}.");
                return null;
            }
            return File.ReadAllText(path).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            errors.Add(e.Message);
            return null;
        }
    }

    /// <summary>Its lines, or null and one sentence of what is wrong.</summary>
    /// <inheritdoc cref="Read"/>
    public static string[]? ReadLines(string path, int maxBytes, List<string> errors) => Read(path, maxBytes, errors)?.Split('\n');
}
