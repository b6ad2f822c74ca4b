using System.CommandLine;
using SensorGrid.FieldProtocols;
using SensorGrid.Readings.Time;
using SensorGrid.Simulators.FieldTools.Desk;
using SensorGrid.Simulators.FieldTools.Encoders;

namespace SensorGrid.Simulators.Cli.FieldTools;

/// <summary>The <c>station</c> command: a station by hand.</summary>
internal static class StationCommand
{
    public static Command Create(TimeProvider clock)
    {
        var protocol = new Argument<string>("PROTOCOL") { Description = "One of " + string.Join(", ", FieldFormats.Words) + "." };
        protocol.AcceptOnlyFromAmong([.. FieldFormats.Words]);
        var connect = new Option<(string Host, int Port)>("--connect")
        {
            Description = "Where the centre listens, HOST:PORT; an IPv6 address in brackets, [::1]:9651.",
            Required = true,
            CustomParser = result => StationDesk.TryParseTarget(result.Tokens[0].Value, out var target)
                ? target
                : OptionValues.Refuse<(string, int)>(result, $"'{result.Tokens[0].Value}' is not HOST:PORT, such as 127.0.0.1:9651 or [::1]:9651."),
        };
        var id = new Option<string?>("--id") { Description = "Who it is: sl651 ten hex digits (0012345678), hj212 an MN (SENSORGRID000001), gb26875 an address (1)." };
        var password = new Option<string?>("--password") { Description = "Password: sl651 four hex digits (0000), hj212 a text (123456)." };
        var file = new Option<string?>("--file") { Description = "Reports from a file, one a line, one each --every; at its end the station goes on answering." };
        var values = new Option<string?>("--values") { Description = "A report that is sent again each --every, such as '39=28.961 26=311.3'." };
        var every = new Option<TimeSpan>("--every")
        {
            Description = "Pause between reports of --file and --values, such as 30s or 5min.",
            DefaultValueFactory = _ => TimeSpan.FromMinutes(1),
            CustomParser = result => DurationText.TryParse(result.Tokens[0].Value, out var pause) && pause > TimeSpan.Zero
                ? pause
                : OptionValues.Refuse<TimeSpan>(result, $"'{result.Tokens[0].Value}' is not a duration such as 30s or 5min."),
        };
        var hex = new Option<bool>("--hex") { Description = "Shows each frame's bytes too." };
        var command = new Command("station",
            "Act as a station: connect to a centre, send what is typed or comes from a file, answer its queries and commands, and show what goes over the line.\n\n" +
            "A report is typed as CODE=VALUE …, with the function before it when it is not the usual one (sl651 32, hj212 2011):\n" +
            "  sl651    39=28.961 26=311.3    33 39=29.1\n" +
            "  hj212    w01018-Rtd=0.04 w01001-Rtd=7.1    2061 w01018-Avg=0.04\n" +
            "  gb26875  21=3    part/1/1/30/0a000200:3.3=21.5    part/1/1/40/0a000200:2=2    24=32 (answers a roll call)\n" +
            "Values are in the unit that readings are kept in, a missing one is -. An object as encode reads it does as well. quit or Ctrl-C ends it.")
        {
            protocol, connect, id, password, file, values, every, hex,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            var format = FieldFormats.Of(parsed.GetRequiredValue(protocol));
            try
            {
                var station = StationDesk.NewStation(format.Protocol, parsed.GetValue(id), parsed.GetValue(password));
                IReadOnlyList<string> reports = parsed.GetValue(file) is { } path ? [.. (await File.ReadAllLinesAsync(path, cancellationToken)).Where(line => !string.IsNullOrWhiteSpace(line))] : [];
                using var desk = new StationDesk(parsed.GetValue(connect), station, format, new(format, output, clock, parsed.GetValue(hex)), clock);
                using var input = new StreamReader(FieldInput.Open("-"));
                await desk.RunAsync(input, reports, parsed.GetValue(values), parsed.GetValue(every), cancellationToken);
                return 0;
            }
            catch (FrameEncodeException e)
            {
                await error.WriteLineAsync(e.Message);
                return 2;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                await error.WriteLineAsync(e.Message);
                return 2;
            }
        });
        return command;
    }
}
