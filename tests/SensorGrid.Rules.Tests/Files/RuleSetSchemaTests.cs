using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using SensorGrid.Readings.Yaml;
using SensorGrid.Rules.Files;
using SensorGrid.Testing;

namespace SensorGrid.Rules.Tests.Files;

/// <summary>The schema that editors check rule files with, against somebody else's validator: it must take what the reader takes, and refuse what the reader
/// refuses, as far as a schema can.</summary>
public sealed class RuleSetSchemaTests
{
    private static readonly string SchemaText = File.ReadAllText(RepositoryRoot.Combine("rules", "schemas", "rule-set.schema.json"));
    private static readonly JsonSchema Schema = JsonSchema.FromText(SchemaText);

    // What no schema can see: the order of numbers, the inside of formulas, a duration's length, a day that its month has not.
    private static readonly string[] BeyondASchema =
    [
        "limits must rise", "limits must fall", "is not a function", "needs a window in brackets", "has one argument", "one side is in", "never looks at a reading", "is longer than a year",
    ];

    public static TheoryData<string> Files => [.. RuleFiles()];

    public static TheoryData<string, string> Mistakes => RuleSetReaderTests.Mistakes;

    [Theory]
    [MemberData(nameof(Files))]
    public void Takes_every_pack_and_the_rules_of_every_scenario(string file) =>
        Assert.Equal(!file.Contains("with-mistakes", StringComparison.Ordinal), Takes(File.ReadAllText(RepositoryRoot.Combine(file))));

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Refuses_the_mistakes_that_the_reader_refuses(string text, string message) =>
        Assert.Equal(BeyondASchema.Any(beyond => message.Contains(beyond, StringComparison.Ordinal)), Takes(text));

    [Theory]
    [InlineData("levels: { yellow: 'last of crest - 1 m', red: 5 }, scope: { upstream-of: [st1], zones: [z1] }", true)]
    [InlineData("dated-levels: [{ from: 04-15, to: 10-15, name: { zh: 汛期 }, red: 4 }], scope: { quantity: level }", true)]
    [InlineData("dated-levels: [{ from: 04-15, red: 4 }], scope: { quantity: level }", false)]
    [InlineData("dated-levels: [{ from: 4-15, to: 10-15, red: 4 }], scope: { quantity: level }", false)]
    [InlineData("dated-levels: [{ from: 04-15, to: 10-15, rde: 4 }], scope: { quantity: level }", false)]
    [InlineData("levels: { red: 4 }, scope: { upstream: [st1] }", false)]
    [InlineData("levels: { red: 4 }, scope: { upstream-of: [] }", false)]
    [InlineData("levels: { red: 4 }, scope: { upstream-of: st1 }", false)]
    [InlineData("levels: { red: }, scope: { quantity: level }", false)]
    [InlineData("levels: { red: 4 }, scope: { quantity: level }, on-delay: 1h30min", true)]
    [InlineData("levels: { red: 4 }, scope: { quantity: level }, on-delay: P1DT2H", true)]
    [InlineData("levels: { red: 4 }, scope: { quantity: level }, on-delay: 0s", true)]
    [InlineData("levels: { red: 4 }, scope: { quantity: level }, freshness: 0s", false)]
    [InlineData("levels: { red: 4 }, scope: { quantity: level }, on-delay: 30min1h", false)]
    [InlineData("levels: { red: 4 }, scope: { quantity: level }, on-delay: 15m", false)]
    [InlineData("levels: { red: 4 }, scope: { quantity: level }, on-delay: 15", false)]
    [InlineData("levels: { red: 4 }, scope: { quantity: level }, on-delay: ", false)]
    [InlineData("levels: { red: 4 }, scope: { tags: { district: 440882 } }", true)]
    [InlineData("levels: { red: 4 }, scope: { quantity: [level] }", false)]
    [InlineData("levels: { red: 4 }, scope: { quantity: level }, hours: { from: '18:00', to: '24:00', days: [mon, fri], dates: [04-15, { from: 2026-02-15, to: 2026-02-23, name: 春节 }] }", true)]
    [InlineData("levels: { red: 4 }, scope: { quantity: level }, hours: { from: '18:00' }", false)]
    [InlineData("levels: { red: 4 }, scope: { quantity: level }, hours: { offset: '+08:00' }", false)]
    [InlineData("levels: { red: 4 }, scope: { quantity: level }, hours: { days: [monday] }", false)]
    [InlineData("levels: { red: 4 }, scope: { quantity: level }, hours: { outside: { days: [sat] }, time-zone: Asia/Shanghai }", true)]
    [InlineData("levels: { red: 4 }, scope: { quantity: level }, hours: { outside: [{ days: [sat] }], days: [sun] }", false)]
    [InlineData("levels: { red: 4 }, scope: { quantity: level }, hours: { outside: [{ days: [sat] }], inside: [{ days: [sun] }] }", false)]
    [InlineData("levels: { red: 4 }, scope: { quantity: level }, hours: { inside: [{ from: '08:00', to: '24:00', except: [sun] }, { dates: [{ from: 2026-02-15 }] }] }", true)]
    [InlineData("levels: { red: 4 }, scope: { quantity: level }, hours: { inside: [] }", false)]
    public void Reader_and_schema_agree(string keys, bool isTaken)
    {
        string text = $"rules:\n  - {{ id: r, type: threshold, domain: water, title: {{ zh: 标题, en: T }}, {keys} }}\n";
        Assert.Equal(isTaken, RuleSetReader.Read(new([new("r.yaml", text)])).Rules is not null);
        Assert.Equal(isTaken, Takes(text));
    }

