namespace SensorGrid.Ingest.Sources.FieldProtocols;

/// <summary>A command to a station that has ended, or could not be handed on after all.</summary>
/// <param name="Given">Sequence of the log record that says who gave it.</param>
/// <param name="Protocol">The protocol's word.</param>
/// <param name="Station">To whom.</param>
/// <param name="Verb">Which.</param>
/// <param name="Result">How it ended.</param>
public sealed record EndedStationCommand(long Given, string Protocol, string Station, string Verb, StationCommandResult Result);
