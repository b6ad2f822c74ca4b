using SensorGrid.Alarms;
using SensorGrid.Ingest.Appending;
using SensorGrid.Ingest.Following;
using SensorGrid.ReadingLog;

namespace SensorGrid.Ingest.Service.Alarms;

internal enum CommandOutcome
{
    Applied = 1,

    /// <summary>On disk, but the rules are still behind.</summary>
    NotAppliedYet,

    /// <summary>Not known to be on disk.</summary>
    NotDurable,
}

/// <summary>What a dispatcher does to an alarm: it goes through the log like everything else that can change one.</summary>
internal sealed class AlarmActions(LogCommands log, LogFollowerLoop rules)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    public async Task<CommandOutcome> AcknowledgeAsync(string alarm, string @operator, string? note, CancellationToken cancellation)
    {
        try
        {
            var logged = await log.AppendAndApplyAsync(
                AlarmCommands.AcknowledgeAlarm, @operator, AlarmCommands.Acknowledge(alarm, note), rules, Longest, cancellation);
            return logged.Applied ? CommandOutcome.Applied : CommandOutcome.NotAppliedYet;
        }
        catch (ReadingLogException)
        {
            return CommandOutcome.NotDurable;
        }
    }
}
