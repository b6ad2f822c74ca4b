using SensorGrid.Readings.Catalogue;
using SensorGrid.Readings.Yaml;
using SensorGrid.Rules.Files;
using SensorGrid.Rules.Model;

namespace SensorGrid.Ingest.Service.Definitions;

/// <summary>Rule files as somebody sent them: everything that is wrong with them, each with its place, or a rule set.</summary>
internal static class PostedRules
{
    private const int MostPathLength = 255;

    /// <param name="files">The files.</param>
    /// <param name="note">Why they are sent.</param>
    /// <param name="catalogue">What they must fit; null to check the files alone.</param>
    public static PostedRuleSet Read(IReadOnlyList<SourceFile> files, string? note, CityCatalogue? catalogue)
    {
        var messages = new List<SourceMessage>();
        if (files.Count > SourceBundle.MaxFiles)
            return new(null, null, [Error("rules", $"{files.Count} files; a rule set has at most {SourceBundle.MaxFiles}")]);
        foreach (var file in files)
        {
            if (ProblemOf(file.Path) is { } problem)
                messages.Add(Error(Shown(file.Path), problem));
            if (FirstControlSign(file.Text) is { } place)
                messages.Add(new(Shown(file.Path), place.Line, place.Column, MessageSeverity.Error, "a control sign; rule files are plain text"));
        }
        foreach (var twice in files.GroupBy(file => file.Path, StringComparer.Ordinal).Where(group => group.Count() > 1))
            messages.Add(Error(Shown(twice.Key), $"is given {twice.Count()} times"));
        if (messages.Count > 0)
            return new(null, null, messages);
        var bundle = new SourceBundle(files) { Note = note };
        var (rules, said) = RuleSetReader.Read(bundle, catalogue);
        if (rules is { Rules.Length: 0 })
            return new(null, null, [.. said, Error(files.Count == 0 ? "rules" : files[0].Path, "holds no rule; a set without rules would end every alarm")]);
        return new(rules is null ? null : bundle, rules, said);
    }

    // A path is a name inside of the set, and nothing on a disk; all the same it must be one that could be.
    private static string? ProblemOf(string path)
    {
        if (path.Length is 0 or > MostPathLength || path.Any(char.IsControl))
            return $"a path has 1 to {MostPathLength} characters and no control characters";
        if (path.Contains('\\', StringComparison.Ordinal) || path.Split('/').Any(part => part.Length == 0 || part[0] == '.'))
            return "a path is relative, with / between its parts, none of which is empty or begins with a dot";
        if (!path.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) && !path.EndsWith(".yml", StringComparison.OrdinalIgnoreCase))
            return "rule files end in .yaml or .yml; another one would be passed over";
        return null;
    }

    private static (int Line, int Column)? FirstControlSign(string text)
    {
        int line = 1, begin = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n')
                (line, begin) = (line + 1, i + 1);
            else if (char.IsControl(text[i]) && text[i] is not ('\t' or '\r'))
                return (line, i - begin + 1);
        }
        return null;
    }

    private static string Shown(string path) => path.Length > MostPathLength ? path[..MostPathLength] : path;

    private static SourceMessage Error(string file, string text) => new(file, 1, 1, MessageSeverity.Error, text);
}

/// <summary>What somebody sent.</summary>
/// <param name="Bundle">Its files, or null when anything is wrong.</param>
/// <param name="Rules">Its rules, or null when anything is wrong.</param>
/// <param name="Messages">Errors and warnings.</param>
internal sealed record PostedRuleSet(SourceBundle? Bundle, RuleSet? Rules, IReadOnlyList<SourceMessage> Messages);
