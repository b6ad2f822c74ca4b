using SensorGrid.Readings.Yaml;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Files;

/// <summary>One <c>type</c> of rule: which keys it has beside those of every rule, and how they are read.</summary>
internal sealed record RuleFamily(string Type, IReadOnlyList<string> Keys, Func<MappingFields, SourceMessages, Rule> Read)
{
    private static readonly RuleFamily[] Known = [.. ChangeRuleReader.Families, .. VoteRuleReader.Families, .. TimeToLimitReader.Families, .. SilenceRuleReader.Families];

    public static IEnumerable<string> Types => Known.Select(family => family.Type);

    public static RuleFamily? Find(string type) => Array.Find(Known, family => family.Type == type);
}
