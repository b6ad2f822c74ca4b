using System.Security.Cryptography;
using System.Text;
using SensorGrid.Readings.Yaml;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Files;

/// <summary>Reads one rule. Gives null when anything about it is wrong; what is wrong is in the messages.</summary>
internal static class RuleReader
{
    private static readonly string[] Types = ["threshold", "deadman", "geofence", .. RuleFamily.Types];
    private static readonly string[] Common = ["id", "type", "domain", "title", "scope", "freshness", "latch", "plan", "source"];
    private static readonly string[] Threshold =
        ["value", "direction", "levels", "dated-levels", "unit", "floor", "clear-margin", "on-delay", "off-delay", "hours"];
    private static readonly string[] Deadman = ["silence", "level", "of"];

    /// <summary>The keys of each type of rule; the schema for editors must know the same.</summary>
    internal static IEnumerable<(string Type, IReadOnlyList<string> Keys)> KeysByType =>
        Types.Select(type => (type, (IReadOnlyList<string>)[.. Common, .. KeysOf(type)]));

    public static Rule? Read(SourceNode node, SourceMessages messages)
    {
        if (node is not MappingNode mapping)
        {
            messages.Error(node, $"a rule is a mapping (id: …), this is {node.What}");
            return null;
        }
        // Which keys a rule may have depends on its type, so the type is read first.
        if (TypeOf(mapping, messages) is not { } type)
            return null;
        var ofThis = new SourceMessages();
        var family = RuleFamily.Find(type);
        string[] known = [.. Common, .. KeysOf(type)];
        var fields = new MappingFields(mapping, ofThis, $"a {type} rule", known);
        Rule specific = family?.Read(fields, ofThis) ?? type switch
        {
            "threshold" => WithDelays(ReadThreshold(fields, ofThis), fields),
            "deadman" => ReadDeadman(fields),
            _ => WithDelays(GeofenceReader.Read(fields), fields),
        };
        var rule = WithCommon(specific, fields);
        foreach (var message in ofThis.ToList())
            messages.Add(message);
        return ofThis.HasErrors ? null : rule;
    }

    private static IReadOnlyList<string> KeysOf(string type) =>
        RuleFamily.Find(type)?.Keys ?? type switch { "threshold" => Threshold, "deadman" => Deadman, _ => GeofenceReader.Keys };

    private static string? TypeOf(MappingNode rule, SourceMessages messages)
    {
        switch (rule.Find("type"))
        {
            case ScalarNode scalar when Types.Contains(scalar.Value):
                return scalar.Value;
            case ScalarNode scalar:
                string hint = DidYouMean.Hint(scalar.Value, Types);
                messages.Error(scalar, $"a rule's type cannot be '{scalar.Value}'; it is one of {string.Join(", ", Types)}{hint}");
                return null;
            case null:
                messages.Error(rule, $"a rule needs 'type', one of {string.Join(", ", Types)}");
                return null;
            case var other:
                messages.Error(other, $"a rule's type is one of {string.Join(", ", Types)}, this is {other.What}");
                return null;
        }
    }

    private static ThresholdRule ReadThreshold(MappingFields fields, SourceMessages messages)
    {
        var direction = fields.Word("direction", ["above", "below"]) == "below" ? LimitDirection.Below : LimitDirection.Above;
        string? unit = fields.Text("unit");
        var (value, formula) = ValueReader.Read(fields, unit, messages);
        var (limits, limitFormulas, datedLimits) = LevelsReader.Read(fields, direction, messages);
        return new()
        {
            Value = value,
            Formula = formula,
            Direction = direction,
            Limits = limits,
            LimitFormulas = limitFormulas,
            DatedLimits = datedLimits,
            Unit = unit,
            ClearMargin = RuleFields.NotNegative(fields, "clear-margin") ?? 0,
            Floor = RuleFields.Floor(fields),
        };
    }

    // Silence is a condition that holds since the newest reading and counts after this on-delay.
    private static DeadmanRule ReadDeadman(MappingFields fields)
    {
        long silence = RuleFields.Positive(fields, "silence", required: true) ?? 0;
        return new()
        {
            SilenceTicks = silence,
            OnDelayTicks = silence,
            Level = RuleFields.Level(fields),
            OfGateway = fields.Word("of", ["datastream", "gateway"]) == "gateway",
        };
    }

    private static T WithDelays<T>(T rule, MappingFields fields)
        where T : Rule =>
        rule with
        {
            OnDelayTicks = RuleFields.Delay(fields, "on-delay"),
            OffDelayTicks = RuleFields.Delay(fields, "off-delay"),
            Hours = RuleFields.Hours(fields),
        };

    // What all rules have.
    private static Rule WithCommon(Rule rule, MappingFields fields)
    {
        var node = fields.Node;
        return rule with
        {
            Id = fields.Id("id", required: true) ?? "",
            Hash = HashOf(node),
            Domain = fields.Id("domain", required: true) ?? "",
            Title = fields.Localized("title", required: true) ?? rule.Title,
            Scope = RuleFields.Scope(fields),
            Plan = fields.Text("plan"),
            Source = fields.Text("source"),
            FreshnessTicks = RuleFields.Positive(fields, "freshness") ?? rule.FreshnessTicks,
            LatchesRed = fields.Word("latch", ["red", "none"]) != "none",
            Position = SourcePosition.Of(node.Find("id") ?? node),
        };
    }

    // Of the values as written, without comments, spacing and place: a rule that was only moved is the same rule.
    private static string HashOf(SourceNode rule)
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
