using System.Text;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Readings.Yaml;
using SensorGrid.Rules.Files;
using SensorGrid.Rules.Model;

namespace SensorGrid.Simulators.RuleTools;

/// <summary>Rule and catalogue files as the rule tools are given them: one file, or a folder of them. Nothing is thrown for what is wrong in
/// them: it becomes messages, with paths as an editor can open them.</summary>
public static class RuleSources
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Loads one file or all source files below a folder.</summary>
    /// <param name="path">The file or folder.</param>
    public static (SourceBundle Bundle, IReadOnlyList<SourceMessage> Messages) Load(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!File.Exists(path))
        {
            var bundle = SourceBundle.LoadFolder(path, out var messages);
            return bundle.Files.Count > 0 || messages.Count > 0
                ? (bundle, InFolder(path, messages))
                : (bundle, [Error(path, "holds no .yaml file")]);
        }
        try
        {
            if (new FileInfo(path).Length > SourceBundle.MaxFileBytes)
                return (SourceBundle.Empty, [Error(path, $"larger than {SourceBundle.MaxFileBytes / (1024 * 1024)} MiB; split it")]);
            return (new([new(Path.GetFileName(path), StrictUtf8.GetString(File.ReadAllBytes(path)))]), []);
        }
        catch (DecoderFallbackException)
        {
            return (SourceBundle.Empty, [Error(path, "not UTF-8; save it in that encoding")]);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return (SourceBundle.Empty, [Error(path, $"cannot be read: {error.Message}")]);
        }
    }

    /// <summary>Loads rules and says everything that is wrong with them at once.</summary>
    /// <param name="path">File or folder of the rules.</param>
    /// <param name="catalogue">When given, names, units and limits are checked against it.</param>
    public static RuleCheck Check(string path, CityCatalogue? catalogue = null)
    {
        var (bundle, loading) = Load(path);
        var (rules, reading) = RuleSetReader.Read(bundle, catalogue);
        IReadOnlyList<SourceMessage> messages = [.. loading, .. InFolder(path, reading)];
        return new(bundle, messages.Any(message => message.Severity == MessageSeverity.Error) ? null : rules, messages);
    }

    /// <summary>Loads a catalogue and says everything that is wrong with it at once.</summary>
    /// <param name="path">File or folder of the catalogue.</param>
    public static (SourceBundle Bundle, CityCatalogue? Catalogue, IReadOnlyList<SourceMessage> Messages) LoadCatalogue(string path)
    {
        var (bundle, loading) = Load(path);
        var (catalogue, reading) = CatalogueReader.Read(bundle);
        IReadOnlyList<SourceMessage> messages = [.. loading, .. InFolder(path, reading)];
        return (bundle, messages.Any(message => message.Severity == MessageSeverity.Error) ? null : catalogue, messages);
    }

    // Messages name files inside of the bundle; people and editors want them from where they stand.
    private static IReadOnlyList<SourceMessage> InFolder(string path, IReadOnlyList<SourceMessage> messages) =>
        [.. messages.Select(message => message with { File = File.Exists(path) ? path : Path.Combine(path, message.File) })];

    private static SourceMessage Error(string path, string text) => new(path, 1, 1, MessageSeverity.Error, text);
}

/// <summary>What a check of rule files found.</summary>
/// <param name="Bundle">The files.</param>
/// <param name="Rules">The rules, or null when anything is wrong.</param>
/// <param name="Messages">Everything there is to say, errors and warnings.</param>
public sealed record RuleCheck(SourceBundle Bundle, RuleSet? Rules, IReadOnlyList<SourceMessage> Messages);
