using System.CommandLine;
using System.Globalization;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Readings.Yaml;
using SensorGrid.Rules.Areas;
using SensorGrid.Simulators.RuleTools;

namespace SensorGrid.Simulators.Cli.Rules;

/// <summary>The <c>rules check</c> command: everything that is wrong with rule files, at once.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var options = new RuleToolOptions();
        var path = new Argument<string>("PATH") { Description = "A rule file, or a folder of them." };
        var catalogue = new Option<string?>("--catalogue") { Description = "Catalogue file or folder to check names, units and limits against." };
        var command = options.AddTo(new("check", "Say everything that is wrong with rule files, as file:line:column: message.") { path, catalogue });
        command.SetAction(parsed => Run(parsed, options, parsed.GetRequiredValue(path), parsed.GetValue(catalogue)));
        return command;
    }

    private static int Run(ParseResult parsed, RuleToolOptions options, string path, string? cataloguePath)
    {
        if (!File.Exists(path) && !Directory.Exists(path))
            return RuleToolOptions.RefuseSources(parsed, [new(path, 1, 1, MessageSeverity.Error, "there is no such file or folder")]);
        CityCatalogue? catalogue = null;
        if (cataloguePath is not null)
        {
            (_, catalogue, var problems) = RuleSources.LoadCatalogue(cataloguePath);
            if (catalogue is null)
                return RuleToolOptions.RefuseSources(parsed, problems);
        }
        var check = RuleSources.Check(path, catalogue);
        var weights = catalogue is null || check.Rules is null ? [] : AreaWeight.Of(catalogue, check.Rules);
        int errors = check.Messages.Count(message => message.Severity == MessageSeverity.Error);
        if (parsed.GetValue(options.Json))
        {
            RuleToolOptions.WriteJson(parsed, new
            {
                check.Rules?.Version, Rules = check.Rules?.Rules.Length, Errors = errors, Warnings = check.Messages.Count - errors,
                Messages = check.Messages.Select(RuleToolOptions.ToJson), Weights = weights,
            });
        }
        else
        {
            foreach (var message in check.Messages)
                parsed.InvocationConfiguration.Output.WriteLine(message);
            foreach (var area in weights.GroupBy(weight => (weight.Rule, weight.Scope)))
                options.Say(parsed, "check.weights", area.Key.Rule, area.Key.Scope, string.Join(", ", area.Select(weight => string.Create(CultureInfo.InvariantCulture, $"{weight.Datastream} {weight.Weight}"))));
            if (check.Messages.Count == 0)
                options.Say(parsed, "check.fine", check.Rules!.Rules.Length, check.Rules.Version);
            else
                options.Say(parsed, "check.findings", errors, check.Messages.Count - errors);
        }
        return (int)(check.Messages.Count == 0 ? RuleToolExit.Fine : RuleToolExit.Findings);
    }
}
