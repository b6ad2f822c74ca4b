using System.CommandLine;

namespace SensorGrid.Simulators.Cli.Rules;

/// <summary>The <c>rules</c> commands: what a change of rules is reviewed with.</summary>
internal static class RulesCommand
{
    public static Command Create() => new("rules", "Check, test, back-test and explain rules. Exit codes: 0 fine, 1 findings, 2 usage.")
    {
        CheckCommand.Create(),
        TestCommand.Create(),
        BacktestCommand.Create(),
        DiffCommand.Create(),
        ExplainCommand.Create(),
    };

    /// <summary>True when the command line asked for one of these.</summary>
    public static bool IsAsked(ParseResult parsed) =>
        parsed.CommandResult.Command.Name == "rules" || parsed.CommandResult.Command.Parents.Any(parent => parent.Name == "rules");
}
