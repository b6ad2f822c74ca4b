using System.CommandLine;
using SensorGrid.Simulators.Cli.Demo;
using SensorGrid.Simulators.Cli.Replay;
using Spectre.Console;

// Simulators: recorded city data as live traffic. Each command is one file; this only lists them.
var clock = TimeProvider.System;
var console = AnsiConsole.Create(new AnsiConsoleSettings());
// Summary lines are read by programs too: never break them at a guessed width.
if (!console.Profile.Capabilities.Interactive)
    console.Profile.Width = 10_000;
var root = new RootCommand("SensorGrid simulators: replay recordings, show the demo city.")
{
    ReplayCommand.Create(clock, console),
    DemoCommand.Create(clock, console),
};
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(15) });
