using SensorGrid.Readings.Catalogue;
using SensorGrid.Readings.Yaml;
using SensorGrid.Rules.Binding;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Files;

/// <summary>Reads rule files into a <see cref="RuleSet"/>. Says everything that is wrong at once, each with its place. The language is
/// described in <c>rules/docs/rule-files.md</c>.</summary>
public static class RuleSetReader
{
    /// <summary>Reads rule files.</summary>
    /// <param name="bundle">The files.</param>
    /// <param name="catalogue">When given, the rules are checked against it too: names, units, limits.</param>
    /// <returns>The rules, or null when there is any error; and what is to be said.</returns>
    public static (RuleSet? Rules, IReadOnlyList<SourceMessage> Messages) Read(SourceBundle bundle, CityCatalogue? catalogue = null)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        var messages = new SourceMessages();
        var rules = new SortedDictionary<string, Rule>(StringComparer.Ordinal);
        var files = new List<MappingFields>();
        foreach (var file in bundle.Files)
        {
            if (IsYaml(file.Path) && YamlDocumentReader.Read(file.Path, file.Text, messages) is { } document
                && MappingFields.From(document, messages, "a rule file", "rules", "calendars") is { } fields)
                files.Add(fields);
        }
        // A rule may name a calendar of any file.
        var calendars = new CalendarReader(messages);
        files.ForEach(calendars.Read);
        foreach (var file in files)
            ReadRules(file, calendars, rules, messages);
        var set = new RuleSet(bundle.Hash, [.. rules.Values]);
        // A rule with a mistake is missing from the set; checking the rest still shows what else is wrong.
        if (catalogue is not null)
            RuleBinder.Bind(catalogue, set, messages, static _ => { });
        return (messages.HasErrors ? null : set, messages.ToList());
    }

    private static bool IsYaml(string path) =>
        path.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".yml", StringComparison.OrdinalIgnoreCase);

    private static void ReadRules(MappingFields file, CalendarReader calendars, SortedDictionary<string, Rule> rules, SourceMessages messages)
    {
        foreach (var node in file.Items("rules", required: !file.Has("calendars")))
        {
            if (RuleReader.Read(node, messages) is not { } read || calendars.Complete(read) is not { } rule)
                continue;
            if (!rules.TryAdd(rule.Id, rule))
                messages.Add(rule.Position.Error($"rule '{rule.Id}' is already defined at {rules[rule.Id].Position}; ids are unique over all files"));
        }
    }
}
