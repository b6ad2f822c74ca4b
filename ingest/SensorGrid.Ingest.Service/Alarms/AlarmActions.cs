using SensorGrid.Alarms;

namespace SensorGrid.Ingest.Service.Alarms;

/// <summary>What a dispatcher does to an alarm or a zone.</summary>
internal sealed class AlarmActions(OperatorCommands commands)
{
    public Task<CommandOutcome> AcknowledgeAsync(string alarm, string @operator, string? note, CancellationToken cancellation) =>
        commands.AppendAsync(AlarmCommands.AcknowledgeAlarm, @operator, AlarmCommands.Acknowledge(alarm, note), cancellation);

    /// <summary>Puts a zone elsewhere; the bytes are those of a <see cref="Readings.Catalogue.ZoneMove"/>.</summary>
    public Task<CommandOutcome> MoveZoneAsync(string @operator, byte[] move, CancellationToken cancellation) =>
        commands.AppendAsync(AlarmCommands.MoveZone, @operator, move, cancellation);
}
