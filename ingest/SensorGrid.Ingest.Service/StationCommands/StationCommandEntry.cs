namespace SensorGrid.Ingest.Service.StationCommands;

/// <summary>One command with its end.</summary>
/// <param name="Sequence">Log record of its giving.</param>
/// <param name="Protocol">The protocol's word.</param>
/// <param name="Station">To whom.</param>
/// <param name="Command">Which.</param>
/// <param name="Arguments">With what.</param>
/// <param name="Operator">By whom.</param>
/// <param name="GivenAtTicks">When.</param>
/// <param name="EndedAtTicks">When it ended; null before, and when nobody knows.</param>
/// <param name="Outcome">How; null while it is under way.</param>
/// <param name="Detail">What there is to say besides, or null.</param>
/// <param name="Answer">What the station sent, in short, or null.</param>
/// <param name="Readings">How many readings that were.</param>
internal sealed record StationCommandEntry(
    long Sequence, string Protocol, string Station, string Command, IReadOnlyList<string> Arguments, string Operator, long GivenAtTicks, long? EndedAtTicks, string? Outcome,
    string? Detail, string? Answer, int Readings);
