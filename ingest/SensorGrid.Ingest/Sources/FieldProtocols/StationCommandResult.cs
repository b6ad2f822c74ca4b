namespace SensorGrid.Ingest.Sources.FieldProtocols;

/// <summary>How a command to a station ended, or why it was not given.</summary>
/// <param name="Outcome">A word: those of <see cref="SensorGrid.FieldProtocols.Sessions.StationCommandEnd"/>; <c>taken</c> for one whose answers come in pieces; those of
/// <see cref="SensorGrid.FieldProtocols.Sessions.StationCommandAnswer.Reason"/>; or <c>not_connected</c>, <c>too_many</c>, <c>disconnected</c>, <c>under_way</c>.</param>
/// <param name="Detail">The same for people, or what the station said besides; may be null.</param>
/// <param name="Argument">The argument that is wrong; null when none is.</param>
public sealed record StationCommandResult(string Outcome, string? Detail = null, string? Argument = null)
{
    /// <summary>What the station sent from the command to its end, a report of its own that came in between included.</summary>
    public IReadOnlyList<StationAnswer> Answers { get; init; } = [];

    /// <summary>True when there was more than is kept here; the log has all of it.</summary>
    public bool IsTruncated { get; init; }
}

/// <summary>One frame of a station.</summary>
/// <param name="Function">Its function or command code as the standard writes it.</param>
/// <param name="Readings">What it says.</param>
public sealed record StationAnswer(string Function, IReadOnlyList<StationAnswerReading> Readings);

/// <summary>One value in it.</summary>
/// <param name="Name">Name of the datastream.</param>
/// <param name="Value">A number, in <paramref name="Unit"/>; a boolean as 0 or 1; null when it is missing or a text.</param>
/// <param name="Text">A text, or null.</param>
/// <param name="Unit">Registered SenML unit; empty when there is none.</param>
/// <param name="ObservedAtTicks">When it was true, UTC ticks.</param>
/// <param name="Quality">How far it may be trusted.</param>
public sealed record StationAnswerReading(string Name, double? Value, string? Text, string Unit, long ObservedAtTicks, Readings.Quality Quality);
