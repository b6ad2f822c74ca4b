using System.Text.Json;
using SensorGrid.Testing;

namespace SensorGrid.EndToEnd.Tests.RuleTools;

public sealed class BacktestTests : IDisposable
{
    private static readonly string Packs = RepositoryRoot.Combine("rules", "packs");
    private static readonly string Calder = RepositoryRoot.Combine("tests", "recordings", "river-calder-2015");

    private readonly RuleTool tool = new();

    [Fact]
    public void A_flood_is_found_and_judged_by_its_label()
    {
        string labels = tool.Write("labels.csv", "incident,site,from,until\nflood,mytholmroyd,2015-12-26T07:00:00Z,2015-12-27T06:00:00Z\n");
        string html = Path.Combine(tool.Folder, "report.html");
        var (exit, output) = RuleTool.Run(
            "backtest", "--rules", Packs, "--recording", Calder, "--from", "2015-12-25T18:00:00Z", "--lead", "12h", "--labels", labels, "--html", html, "--language", "en");
        Assert.Contains("2015-12-26T10:00:00Z level-changed water.river-level calder-mytholmroyd/stage red", output, StringComparison.Ordinal);
        Assert.Contains("hit: flood (2015-12-26T07:00Z), by water.river-level at 2015-12-25T18:00Z, 13h before", output, StringComparison.Ordinal);
        Assert.True(exit == 0, output);
        Assert.Contains("<svg", File.ReadAllText(html), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missed_incident_is_a_finding()
    {
        string labels = tool.Write("labels.csv", "incident,site,from,until\nnothing,,2015-12-23T00:00:00Z,2015-12-23T06:00:00Z\n");
        // Progress and speed stand on standard error, beside the object.
        var (exit, json) = await RuleTool.RunWholeAsync("backtest", "--rules", Packs, "--recording", Calder, "--labels", labels, "--json");
        Assert.Equal(1, exit);
        Assert.Equal(1, JsonDocument.Parse(json).RootElement.GetProperty("score").GetProperty("misses").GetInt32());
    }

    [Theory]
    [InlineData("incident,from,until\n", "there is no column 'site'")]
    [InlineData("incident,site,from,until\na,,yesterday,today\n", ":2: 'from' and 'until' are times")]
    public void Labels_with_mistakes_are_named(string text, string message)
    {
        string labels = tool.Write("labels.csv", text);
        var (exit, output) = RuleTool.Run("backtest", "--rules", Packs, "--recording", Calder, "--labels", labels);
        Assert.Equal(2, exit);
        Assert.Contains(message, output, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_recording_without_catalogue_asks_for_one()
    {
        tool.Write("recording/recording.yaml", File.ReadAllText(Path.Combine(Calder, "recording.yaml")));
        foreach (string file in Directory.GetFiles(Calder, "*.gz"))
            File.Copy(file, Path.Combine(tool.Folder, "recording", Path.GetFileName(file)));
        var (exit, output) = RuleTool.Run("backtest", "--rules", Packs, "--recording", Path.Combine(tool.Folder, "recording"));
        Assert.Equal(2, exit);
        Assert.Contains("give --catalogue", output, StringComparison.Ordinal);
    }

    public void Dispose() => tool.Dispose();
}
