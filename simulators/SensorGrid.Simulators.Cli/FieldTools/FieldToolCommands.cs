using System.CommandLine;

namespace SensorGrid.Simulators.Cli.FieldTools;

/// <summary>The tools for field protocols.</summary>
internal static class FieldToolCommands
{
    private static readonly string[] Names = ["decode", "encode", "listen", "station"];

    /// <summary>Whether a command line asks for one of them: exit code 1 is kept for what they find.</summary>
    public static bool IsAsked(ParseResult parsed) => Names.Contains(parsed.CommandResult.Command.Name);
}
