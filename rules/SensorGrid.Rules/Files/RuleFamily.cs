using SensorGrid.Readings.Yaml;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Files;

/// <summary>One <c>type</c> of rule: which keys it has beside those of every rule, and how they are read.</summary>
internal sealed record RuleFamily(string Type, IReadOnlyList<string> Keys, Func<MappingFields, SourceMessages, Rule> Read)
{
    /// <summary>All types, in the order in which messages and the schema name them.</summary>
    public static IReadOnlyList<RuleFamily> All { get; } =
    [
        .. ThresholdRuleReader.Families, .. SilenceRuleReader.Deadman, .. GeofenceReader.Families,
        .. ChangeRuleReader.Families, .. VoteRuleReader.Families, .. TimeToLimitReader.Families, .. SilenceRuleReader.Families,
        .. CheckInReader.Families, .. FireWeatherReader.Families,
    ];

    public static RuleFamily? Find(string type) => All.FirstOrDefault(family => family.Type == type);
}
