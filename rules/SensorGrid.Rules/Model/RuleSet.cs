using System.Collections.Immutable;

namespace SensorGrid.Rules.Model;

/// <summary>All rules in force together. Immutable; one version, which stands on every alarm.</summary>
/// <param name="Hash">SHA-256 over the rule files.</param>
/// <param name="Rules">The rules, in order of their ids.</param>
public sealed record RuleSet(string Hash, ImmutableArray<Rule> Rules)
{
    /// <summary>The first 12 digits of the hash: what people see and compare.</summary>
    public string Version => Hash[..Math.Min(12, Hash.Length)];
}
