using SensorGrid.Testing;

namespace SensorGrid.EndToEnd.Tests.RuleTools;

public sealed class DiffTests : IDisposable
{
    private static readonly string Calder = RepositoryRoot.Combine("tests", "recordings", "river-calder-2015");

    private readonly RuleTool tool = new();

    [Fact]
    public void A_raised_limit_moves_the_alarm_and_the_gate_closes_only_for_what_it_was_told()
    {
        string old = Rule("old.yaml", "{ blue: 2.5 }"), @new = Rule("new.yaml", "{ blue: 4 }");
        var (exit, output) = RuleTool.Run("diff", "--old", old, "--new", @new, "--recording", Calder, "--language", "en", "--fail-on", "added|removed");
        Assert.True(exit == 0, output);
        Assert.Contains("moved: water.level calder-mytholmroyd/stage 2015-12-25T18:00:00Z/", output, StringComparison.Ordinal);
        Assert.Contains(" → 2015-12-26T07:00:00Z/", output, StringComparison.Ordinal);
        Assert.Equal(1, RuleTool.Run("diff", "--old", old, "--new", @new, "--recording", Calder, "--fail-on", "moved").ExitCode);
    }

    [Fact]
    public void A_difference_that_does_not_exist_cannot_be_a_gate()
    {
        string rule = Rule("rule.yaml", "{ blue: 4 }");
        Assert.Equal(2, RuleTool.Run("diff", "--old", rule, "--new", rule, "--recording", Calder, "--fail-on", "moved,lost").ExitCode);
    }

    public void Dispose() => tool.Dispose();

    private string Rule(string name, string levels) => tool.Write(name, $$"""
        rules:
          - { id: water.level, type: threshold, domain: water, title: Level, scope: { quantity: level }, levels: {{levels}}, unit: m, clear-margin: 0.1 }

        """);
}
