using System.Text.Json;
using SensorGrid.Testing;

namespace SensorGrid.EndToEnd.Tests.RuleTools;

public sealed class RuleFilesTests : IDisposable
{
    private const string Rule = """
        rules:
          - id: water.level
            type: threshold
            domain: water
            title: Level
            scope: { quantity: level }
            levels: { blue: 2 }
            unit: m

        """;

    private const string Catalogue = """
        domains: [{ id: water, name: Water }]
        gateways: [{ id: g, domain: water }]
        datastreams: [{ gateway: g, name: stage, quantity: level, unit: m }]

        """;

    private readonly RuleTool tool = new();

    [Fact]
    public void The_packs_have_nothing_wrong()
    {
        var (exit, output) = RuleTool.Run("check", RepositoryRoot.Combine("rules", "packs"), "--language", "zh");
        Assert.True(exit == 0, output);
        Assert.Contains("无误", output, StringComparison.Ordinal);
    }

    [Fact]
    public void All_mistakes_of_all_files_are_said_at_once_with_their_places()
    {
        string first = tool.Write("rules/a.yaml", Rule.Replace("unit: m", "unitt: m", StringComparison.Ordinal));
        string second = tool.Write("rules/b.yaml", Rule.Replace("water.level", "water.other", StringComparison.Ordinal).Replace("blue", "bleu", StringComparison.Ordinal));
        var (exit, output) = RuleTool.Run("check", Path.Combine(tool.Folder, "rules"), "--language", "en");
        Assert.Equal(1, exit);
        Assert.Contains($"{first}:8:5: ", output, StringComparison.Ordinal);
        Assert.Contains($"{second}:7:15: ", output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_weights_of_an_area_are_listed()
    {
        string rule = tool.Write("a.yaml", Rule.Replace("levels:", "over: { by: 'zone:catchment', take: avg, weights: thiessen }\n    levels:", StringComparison.Ordinal));
        string catalogue = tool.Write("city.yaml", """
            domains: [{ id: water, name: Water }]
            stations:
              - { id: a, kind: river, name: A, domain: water, location: [110.00, 21.05] }
              - { id: b, kind: river, name: B, domain: water, location: [110.05, 21.05] }
            gateways: [{ id: g, domain: water }]
            datastreams:
              - { gateway: g, name: a, station: a, quantity: level, unit: m }
              - { gateway: g, name: b, station: b, quantity: level, unit: m }
            zones:
              - { id: basin, kind: catchment, name: Basin, domain: water, geometry: { type: Polygon, coordinates: [[[110, 21], [110.1, 21], [110.1, 21.1], [110, 21.1], [110, 21]]] } }

            """);
        var (exit, output) = RuleTool.Run("check", rule, "--catalogue", catalogue, "--language", "en");
        Assert.True(exit == 0, output);
        Assert.Contains("weights of rule water.level in basin: g/a 0.25, g/b 0.75", output, StringComparison.Ordinal);
        var weight = JsonDocument.Parse(RuleTool.Run("check", rule, "--catalogue", catalogue, "--json").Output).RootElement.GetProperty("weights")[1];
        Assert.Equal(("g/b", 0.75), (weight.GetProperty("datastream").GetString(), weight.GetProperty("weight").GetDouble()));
    }

    [Fact]
    public void Json_gives_programs_the_places_as_numbers()
    {
        string file = tool.Write("a.yaml", Rule.Replace("unit: m", "unitt: m", StringComparison.Ordinal));
        var (exit, output) = RuleTool.Run("check", file, "--json");
        Assert.Equal(1, exit);
        var message = JsonDocument.Parse(output).RootElement.GetProperty("messages")[0];
        Assert.Equal((8, 5), (message.GetProperty("line").GetInt32(), message.GetProperty("column").GetInt32()));
    }

    [Theory]
    [InlineData("check", "no-such-file.yaml")]
    [InlineData("check")]
    [InlineData("check", "x", "--no-such-option")]
    [InlineData("test", "no-such-folder")]
    [InlineData("backtest", "--rules", "x")]
    public void What_cannot_be_run_as_asked_ends_with_2(params string[] arguments) => Assert.Equal(2, RuleTool.Run(arguments).ExitCode);

    [Theory]
    [InlineData("check")]
    [InlineData("test")]
    [InlineData("backtest")]
    [InlineData("diff")]
    public void Each_tool_explains_itself(string name)
    {
        var (exit, output) = RuleTool.Run(name, "--help");
        Assert.Equal(0, exit);
        Assert.Contains("--json", output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_scenarios_of_the_project_pass()
    {
        var (exit, output) = RuleTool.Run("test", RepositoryRoot.Combine("tests", "scenarios"));
        Assert.True(exit == 0, output);
    }

    [Fact]
    public void A_scenario_that_gives_something_else_is_shown_line_by_line()
    {
        WriteScenario("one", "blue: 2", "# nothing\n");
        var (exit, output) = RuleTool.Run("test", tool.Folder, "--language", "en");
        Assert.Equal(1, exit);
        Assert.Contains("- # nothing", output, StringComparison.Ordinal);
        Assert.Contains("+ 2026-05-01T08:15:00Z raised water.level g/stage blue value=2.5 limit=2", output, StringComparison.Ordinal);
        Assert.Contains("1 scenarios, 1 not as expected", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_scenario_that_cannot_be_played_leaves_the_others_to_be_played()
    {
        WriteScenario("one", "blue: 3", "");
        tool.Write("two/readings.csv", "tick,2026-05-01T08:00:00Z\n");
        var (exit, output) = RuleTool.Run("test", tool.Folder, "--language", "en");
        Assert.Equal(1, exit);
        Assert.Contains("there is neither rules.yaml nor packs.txt", output, StringComparison.Ordinal);
        Assert.Contains("2 scenarios, 1 not as expected", output, StringComparison.Ordinal);
    }

    public void Dispose() => tool.Dispose();

    private void WriteScenario(string name, string levels, string expected)
    {
        tool.Write("catalogue.yaml", Catalogue);
        tool.Write(name + "/rules.yaml", Rule.Replace("blue: 2", levels, StringComparison.Ordinal));
        tool.Write(name + "/readings.csv", "g/stage,2026-05-01T08:00:00Z,1\ng/stage,2026-05-01T08:15:00Z,2.5\n");
        tool.Write(name + "/expected.txt", expected);
    }
}
