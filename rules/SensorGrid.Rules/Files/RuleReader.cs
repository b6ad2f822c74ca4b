using System.Security.Cryptography;
using System.Text;
using SensorGrid.Readings.Time;
using SensorGrid.Readings.Yaml;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Files;

/// <summary>Reads one rule. Gives null when anything about it is wrong; what is wrong is in the messages.</summary>
internal static class RuleReader
{
    private static readonly string[] Common = ["id", "type", "domain", "title", "scope", "freshness", "latch", "plan", "source", "hours"];

    /// <summary>The keys of each type of rule; the schema for editors must know the same.</summary>
    internal static IEnumerable<(string Type, IReadOnlyList<string> Keys)> KeysByType =>
        RuleFamily.All.Select(family => (family.Type, (IReadOnlyList<string>)[.. Common, .. family.Keys]));

    public static Rule? Read(SourceNode node, SourceMessages messages)
    {
        if (node is not MappingNode mapping)
        {
            messages.Error(node, $"a rule is a mapping (id: …), this is {node.What}");
            return null;
        }
        // Which keys a rule may have depends on its type, so the type is read first.
        if (FamilyOf(mapping, messages) is not { } family)
            return null;
        var ofThis = new SourceMessages();
        var fields = new MappingFields(mapping, ofThis, $"a {family.Type} rule", [.. Common, .. family.Keys]);
        var rule = WithCommon(family.Read(fields, ofThis), fields, ofThis);
        foreach (var message in ofThis.ToList())
            messages.Add(message);
        return ofThis.HasErrors ? null : rule;
    }

    private static RuleFamily? FamilyOf(MappingNode rule, SourceMessages messages)
    {
        var types = RuleFamily.All.Select(family => family.Type);
        switch (rule.Find("type"))
        {
            case ScalarNode scalar when RuleFamily.Find(scalar.Value) is { } family:
                return family;
            case ScalarNode scalar:
                string hint = DidYouMean.Hint(scalar.Value, types);
                messages.Error(scalar, $"a rule's type cannot be '{scalar.Value}'; it is one of {string.Join(", ", types)}{hint}");
                return null;
            case null:
                messages.Error(rule, $"a rule needs 'type', one of {string.Join(", ", types)}");
                return null;
            case var other:
                messages.Error(other, $"a rule's type is one of {string.Join(", ", types)}, this is {other.What}");
                return null;
        }
    }

    // What all rules have.
    private static Rule WithCommon(Rule rule, MappingFields fields, SourceMessages messages)
    {
        var node = fields.Node;
        // The slots of check-ins are made of their hours, which have been read with them.
        if (rule is not CheckInRule)
            rule = WithHours(rule, fields, messages);
        rule = rule with { Domain = fields.Id("domain", required: true) ?? "" };
        return rule with
        {
            Id = fields.Id("id", required: true) ?? "",
            Hash = HashOf(node),
            Title = fields.Localized("title", required: true) ?? rule.Title,
            Scope = RuleFields.Scope(fields),
            Plan = fields.Text("plan"),
            Source = fields.Text("source"),
            FreshnessTicks = RuleFields.Positive(fields, "freshness") ?? FreshnessOf(rule.Domain),
            LatchesRed = fields.Word("latch", ["red", "none"]) != "none",
            Position = SourcePosition.Of(node.Find("id") ?? node),
        };
    }

    private static Rule WithHours(Rule rule, MappingFields fields, SourceMessages messages)
    {
        if (HoursReader.Read(fields, messages) is not { } hours)
            return rule;
        var (key, ticks) = rule switch
        {
            DeadmanRule or SilenceAfterRule => ("silence", rule.OnDelayTicks),
            StuckAtRule stuck => ("still", stuck.StillTicks),
            _ => ("on-delay", rule.OnDelayTicks),
        };
        // As long as the hours it would end with them: complete at that instant, and over.
        if (ticks > hours.LongestTicks && fields.Find(key) is { } node)
        {
            string length = DurationText.Format(TimeSpan.FromTicks(ticks));
            messages.Add(SourcePosition.Of(node).Warning($"'{key}' is counted from where 'hours' begin, and none of these is as long as {length}: the rule can never be raised"));
        }
        return rule with { Hours = hours };
    }

    // A fire of half an hour ago is no news; a river's level is.
    private static long FreshnessOf(string domain) => (domain == "fire" ? 2 : 30) * TimeSpan.TicksPerMinute;

    // Of the values as written, without comments, spacing and place: a rule that was only moved is the same rule.
    internal static string HashOf(SourceNode rule)
    {
        var text = new StringBuilder();
        Write(rule);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));

        void Write(SourceNode node)
        {
            switch (node)
            {
                case ScalarNode scalar:
                    text.Append(scalar.Value.Length).Append(':').Append(scalar.Value);
                    break;
                case SequenceNode list:
                    text.Append('[');
                    foreach (var item in list.Items)
                        Write(item);
                    text.Append(']');
                    break;
                case MappingNode mapping:
                    text.Append('{');
                    foreach (var entry in mapping.Entries.OrderBy(entry => entry.Key.Value, StringComparer.Ordinal))
                    {
                        Write(entry.Key);
                        Write(entry.Value);
                    }
                    text.Append('}');
                    break;
            }
        }
    }
}
