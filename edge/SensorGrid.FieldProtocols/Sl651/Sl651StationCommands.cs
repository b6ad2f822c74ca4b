using System.Globalization;
using SensorGrid.FieldProtocols.Sessions;

namespace SensorGrid.FieldProtocols.Sl651;

/// <summary>Commands of SL 651-2014 in words.</summary>
internal sealed class Sl651StationCommands : IStationCommands
{
    private static readonly StationCommandVerb[] All =
    [
        new("current", "", "asks for what the station measures now (37H)"),
        new("elements", "CODE…", "asks for these elements (3AH), e.g. 39 26"),
        new("history", "FROM UNTIL", "asks for its elements over a time (38H), in pieces"),
        new("status", "", "asks for status and alarms (46H)"),
        new("version", "", "asks for the software version (45H)"),
        new("clock", "", "sets the clock to now (4AH)"),
        new("read-clock", "", "asks for the clock (51H)"),
        new("events", "", "asks for the event counters (50H)"),
        new("pumps", "", "asks for the pump motors (44H)"),
        new("picture", "", "asks for a picture (36H)"),
        new("text", "", "asks for the last manual text (39H)"),
        new("basic", "CODE…", "asks for parameters of the basic table (41H)"),
        new("run", "CODE…", "asks for run parameters (43H)"),
    ];

    private readonly Dictionary<Sl651Command, int> tickets = new(ReferenceEqualityComparer.Instance);
    private readonly Queue<StationCommandEnd> ends = new();
    private int lastTicket;

    public Sl651StationCommands(Sl651CentreOptions options) => Session = new(options, Ended);

    public Sl651CentreSession Session { get; }

    public IReadOnlyList<StationCommandVerb> Verbs => All;

    public StationCommandAnswer Give(string station, string verb, IReadOnlyList<string> arguments)
    {
        var given = new CommandArguments(arguments);
        try
        {
            if (verb == "history")
            {
                var (from, until) = given.Period();
                given.End();
                return Session.TryRefill(station, from, until) ? new(0) : NotTaken(station);
            }
            if (Make(station, verb, given) is not { } command)
                return new(0, "unknown_verb", $"SL 651 has no command '{verb}': {string.Join(", ", All.Select(each => each.Name))}.");
            given.End();
            if (!Session.TrySend(command))
                return NotTaken(station);
            tickets.Add(command, ++lastTicket);
            return new(lastTicket);
        }
        catch (Exception e) when (e is BadArgumentException or Sl651WriteException)
        {
            return new(0, "bad_arguments", e.Message, (e as BadArgumentException)?.Argument);
        }
    }

    public bool TryTakeEnd(out StationCommandEnd end) => ends.TryDequeue(out end);

    private static Sl651Command? Make(string station, string verb, CommandArguments arguments) => verb switch
    {
        "current" => Sl651Command.QueryCurrent(station),
        "elements" => Sl651Command.QueryElements(station, Codes(arguments)),
        "status" => Sl651Command.QueryStatus(station),
        "version" => Sl651Command.QueryVersion(station),
        "clock" => Sl651Command.SetClock(station),
        "read-clock" => Sl651Command.QueryClock(station),
        "events" => Sl651Command.QueryEvents(station),
        "pumps" => Sl651Command.QueryPumps(station),
        "picture" => Sl651Command.QueryPicture(station),
        "text" => Sl651Command.QueryManualText(station),
        "basic" => Sl651Command.ReadBasic(station, Codes(arguments)),
        "run" => Sl651Command.ReadRun(station, Codes(arguments)),
        _ => null,
    };

    private static int[] Codes(CommandArguments arguments) =>
    [
        .. arguments.Rest("CODE").Select(text =>
            text.Length is 2 or 4 && int.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int code)
                ? code
                : throw new BadArgumentException($"CODE '{text}' is no identifier of two or four hex digits.", "CODE")),
    ];

    private static StationCommandAnswer NotTaken(string station) =>
        new(0, "not_taken", $"{station} was not heard on this connection, too much waits for it, or its encoding has no form for this.");

    private void Ended(Sl651Command command, Sl651CommandOutcome outcome)
    {
        // Those that the session thought of itself have none. As many ends as commands can wait, so that nobody's silence fills memory.
        if (!tickets.Remove(command, out int ticket))
            return;
        if (ends.Count == 64)
            ends.Dequeue();
        ends.Enqueue(new(ticket, outcome == Sl651CommandOutcome.Answered ? "answered" : "timed_out", outcome == Sl651CommandOutcome.StationForgotten ? "the station was forgotten for others" : null));
    }
}
