using SensorGrid.Readings.Catalogue;
using SensorGrid.Readings.Yaml;
using SensorGrid.Rules.Files;
using SensorGrid.Rules.Model;
using SensorGrid.Testing;

namespace SensorGrid.Alarms.Tests.Packs;

public sealed class PackTests
{
    private static readonly string Folder = RepositoryRoot.Combine("rules", "packs");

    public static TheoryData<string> Packs => [.. Directory.GetDirectories(Folder).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal)];

    [Fact]
    public void All_packs_together_are_one_rule_set_that_fits_the_city_of_the_scenarios()
    {
        var catalogue = CatalogueReader.Read(new([new("catalogue.yaml", File.ReadAllText(RepositoryRoot.Combine("tests", "scenarios", "catalogue.yaml")))]));
        Assert.NotNull(catalogue.Catalogue);
        var bundle = SourceBundle.LoadFolder(Folder, out var loading);
        Assert.Empty(loading);
        var (rules, messages) = RuleSetReader.Read(bundle, catalogue.Catalogue);
        Assert.DoesNotContain(messages, message => message.Severity == MessageSeverity.Error);
        Assert.DoesNotContain(messages, message => message.Severity == MessageSeverity.Warning);
        Assert.NotNull(rules);
    }

    [Theory]
    [MemberData(nameof(Packs))]
    public void Every_rule_is_named_after_its_pack_and_says_who_acts_and_where_its_numbers_come_from(string pack)
    {
        var bundle = SourceBundle.LoadFolder(Path.Combine(Folder, pack), out _);
        var rules = RuleSetReader.Read(bundle).Rules!.Rules;
        Assert.NotEmpty(rules);
        Assert.All(rules, rule =>
        {
            Assert.StartsWith(pack + ".", rule.Id, StringComparison.Ordinal);
            Assert.Equal(pack, rule.Domain);
            Assert.NotNull(rule.Plan);
            // In words, not a name alone: whoever sets the number anew must see what it stood on.
            Assert.True(rule.Source is { Length: >= 40 }, $"{rule.Id} says too little of where its numbers come from");
            Assert.Matches(@"[\u4e00-\u9fff]", rule.Title.Zh);
            Assert.DoesNotMatch(@"[\u4e00-\u9fff]", rule.Title.En);
        });
        Assert.Contains(rules, rule => rule is DeadmanRule);
    }

    [Fact]
    public void No_rule_speaks_as_an_authority()
    {
        // Warnings 预警 and signals 信号 are issued by governments and their services. A rule states what was measured: neither its name nor its title, nor the plan it
        // sends people to, may be taken for one.
        string[] words = ["预警", "信号", "警报", "预报", "发布", "warning", "signal", "forecast", "official", "evacuat"];
        var spoken = AllRules().SelectMany(rule => new[] { rule.Id, rule.Title.Zh, rule.Title.En, rule.Plan! });
        Assert.All(spoken, text => Assert.DoesNotContain(words, word => text.Contains(word, StringComparison.OrdinalIgnoreCase)));
    }

    [Fact]
    public void Every_rule_is_raised_and_ended_in_some_scenario()
    {
        var said = Directory.GetFiles(RepositoryRoot.Combine("tests", "scenarios"), "packs.txt", SearchOption.AllDirectories)
            .SelectMany(file => File.ReadLines(Path.Combine(Path.GetDirectoryName(file)!, "expected.txt")))
            .Select(line => line.Split(' ')).Where(words => words.Length > 2).Select(words => (Kind: words[1], Rule: words[2])).ToHashSet();
        var rules = AllRules().Select(rule => rule.Id).ToList();
        Assert.All(rules, rule => Assert.Contains(("raised", rule), said));
        Assert.All(rules, rule => Assert.True(said.Contains(("cleared", rule)) || said.Contains(("returned", rule)), $"{rule} never ends in a scenario"));
    }

    [Theory]
    [MemberData(nameof(Packs))]
    public void Every_pack_has_scenarios(string pack)
    {
        var scenarios = Directory.GetFiles(RepositoryRoot.Combine("tests", "scenarios"), "packs.txt", SearchOption.AllDirectories)
            .Where(file => File.ReadLines(file).Any(line => line.StartsWith(pack + "/", StringComparison.Ordinal)));
        Assert.True(scenarios.Count() >= 2);
    }

    private static System.Collections.Immutable.ImmutableArray<Rule> AllRules() => RuleSetReader.Read(SourceBundle.LoadFolder(Folder, out _)).Rules!.Rules;
}
