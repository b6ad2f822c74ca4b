using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Logging;
using SensorGrid.Edge.Uplink;
using SensorGrid.ReadingLog;
using SensorGrid.Readings.Time;
using SensorGrid.Simulators.Recordings;
using Spectre.Console;

namespace SensorGrid.Simulators.Cli.Replay;

/// <summary>The <c>replay</c> command: options in, progress on the terminal, one summary line and an exit code out.</summary>
internal static class ReplayCommand
{
    public static Command Create(TimeProvider clock, IAnsiConsole console)
    {
        var path = new Argument<string>("FILE|FOLDER") { Description = "A recording.yaml, a folder that holds one, or a folder of such folders." };
        var to = new Option<BrokerAddress>("--to")
        {
            Description = "Broker, as mqtt://HOST:PORT.",
            DefaultValueFactory = _ => new("127.0.0.1", BrokerAddress.DefaultPort),
            CustomParser = result => BrokerAddress.TryParse(result.Tokens[0].Value, out var address)
                ? address
                : OptionValues.Refuse<BrokerAddress>(result, $"'{result.Tokens[0].Value}' is not a broker address: {BrokerAddress.Rule}."),
        };
        // Infinity stands for max: the library cannot tell a parsed null from a failed parse.
        var speed = new Option<double>("--speed")
        {
            Description = "Recorded seconds in a second (60 = an hour in a minute), or max: as fast as the centre acknowledges.",
            DefaultValueFactory = _ => 1,
            CustomParser = result => result.Tokens[0].Value == "max" ? double.PositiveInfinity
                : double.TryParse(result.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value > 0 && double.IsFinite(value)
                    ? value
                    : OptionValues.Refuse<double>(result, $"'{result.Tokens[0].Value}' is not a speed: give a number above 0, or max."),
        };
        var from = OptionValues.TimeOption("--from", "Leave out what was recorded before this time (RFC 3339).");
        var until = OptionValues.TimeOption("--until", "Leave out what was recorded at or after this time (RFC 3339).");
        var shift = new Option<string>("--shift")
        {
            Description = "now: move recorded times so that the last reading is sent at its own time; none: send them as recorded.",
            DefaultValueFactory = _ => "none",
        };
        shift.AcceptOnlyFromAmong("now", "none");
        var prefix = new Option<string>("--gateway-prefix") { Description = "Put before every gateway id.", DefaultValueFactory = _ => "" };
        var outbox = new Option<string?>("--outbox") { Description = "Folder of the outboxes, kept and resumed. Without it a temporary one." };
        var version = new Option<string>("--mqtt-version") { Description = "3.1.1 or 5.", DefaultValueFactory = _ => "5" };
        version.AcceptOnlyFromAmong("3.1.1", "5");
        var pack = new Option<int>("--pack") { Description = "Most readings in one message, 1 to 500.", DefaultValueFactory = _ => 100 };
        pack.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 500)
                result.AddError("--pack is a number from 1 to 500.");
        });
        var patience = new Option<TimeSpan>("--patience")
        {
            Description = "Give up after this long without an acknowledgement that is due (10min).",
            DefaultValueFactory = _ => TimeSpan.FromMinutes(10),
            CustomParser = result => DurationText.TryParse(result.Tokens[0].Value, out var value) && value > TimeSpan.Zero
                ? value
                : OptionValues.Refuse<TimeSpan>(result, $"'{result.Tokens[0].Value}' is not a duration: {DurationText.Rule}."),
        };
        var verbose = new Option<bool>("--verbose") { Description = "Tell about connections too, on standard error." };
        var command = new Command("replay", "Publish recorded readings as their gateways would have sent them.")
        {
            path, to, speed, from, until, shift, prefix, outbox, version, pack, patience, verbose,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new()
            {
                Path = parsed.GetRequiredValue(path),
                Broker = parsed.GetRequiredValue(to),
                Speed = double.IsInfinity(parsed.GetValue(speed)) ? null : parsed.GetValue(speed),
                From = parsed.GetValue(from),
                Until = parsed.GetValue(until),
                ShiftToNow = parsed.GetValue(shift) == "now",
                GatewayPrefix = parsed.GetValue(prefix) ?? "",
                OutboxFolder = parsed.GetValue(outbox),
                Protocol = parsed.GetValue(version) == "5" ? UplinkProtocol.Mqtt5 : UplinkProtocol.Mqtt311,
                PackReadings = parsed.GetValue(pack),
                Patience = parsed.GetValue(patience),
            },
            clock, console, parsed.GetValue(verbose), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        ReplayOptions options, TimeProvider clock, IAnsiConsole console, bool verbose, CancellationToken cancellationToken)
    {
        using var loggers = TerminalLogging.Create(verbose ? LogLevel.Information : LogLevel.Error);
        var runner = new ReplayRunner(options, clock, loggers.CreateLogger("replay"));
        try
        {
            runner.Load();
            ReplayDisplay.Introduce(console, runner, options);
            var ending = await ReplayDisplay.ShowAsync(console, runner, clock, runner.RunAsync(cancellationToken));
            ReplayDisplay.Summarize(console, runner, ending);
            return (int)ending;
        }
        catch (Exception exception) when (exception is RecordingException or ReadingLogException or IOException or UnauthorizedAccessException)
        {
            console.MarkupLineInterpolated($"[red]{exception.Message}[/]");
            return 2;
        }
    }
}
