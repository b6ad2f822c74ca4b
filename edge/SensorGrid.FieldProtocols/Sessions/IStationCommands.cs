namespace SensorGrid.FieldProtocols.Sessions;

/// <summary>A command that a centre can give, as people type it.</summary>
/// <param name="Name">The word.</param>
/// <param name="Arguments">What follows it, for people: <c>FROM UNTIL</c>; <c>[…]</c> may be left out, <c>NAME…</c> is one or more; empty for nothing.</param>
/// <param name="Does">What it does, in a few words.</param>
public sealed record StationCommandVerb(string Name, string Arguments, string Does)
{
    /// <summary>The same one by one, for programs.</summary>
    public IReadOnlyList<StationCommandParameter> Parameters { get; } = StationCommandParameter.Of(Arguments);
}

/// <summary>Whether a command was taken.</summary>
/// <param name="Ticket">Names its end; 0 for one that has none, such as a history that comes in pieces.</param>
/// <param name="Reason">Why it was not taken: <c>unknown_verb</c>, <c>bad_arguments</c>, <c>not_taken</c> (the station is not heard on this connection, or too
/// much waits); null when it was.</param>
/// <param name="Message">The same for people; null when it was taken.</param>
/// <param name="Argument">The argument that is wrong, as the verb names it (<c>FROM</c>); null when it is none.</param>
public readonly record struct StationCommandAnswer(int Ticket, string? Reason = null, string? Message = null, string? Argument = null);

/// <summary>How a command ended.</summary>
/// <param name="Ticket">Which.</param>
/// <param name="Outcome">A word: <c>answered</c>, <c>no_data</c>, <c>denied</c>, <c>failed</c>, <c>timed_out</c>, <c>on_duty</c>, <c>nobody_on_duty</c>.</param>
/// <param name="Detail">What the station said besides; may be null.</param>
public readonly record struct StationCommandEnd(int Ticket, string Outcome, string? Detail = null);

/// <summary>Commands to the stations of one connection, in words: what its session offers, alike for all protocols. What would change a plant (pumps, gates), wipe
/// a station or its password is not among them. Used where its session is, one at a time.</summary>
public interface IStationCommands
{
    /// <summary>What can be given.</summary>
    IReadOnlyList<StationCommandVerb> Verbs { get; }

    /// <summary>Gives a command; it goes out at the session's next tick.</summary>
    /// <param name="station">To whom.</param>
    /// <param name="verb">Which.</param>
    /// <param name="arguments">What follows the word.</param>
    StationCommandAnswer Give(string station, string verb, IReadOnlyList<string> arguments);

    /// <summary>The next command that ended.</summary>
    bool TryTakeEnd(out StationCommandEnd end);
}
