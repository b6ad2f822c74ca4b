using SensorGrid.Readings.Catalogue;
using SensorGrid.Readings.Yaml;

namespace SensorGrid.Ingest.Service.Definitions;

/// <summary>A folder of files that people write: the catalogue, or the rules. Loading checks everything, so that what goes into the
/// log as a version is known to be usable.</summary>
/// <param name="name">What it is called to people: catalogue, rules.</param>
/// <param name="command">Type of the log's command that puts a version into force.</param>
/// <param name="path">The folder; empty for none.</param>
/// <param name="check">Everything that is wrong with a bundle.</param>
/// <param name="isDefault">Nobody named it: it came with the program.</param>
internal sealed class DefinitionFolder(
    string name, string command, string path, Func<SourceBundle, IReadOnlyList<SourceMessage>> check, bool isDefault = false)
{
    public string Name => name;

    public string Command => command;

    /// <summary>Nobody named it: it came with the program.</summary>
    public bool IsDefault => isDefault;

    /// <summary>Full path, or empty.</summary>
    public string Path { get; } = path.Length == 0 ? "" : System.IO.Path.GetFullPath(path);

    /// <summary>Reads the files as they are now, and checks them.</summary>
    /// <param name="knownHash">A version that is known to be usable: it is not checked again, which for a large city takes seconds.</param>
    public LoadedDefinition Load(string knownHash = "")
    {
        if (Path.Length == 0)
            return LoadedDefinition.Nothing;
        var bundle = SourceBundle.LoadFolder(Path, out var unreadable);
        if (unreadable.Count == 0 && bundle.Hash == knownHash)
            return new(bundle, [], []);
        // A file that could not be read would only make more errors that are not there.
        var messages = unreadable.Any(message => message.Severity == MessageSeverity.Error) ? unreadable : [.. unreadable, .. check(bundle)];
        string[] Lines(MessageSeverity severity) => [.. messages.Where(message => message.Severity == severity).Select(Show)];
        return new(bundle, Lines(MessageSeverity.Error), Lines(MessageSeverity.Warning));
    }

    // With the folder in front, so that an editor or terminal makes it a link.
    private string Show(SourceMessage message) => message with { File = System.IO.Path.Combine(Path, message.File) } + "";
}

/// <summary>What a folder held.</summary>
/// <param name="Bundle">Its files.</param>
/// <param name="Errors">Why it cannot be used, <c>file:line:column: text</c>; empty when it can.</param>
/// <param name="Warnings">What is probably not meant so.</param>
internal sealed record LoadedDefinition(SourceBundle Bundle, IReadOnlyList<string> Errors, IReadOnlyList<string> Warnings)
{
    /// <summary>No files: what is left of them when they are in force, for those of a large city take more memory than what is made of them.</summary>
    public static LoadedDefinition Nothing { get; } = new(SourceBundle.Empty, [], []);

    public bool IsUsable => Errors.Count == 0;
}
