using System.CommandLine;
using System.Globalization;
using SensorGrid.Readings.Time;
using SensorGrid.Simulators.Demo;
using SensorGrid.Simulators.Recordings;
using Spectre.Console;

namespace SensorGrid.Simulators.Cli.Demo;

/// <summary>The <c>demo</c> command.</summary>
internal static class DemoCommand
{
    public static Command Create(TimeProvider clock, IAnsiConsole console)
    {
        var data = new Option<string?>("--data") { HelpName = "DIR", Description = "Folder of the demo, kept; a second run plays the day after. Without it each run starts afresh in artifacts/demo." };
        var http = new Option<string>("--http") { HelpName = "ADDR:PORT", Description = "Address of the console.", DefaultValueFactory = _ => "127.0.0.1:8080" };
        var mqtt = new Option<string>("--mqtt") { HelpName = "ADDR:PORT", Description = "Address of the broker.", DefaultValueFactory = _ => "127.0.0.1:1883" };
        var speed = new Option<double>("--speed") { HelpName = "N", Description = "Simulated seconds in a second; 60 = the day in 24 minutes.", DefaultValueFactory = _ => 60 };
        speed.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (> 0 and <= 10_000))
                result.AddError("--speed is a number above 0, at most 10000.");
        });
        var duration = new Option<string?>("--duration") { HelpName = "TIME", Description = "End after this real time (90s, 5min) instead of at the end of the day." };
        duration.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } text && !DurationText.TryParse(text, out _))
                result.AddError($"--duration: '{text}' is not a duration: {DurationText.Rule}.");
        });
        var keep = new Option<bool>("--keep-running") { Description = "At the end of the day leave everything running until Ctrl+C." };
        var browser = new Option<string>("--browser") { Description = "yes: open the console in a browser.", DefaultValueFactory = _ => "no" };
        browser.AcceptOnlyFromAmong("yes", "no");
        var scenario = new Option<string?>("--scenario") { HelpName = "FILE", Description = "Another demo.yaml; its catalogue folder stands beside it." };
        var rules = new Option<string?>("--rules") { HelpName = "DIR", Description = "Other rules than the service's packs." };
        var verbose = new Option<bool>("--verbose") { Description = "Show the lines of service and agents too." };
        var command = new Command("demo", "Play a day of the demo city: starts the service and an agent for each gateway, and feeds them real recordings.")
        {
            data, http, mqtt, speed, duration, keep, browser, scenario, rules, verbose,
        };
        command.SetAction((parsed, stop) => RunAsync(
            new()
            {
                DataFolder = parsed.GetValue(data),
                Http = parsed.GetValue(http)!,
                Mqtt = parsed.GetValue(mqtt)!,
                Speed = parsed.GetValue(speed),
                Duration = parsed.GetValue(duration) is { } text && DurationText.TryParse(text, out var length) ? length : null,
                KeepRunning = parsed.GetValue(keep),
                Browser = parsed.GetValue(browser) == "yes",
                Scenario = parsed.GetValue(scenario),
                Rules = parsed.GetValue(rules),
                Verbose = parsed.GetValue(verbose),
            },
            clock, console, stop));
        return command;
    }

    private static async Task<int> RunAsync(DemoOptions options, TimeProvider clock, IAnsiConsole console, CancellationToken stop)
    {
        // The first line comes before anything slow, so that "a minute from the first line" is a minute for the person too.
        console.WriteLine(
            $"SensorGrid demo: a day in {24 * 60 / options.Speed:0.#} minutes. Real recordings of other places stand in for the sensors of Zhanjiang; positions are approximate.");
        try
        {
            string path = options.Scenario ?? DefaultScenario();
            var scenario = DemoScenarioReader.Load(path);
            string catalogue = options.Catalogue ?? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, "catalogue");
            var today = DateOnly.FromDateTime(clock.GetUtcNow().ToOffset(scenario.Offset).DateTime);
            using var folder = DemoFolder.Open(options.DataFolder, today);
            console.WriteLine($"data: {folder.Path}, day {folder.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}");
            await using var run = new DemoRun(options, scenario, folder, catalogue, clock, console);
            await run.RunAsync(stop);
            return stop.IsCancellationRequested ? 130 : 0;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 130;
        }
        catch (OperationCanceledException)
        {
            console.WriteLine("The service or an agent did not come up within a minute. See it with --verbose.");
            return 1;
        }
        catch (Exception exception) when (exception is RecordingException or DemoException or IOException or UnauthorizedAccessException or HttpRequestException)
        {
            console.MarkupLineInterpolated($"[red]{exception.Message}[/]");
            return exception is RecordingException ? 2 : 1;
        }
    }

    private static string DefaultScenario() => Programs.RepositoryRoot is { } root
        ? Path.Combine(root, "simulators", "city", "demo.yaml")
        : Path.Combine(AppContext.BaseDirectory, "city", "demo.yaml");
}
