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

/// <summary>What a dispatcher does to an alarm or a zone: it goes through the log like everything else that can change one.</summary>
internal sealed class AlarmActions(LogCommands log, LogFollowerLoop rules)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    public Task<CommandOutcome> AcknowledgeAsync(string alarm, string @operator, string? note, CancellationToken cancellation) =>
        AppendAsync(AlarmCommands.AcknowledgeAlarm, @operator, AlarmCommands.Acknowledge(alarm, note), cancellation);

    /// <summary>Puts a zone elsewhere; the bytes are those of a <see cref="Readings.Catalogue.ZoneMove"/>.</summary>
    public Task<CommandOutcome> MoveZoneAsync(string @operator, byte[] move, CancellationToken cancellation) =>
        AppendAsync(AlarmCommands.MoveZone, @operator, move, cancellation);

    private async Task<CommandOutcome> AppendAsync(string type, string @operator, byte[] payload, CancellationToken cancellation)
    {
        try
        {
            var logged = await log.AppendAndApplyAsync(type, @operator, payload, rules, Longest, cancellation);
            return logged.Applied ? CommandOutcome.Applied : CommandOutcome.NotAppliedYet;
        }
        catch (ReadingLogException)
        {
            return CommandOutcome.NotDurable;
        }
    }
}
