using SensorGrid.Alarms;
using SensorGrid.Ingest.Appending;
using SensorGrid.Ingest.Following;
using SensorGrid.Ingest.Service.Alarms;
using SensorGrid.ReadingLog;

namespace SensorGrid.Ingest.Service.Warnings;

/// <summary>The one way in for an official warning: a person, or a program in somebody's name, hands over the issuer's message.</summary>
internal sealed class WarningActions(LogCommands log, LogFollowerLoop follower)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    public async Task<CommandOutcome> ReceiveAsync(string @operator, ReadOnlyMemory<byte> message, CancellationToken cancellation)
    {
        try
        {
            var logged = await log.AppendAndApplyAsync(AlarmCommands.ReceiveWarning, @operator, message, follower, Longest, cancellation);
            return logged.Applied ? CommandOutcome.Applied : CommandOutcome.NotAppliedYet;
        }
        catch (ReadingLogException)
        {
            return CommandOutcome.NotDurable;
        }
    }
}
