using System.CommandLine;
using SensorGrid.Simulators.Cli.Demo;
using SensorGrid.Simulators.Cli.FieldTools;
using SensorGrid.Simulators.Cli.Replay;
using SensorGrid.Simulators.Cli.Rules;
using Spectre.Console;

// Simulators: recorded city data as live traffic. Each command is one file; this only lists them.
var clock = TimeProvider.System;
var console = AnsiConsole.Create(new AnsiConsoleSettings());
// Summary lines are read by programs too: never break them at a guessed width.
if (!console.Profile.Capabilities.Interactive)
    console.Profile.Width = 10_000;
var root = new RootCommand("SensorGrid simulators: replay recordings, show the demo city, check and back-test rules, read, write and speak field protocols.")
{
    ReplayCommand.Create(clock, console),
    DemoCommand.Create(clock, console),
    RulesCommand.Create(),
    DecodeCommand.Create(clock),
    EncodeCommand.Create(clock),
    ListenCommand.Create(clock),
    StationCommand.Create(clock),
};
var parsed = root.Parse(args);
int exit = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(15) });
// The rule and field tools keep 1 for what they find; a wrong command line is 2.
return parsed.Errors.Count > 0 && (RulesCommand.IsAsked(parsed) || FieldToolCommands.IsAsked(parsed)) ? 2 : exit;
