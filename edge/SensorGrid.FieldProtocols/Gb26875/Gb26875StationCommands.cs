using System.Globalization;
using SensorGrid.FieldProtocols.Sessions;

namespace SensorGrid.FieldProtocols.Gb26875;

/// <summary>Commands of GB/T 26875.3-2011 in words.</summary>
internal sealed class Gb26875StationCommands(Gb26875SessionOptions options) : IStationCommands
{
    private static readonly StationCommandVerb[] All =
    [
        new("roll-call", "MINUTES", "查岗: the person on duty has so long to press a key (91)"),
        new("state", "", "asks for the device's state (81)"),
        new("version", "", "asks for its software version (85)"),
        new("configuration", "", "asks for its configuration (86)"),
        new("clock", "", "sets its clock to now (90)"),
        new("read-clock", "", "asks for its clock (88)"),
        new("operations", "COUNT FROM", "asks for operations at the device from a time on (84)"),
        new("system-state", "SYSTEM…", "asks for states of systems, each as TYPE/ADDRESS (61)"),
        new("part-state", "PART…", "asks for states of parts of one system, each as TYPE/ADDRESS/HEX (62)"),
        new("part-values", "PART…", "asks for analog values of parts of one system, each as TYPE/ADDRESS/HEX (63)"),
        new("history", "FROM UNTIL", "asks for states and for the operations of a time, in pieces"),
        new("initialise", "", "initialises the device (89)"),
    ];

    public Gb26875CentreSession Session { get; } = new(options);

    public IReadOnlyList<StationCommandVerb> Verbs => All;

    public StationCommandAnswer Give(string station, string verb, IReadOnlyList<string> arguments)
    {
        var words = new CommandArguments(arguments);
        try
        {
            if (!DeviceAddress.TryParse(station, out var device))
                return new(0, "bad_arguments", $"'{station}' is no address of a device.");
            if (verb == "history")
            {
                var (from, until) = words.Period();
                words.End();
                return Session.TryRefill(device.ToString(), from, until) ? new(0) : NotTaken(station);
            }
            if (Make(verb, words) is not { } command)
                return new(0, "unknown_verb", $"GB 26875 has no command '{verb}': {string.Join(", ", All.Select(each => each.Name))}.");
            words.End();
            return Session.TrySend(command, out int ticket, device) ? new(ticket) : NotTaken(station);
        }
        catch (Exception e) when (e is BadArgumentException or ArgumentException)
        {
            return new(0, "bad_arguments", e.Message, (e as BadArgumentException)?.Argument);
        }
    }

    public bool TryTakeEnd(out StationCommandEnd end)
    {
        bool isEnd = Session.TryTakeOutcome(out var outcome);
        end = isEnd ? new(outcome.Ticket, WordOf(outcome.Result)) : default;
        return isEnd;
    }

    private static Gb26875CentreCommand? Make(string verb, CommandArguments words)
    {
        switch (verb)
        {
            case "roll-call":
                return Gb26875CentreCommand.RollCall((byte)words.Number("MINUTES", 1, 255));
            case "state":
                return Gb26875CentreCommand.ReadDevice(Gb26875UnitType.ReadDeviceState);
            case "version":
                return Gb26875CentreCommand.ReadDevice(Gb26875UnitType.ReadDeviceVersion);
            case "configuration":
                return Gb26875CentreCommand.ReadDevice(Gb26875UnitType.ReadDeviceConfiguration);
            case "clock":
                return Gb26875CentreCommand.SetClock();
            case "read-clock":
                return Gb26875CentreCommand.ReadDevice(Gb26875UnitType.ReadDeviceClock);
            case "operations":
                byte count = (byte)words.Number("COUNT", 1, 102);
                return Gb26875CentreCommand.ReadDeviceOperations(count, TimeLabel.FromUtc(words.Time("FROM")));
            case "system-state":
                return Gb26875CentreCommand.ReadSystems(Gb26875UnitType.ReadSystemState, [.. words.Rest("SYSTEM").Select(text => System(text, 2))]);
            case "part-state":
                return Parts(Gb26875UnitType.ReadPartState, words);
            case "part-values":
                return Parts(Gb26875UnitType.ReadPartAnalog, words);
            case "initialise":
                return Gb26875CentreCommand.Initialise();
            default:
                return null;
        }
    }

    private static Gb26875CentreCommand Parts(Gb26875UnitType what, CommandArguments words)
    {
        string[] texts = [.. words.Rest("PART")];
        var system = System(texts[0], 3);
        if (texts.Any(text => System(text, 3) != system))
            throw new BadArgumentException("One command asks for parts of one system.", "PART");
        return Gb26875CentreCommand.ReadParts(what, system, [.. texts.Select(Part)]);
    }

    private static FireSystem System(string text, int parts)
    {
        string[] words = text.Split('/');
        return words.Length == parts && byte.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out byte type) &&
            byte.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out byte address)
            ? new(type, address)
            : throw new BadArgumentException($"'{text}' is not {(parts == 2 ? "TYPE/ADDRESS of a system, such as 1/1" : "TYPE/ADDRESS/HEX of a part, such as 1/1/0a000200")}.", parts == 2 ? "SYSTEM" : "PART");
    }

    private static PartAddress Part(string text)
    {
        string hex = text.Split('/')[2];
        return hex.Length == 2 * PartAddress.Bytes && hex.All(char.IsAsciiHexDigit)
            ? PartAddress.Read(Convert.FromHexString(hex))
            : throw new BadArgumentException($"'{hex}' is no address of a part: eight hex digits.", "PART");
    }

    private static StationCommandAnswer NotTaken(string station) => new(0, "not_taken", $"{station} was not heard on this connection, or too much waits.");

    private static string WordOf(Gb26875CommandResult result) => result switch
    {
        Gb26875CommandResult.Answered => "answered",
        Gb26875CommandResult.Denied => "denied",
        Gb26875CommandResult.OnDuty => "on_duty",
        Gb26875CommandResult.NobodyOnDuty => "nobody_on_duty",
        _ => "timed_out",
    };
}
