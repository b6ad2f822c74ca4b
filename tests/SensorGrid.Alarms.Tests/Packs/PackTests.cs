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
            Assert.NotNull(rule.Source);
            Assert.NotEqual(rule.Title.Zh, rule.Title.En);
            // Warnings and signals are issued by people and authorities; a rule states what was measured.
            Assert.DoesNotContain("预警", rule.Title.Zh, StringComparison.Ordinal);
            Assert.DoesNotContain("warning", rule.Title.En, StringComparison.OrdinalIgnoreCase);
        });
        Assert.Contains(rules, rule => rule is DeadmanRule);
    }

    [Theory]
    [MemberData(nameof(Packs))]
    public void Every_pack_has_scenarios(string pack)
    {
        var scenarios = Directory.GetFiles(RepositoryRoot.Combine("tests", "scenarios"), "packs.txt", SearchOption.AllDirectories)
            .Where(file => File.ReadLines(file).Any(line => line.StartsWith(pack + "/", StringComparison.Ordinal)));
        Assert.True(scenarios.Count() >= 2);
    }
}
