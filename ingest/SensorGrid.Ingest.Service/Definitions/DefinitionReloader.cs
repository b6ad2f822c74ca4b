using SensorGrid.Ingest.Appending;
using SensorGrid.Ingest.Following;
using SensorGrid.Ingest.Service.Metrics;

namespace SensorGrid.Ingest.Service.Definitions;

/// <summary>Puts what is in a folder into force: at the start, and again whenever it changes. A version goes through the log, so every
/// follower, and every replay, changes over at the same reading. A folder with errors changes nothing, and one that has not changed since it was last put
/// into force does not replace what people activated after that.</summary>
internal sealed class DefinitionReloader(
    DefinitionFolder folder, Func<DefinitionStanding> standing, LogCommands commands, LogFollowerLoop rules, TimeSpan quiet,
    ServiceMetrics metrics, TimeProvider time, ILogger logger)
{
    // Nobody waits for it but the start, and there it may be behind much log.
    private static readonly TimeSpan LongestApply = TimeSpan.FromMinutes(10);

    private volatile IReadOnlyList<string> errors = [];
    private string refusedHash = "";
    private string passedOver = "";

    public string Name => folder.Name;

    public string Path => folder.Path;

    /// <summary>Why the folder as it is now is not in force; empty when it is.</summary>
    public IReadOnlyList<string> Errors => errors;

    /// <summary>Puts a loaded version into force when it is another one, and waits until the rules go by it.</summary>
    public async Task ActivateAsync(LoadedDefinition loaded, CancellationToken cancellation)
    {
        foreach (string warning in loaded.Warnings)
            Log.DefinitionWarning(logger, Name, warning);
        // Without a folder, what the log has put into force stays: a start that forgot an option must not end every alarm.
        var now = standing();
        if (Path.Length == 0 || loaded.Bundle.Hash == now.OfFolder)
            return;
        // A newer program brings newer packs. They are a beginning, and no reason to undo what people decided.
        if (folder.IsDefault && now.ActivatedBy is { } person)
        {
            if (loaded.Bundle.Hash != passedOver && loaded.Bundle.Hash != now.InForce)
                Log.FolderPassedOver(logger, Name, loaded.Bundle.ShortHash, Short(now.InForce), person);
            passedOver = loaded.Bundle.Hash;
            return;
        }
        // On a full disk the append waits for room, however long; a stop does not wait for it.
        var logged = await commands.AppendAndApplyAsync(folder.Command, "service", loaded.Bundle.ToBytes(), rules, LongestApply, cancellation).WaitAsync(cancellation);
        metrics.Reloaded(Name, "activated");
        Log.Activated(logger, Name, loaded.Bundle.ShortHash, logged.Sequence, loaded.Bundle.Files.Count);
    }

    /// <summary>Follows changes of the folder until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        if (Path.Length == 0)
            return;
        using var changes = new FolderChanges(Path, quiet, time);
        try
        {
            while (true)
            {
                await changes.WaitAsync(cancellation);
                await ReloadAsync(cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    private async Task ReloadAsync(CancellationToken cancellation)
    {
        // Mostly nothing has changed: it was only time to look again.
        var loaded = folder.Load(standing().OfFolder);
        errors = loaded.Errors;
        if (loaded.IsUsable)
        {
            refusedHash = "";
            await ActivateAsync(loaded, cancellation);
        }
        else if (loaded.Bundle.Hash != refusedHash)
        {
            // Once for each state of the folder, not each time it is looked at.
            refusedHash = loaded.Bundle.Hash;
            metrics.Reloaded(Name, "refused");
            Log.ReloadRefused(logger, Name, Short(standing().InForce), string.Join(" | ", loaded.Errors));
        }
    }

    private static string Short(string hash) => hash.Length > 12 ? hash[..12] : hash;
}