    [Theory]
    [InlineData("calendars: [{ id: city, holidays: [{ from: 2026-02-15, to: 2026-02-23, name: { zh: 春节 } }], workdays: [2026-02-14], special-days: [] }]\n", true)]
    [InlineData("calendars: [{ id: city, holidays: [02-15] }]\n", false)]
    [InlineData("calendars: [{ holidays: [2026-02-15] }]\n", false)]
    [InlineData("calendars: [{ id: city, holiday: [2026-02-15] }]\n", false)]
    [InlineData("{}\n", false)]
    public void Reader_and_schema_agree_about_calendars(string text, bool isTaken)
    {
        Assert.Equal(isTaken, RuleSetReader.Read(new([new("r.yaml", text)])).Rules is not null);
        Assert.Equal(isTaken, Takes(text));
    }

    [Fact]
    public void Knows_the_same_types_and_keys_as_the_reader()
    {
        var definitions = JsonNode.Parse(SchemaText)!["definitions"]!;
        var types = definitions["rule"]!["properties"]!["type"]!["enum"]!.AsArray().Select(type => type!.GetValue<string>());
        Assert.Equal(RuleReader.KeysByType.Select(rule => rule.Type), types);
        foreach (var (type, keys) in RuleReader.KeysByType)
            Assert.Equal(keys.Order(StringComparer.Ordinal), definitions[type]!["properties"]!.AsObject().Select(property => property.Key).Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> RuleFiles()
    {
        foreach (string folder in new[] { Path.Combine("rules", "packs"), Path.Combine("tests", "scenarios") })
        {
            foreach (string file in Directory.EnumerateFiles(RepositoryRoot.Combine(folder), "*.yaml", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            {
                if (File.ReadLines(file).Any(line => line.StartsWith("rules:", StringComparison.Ordinal)))
                    yield return Path.GetRelativePath(RepositoryRoot.Path, file);
            }
        }
    }

    private static bool Takes(string yaml)
    {
        var messages = new SourceMessages();
        var document = YamlDocumentReader.Read("r.yaml", yaml, messages);
        Assert.NotNull(document);
        using var json = JsonDocument.Parse(Json(document)?.ToJsonString() ?? "null");
        return Schema.Evaluate(json.RootElement).IsValid;
    }

    // As editors read YAML: what looks like a number or a truth and stands in no quotes is one.
    private static JsonNode? Json(SourceNode node) => node switch
    {
        MappingNode mapping => new JsonObject(mapping.Entries.Select(entry => KeyValuePair.Create(entry.Key.Value, Json(entry.Value)))),
        SequenceNode list => new JsonArray([.. list.Items.Select(Json)]),
        ScalarNode { IsNull: true } => null,
        ScalarNode { Quoted: false } scalar when double.TryParse(scalar.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            && double.IsFinite(number) => JsonValue.Create(number),
        ScalarNode { Quoted: false, Value: "true" or "false" } scalar => JsonValue.Create(scalar.Value == "true"),
        ScalarNode scalar => JsonValue.Create(scalar.Value),
        _ => throw new NotSupportedException(node.What),
    };
}
