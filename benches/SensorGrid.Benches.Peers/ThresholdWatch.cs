using System.Text.Json;

namespace SensorGrid.Benches.Peers;

/// <summary>One limit over all datastreams of one gateway.</summary>
/// <param name="Rule">Its name, the end of the alarm's topic.</param>
/// <param name="Gateway">Whose readings it concerns.</param>
/// <param name="Limit">Raises at or above it.</param>
internal sealed record ThresholdRule(string Rule, string Gateway, double Limit);

/// <summary>What an alarm message says.</summary>
/// <param name="Rule">Whose limit.</param>
/// <param name="Gateway">Whose reading.</param>
/// <param name="Datastream">Which of its datastreams.</param>
/// <param name="Active">At or above the limit now.</param>
/// <param name="Value">The reading.</param>
internal sealed record ThresholdChange(string Rule, string Gateway, string Datastream, bool Active, double Value);

/// <summary>Compares each reading with the limits of its gateway; says what changed. No windows, delays or hysteresis.</summary>
internal sealed class ThresholdWatch(IEnumerable<ThresholdRule> rules)
{
    private readonly Dictionary<string, ThresholdRule[]> byGateway = rules.GroupBy(rule => rule.Gateway, StringComparer.Ordinal)
        .ToDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal);

    private readonly HashSet<(string Rule, string Gateway, string Datastream)> active = [];

    public static ThresholdWatch Read(string file) =>
        new(JsonSerializer.Deserialize(File.ReadAllText(file), PeerJson.Default.ThresholdRuleArray) ?? throw new InvalidDataException($"{file}: a list of rules was expected"));

    public void Add(string gateway, string datastream, double value, List<ThresholdChange> changes)
    {
        if (!byGateway.TryGetValue(gateway, out var limits))
            return;
        foreach (var rule in limits)
        {
            bool over = value >= rule.Limit;
            var key = (rule.Rule, gateway, datastream);
            if (over ? active.Add(key) : active.Remove(key))
                changes.Add(new(rule.Rule, gateway, datastream, over, value));
        }
    }
}
