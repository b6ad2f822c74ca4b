using System.Globalization;
using SensorGrid.FieldProtocols.Sessions;

namespace SensorGrid.FieldProtocols.Hj212;

/// <summary>Commands of HJ 212 in words.</summary>
internal sealed class Hj212StationCommands(Hj212CentreOptions options) : IStationCommands
{
    private static readonly StationCommandVerb[] All =
    [
        new("query", "CN FROM UNTIL", "asks for data of a time (2011, 2031, 2041, 2051, 2061)"),
        new("history", "FROM UNTIL", "asks for minutes, hours and days of a time, in pieces"),
        new("clock", "[INSTRUMENT]", "sets the clock of the logger or of an instrument to now (1012)"),
        new("read-clock", "[INSTRUMENT]", "asks for that clock (1011)"),
        new("real-time", "STATE", "starts or stops real-time data, on or off (2011, 2012)"),
        new("states", "STATE", "starts or stops equipment states, on or off (2021, 2022)"),
        new("interval", "SECONDS", "sets the seconds between real-time data (1062)"),
        new("minutes", "MINUTES", "sets the minutes between minute data (1064)"),
        new("time-outs", "SECONDS RESENDS", "sets how long the station waits and how often it sends again (1000)"),
        new("instrument", "CN INSTRUMENT", "has an instrument calibrate, sample or clean (3011 to 3014)"),
        new("information", "INSTRUMENT WHAT [FROM UNTIL]", "reads logs, states or parameters (3020)"),
    ];

    private readonly List<(string Station, int Command, int Ticket)> given = [];
    private int lastTicket;

    public Hj212CentreSession Session { get; } = new(options);

    public IReadOnlyList<StationCommandVerb> Verbs => All;

    public StationCommandAnswer Give(string station, string verb, IReadOnlyList<string> arguments)
    {
        var words = new CommandArguments(arguments);
        try
        {
            int command = Send(station, verb, words, out bool isTaken);
            if (command == 0)
                return new(0, "unknown_verb", $"HJ 212 has no command '{verb}': {string.Join(", ", All.Select(each => each.Name))}.");
            if (!isTaken)
                return new(0, "not_taken", $"{station} was not heard on this connection, too much waits, or an argument is outside of what the standard allows.");
            if (verb == "history")
                return new(0);
            given.Add((station, command, ++lastTicket));
            return new(lastTicket);
        }
        catch (BadArgumentException e)
        {
            return new(0, "bad_arguments", e.Message, e.Argument);
        }
    }

    public bool TryTakeEnd(out StationCommandEnd end)
    {
        while (Session.TryTakeOutcome(out var outcome))
        {
            // They go out and end in their order, so the first of its kind is meant.
            int index = given.FindIndex(each => each.Station == outcome.Station && each.Command == outcome.Command);
            if (index < 0)
                continue;
            int ticket = given[index].Ticket;
            given.RemoveAt(index);
            end = new(ticket, WordOf(outcome.End), DetailOf(outcome));
            return true;
        }
        end = default;
        return false;
    }

    // The command that was sent; 0 for no such word.
    private int Send(string station, string verb, CommandArguments words, out bool isTaken)
    {
        switch (verb)
        {
            case "query":
                int command = words.Number("CN", 2011, 2061);
                var (from, until) = words.Period();
                words.End();
                isTaken = Session.TryQuery(station, command, from, until);
                return command;
            case "history":
                (from, until) = words.Period();
                words.End();
                isTaken = Session.TryRefill(station, from, until);
                return 2051;
            case "clock":
                string? instrument = words.OptionalText();
                words.End();
                isTaken = Session.TrySetClock(station, instrument);
                return 1012;
            case "read-clock":
                instrument = words.OptionalText();
                words.End();
                isTaken = Session.TryReadClock(station, instrument);
                return 1011;
            case "real-time":
                bool isOn = words.OnOrOff();
                words.End();
                isTaken = Session.TrySetRealTime(station, isOn);
                return isOn ? 2011 : 2012;
            case "states":
                isOn = words.OnOrOff();
                words.End();
                isTaken = Session.TrySetStates(station, isOn);
                return isOn ? 2021 : 2022;
            case "interval":
                int number = words.Number("SECONDS", 30, 3600);
                words.End();
                isTaken = Session.TrySetRealTimeInterval(station, number);
                return 1062;
            case "minutes":
                number = words.Number("MINUTES", 1, 30);
                words.End();
                isTaken = Session.TrySetMinuteInterval(station, number);
                return 1064;
            case "time-outs":
                number = words.Number("SECONDS", 1, 99_999);
                int resends = words.Number("RESENDS", 0, 99);
                words.End();
                isTaken = Session.TrySetTimeOuts(station, number, resends);
                return 1000;
            case "instrument":
                command = words.Number("CN", 3011, 3014);
                instrument = words.Text("INSTRUMENT");
                words.End();
                isTaken = Session.TryInstrument(station, command, instrument);
                return command;
            case "information":
                instrument = words.Text("INSTRUMENT");
                string what = words.Text("WHAT");
                (long From, long Until)? period = words.Left > 0 ? words.Period() : null;
                words.End();
                isTaken = Session.TryReadInformation(station, instrument, what, period?.From, period?.Until);
                return 3020;
            default:
                isTaken = false;
                return 0;
        }
    }

    private static string WordOf(Hj212CommandEnd end) => end switch
    {
        Hj212CommandEnd.Done => "answered",
        Hj212CommandEnd.NoData => "no_data",
        Hj212CommandEnd.Refused => "denied",
        Hj212CommandEnd.Failed or Hj212CommandEnd.NotWritten => "failed",
        _ => "timed_out",
    };

    private static string? DetailOf(Hj212CommandOutcome outcome) => outcome.End switch
    {
        Hj212CommandEnd.Refused when outcome.Code == 3 => "QnRtn 3: the password (PW) of the command is wrong",
        Hj212CommandEnd.Refused => string.Create(CultureInfo.InvariantCulture, $"QnRtn {outcome.Code}"),
        Hj212CommandEnd.Failed => string.Create(CultureInfo.InvariantCulture, $"ExeRtn {outcome.Code}"),
        Hj212CommandEnd.NoResult => "taken on, but no result came",
        _ => null,
    };
}
