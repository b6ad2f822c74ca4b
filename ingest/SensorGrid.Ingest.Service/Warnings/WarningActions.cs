using SensorGrid.Alarms;
using SensorGrid.Ingest.Service.Alarms;

namespace SensorGrid.Ingest.Service.Warnings;

/// <summary>The one way in for an official warning: a person, or a program in somebody's name, hands over the issuer's message.</summary>
internal sealed class WarningActions(OperatorCommands commands)
{
    public Task<CommandOutcome> ReceiveAsync(string @operator, byte[] message, CancellationToken cancellation) =>
        commands.AppendAsync(AlarmCommands.ReceiveWarning, @operator, message, cancellation);
}
