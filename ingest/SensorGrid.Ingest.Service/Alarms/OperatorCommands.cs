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

/// <summary>What a person does goes through the log like everything else that can change something, and is answered when the rules follower has applied it.</summary>
internal sealed class OperatorCommands(LogCommands log, LogFollowerLoop rules)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    public async Task<CommandOutcome> AppendAsync(string type, string @operator, byte[] payload, CancellationToken cancellation)
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
