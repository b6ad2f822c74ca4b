using System.CommandLine;
using SensorGrid.Alarms.Scenarios;

namespace SensorGrid.Simulators.Cli.Rules;

/// <summary>The <c>rules test</c> command: plays scenario folders and shows where what came out is not what was expected.</summary>
internal static class TestCommand
{
    public static Command Create()
    {
        var options = new RuleToolOptions();
        var path = new Argument<string>("PATH") { Description = "A scenario folder, or a folder of them." };
        var packs = new Option<string?>("--packs") { Description = "Folder of the rule packs for scenarios with packs.txt; without it rules/packs of a folder above PATH." };
        var command = options.AddTo(new("test", "Play scenario folders (rules.yaml, readings.csv, expected.txt) and compare the alarms.") { path, packs });
        command.SetAction(parsed => Run(parsed, options, parsed.GetRequiredValue(path), parsed.GetValue(packs)));
        return command;
    }

    private static int Run(ParseResult parsed, RuleToolOptions options, string path, string? packs)
    {
        if (!Directory.Exists(path))
            return RuleToolOptions.Refuse(parsed, $"{path}: there is no such folder");
        var folders = ScenarioFolder.Find(path);
        if (folders.Count == 0)
            return RuleToolOptions.Refuse(parsed, $"{path}: holds no scenario, which is a folder with {ScenarioFolder.ReadingsName}");
        packs ??= PacksAbove(path);
        var results = folders.Select(folder => Play(folder, packs)).ToList();
        var findings = results.Where(result => !result.AsExpected).ToList();
        if (parsed.GetValue(options.Json))
            RuleToolOptions.WriteJson(parsed, new { Scenarios = results });
        else
            Print(parsed, options, results.Count, findings);
        return (int)(findings.Count == 0 ? RuleToolExit.Fine : RuleToolExit.Findings);
    }

    private static ScenarioResult Play(string folder, string? packs)
    {
        try
        {
            var scenario = ScenarioFolder.Load(folder, packs);
            string actual = scenario.Play();
            return actual == scenario.Expected ? new(folder, true, null, null) : new(folder, false, TextDiff.Between(scenario.Expected, actual), null);
        }
        // A scenario that cannot be played is a finding; the others are played all the same.
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException or InvalidOperationException)
        {
            return new(folder, false, null, error.Message);
        }
    }

    private static void Print(ParseResult parsed, RuleToolOptions options, int scenarios, List<ScenarioResult> findings)
    {
        foreach (var finding in findings)
        {
            if (finding.Diff is null)
            {
                parsed.InvocationConfiguration.Output.WriteLine(finding.Problem);
                continue;
            }
            options.Say(parsed, "test.differs", finding.Scenario);
            parsed.InvocationConfiguration.Output.Write(finding.Diff);
        }
        if (findings.Count == 0)
            options.Say(parsed, "test.fine", scenarios);
        else
            options.Say(parsed, "test.findings", scenarios, findings.Count);
    }

    private static string? PacksAbove(string path)
    {
        for (var folder = new DirectoryInfo(path); folder is not null; folder = folder.Parent)
        {
            string packs = Path.Combine(folder.FullName, "rules", "packs");
            if (Directory.Exists(packs))
                return packs;
        }
        return null;
    }

    /// <summary>What became of one scenario; written as JSON.</summary>
    private sealed record ScenarioResult(string Scenario, bool AsExpected, string? Diff, string? Problem);
}
