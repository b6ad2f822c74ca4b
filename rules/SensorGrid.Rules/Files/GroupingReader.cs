using SensorGrid.Readings.Yaml;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Files;

/// <summary>Reads <c>by</c>: how the datastreams of a scope are put together.</summary>
internal static class GroupingReader
{
    private static readonly Dictionary<string, GroupKind> Plain = new(StringComparer.Ordinal)
    {
        ["all"] = GroupKind.All,
        ["station"] = GroupKind.Station,
        ["asset"] = GroupKind.Asset,
        ["gateway"] = GroupKind.Gateway,
        ["site"] = GroupKind.Site,
        ["network"] = GroupKind.Network,
    };

    private static readonly Dictionary<string, GroupKind> Named = new(StringComparer.Ordinal)
    {
        ["tag:"] = GroupKind.Tag,
        ["zone:"] = GroupKind.Zone,
    };

    public static Grouping Read(MappingFields fields, string key = "by")
    {
        if (fields.Text(key, required: true) is not { } text)
            return default;
        if (Plain.TryGetValue(text, out var kind))
            return new(kind);
        foreach (var (begin, named) in Named)
        {
            if (text.StartsWith(begin, StringComparison.Ordinal) && text.Length > begin.Length)
                return new(named, text[begin.Length..].Trim());
        }
        string[] words = [.. Plain.Keys, "tag:NAME", "zone:KIND"];
        fields.Error(key, $"'{key}' cannot be '{text}'; it is one of {string.Join(", ", words)}{DidYouMean.Hint(text, Plain.Keys)}");
        return default;
    }
}
