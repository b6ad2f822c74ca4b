using Microsoft.AspNetCore.Http.HttpResults;
using SensorGrid.Ingest.Following;
using SensorGrid.Ingest.Service.Definitions;
using SensorGrid.Ingest.Service.Following;
using SensorGrid.Ingest.Service.Hosting;
using SensorGrid.Ingest.Sources;
using SensorGrid.ReadingLog;
using SensorGrid.Storage;

namespace SensorGrid.Ingest.Service.Api;

/// <summary><c>/api/v1/status</c>: how the service is doing, for the console's banner and for people with curl.</summary>
internal sealed class StatusEndpoint(
    ServiceHealth health, ClockOptions clock, DefinitionsInForce inForce, IReadOnlyList<DefinitionReloader> folders, ReadingLogWriter log,
    IReadOnlyList<IMessageSource> sources, IReadOnlyList<LogFollowerLoop> followers, ReadingStore store, IngestMetrics ingest,
    RulesFollower rules, TimeProvider time)
{
    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/status", Status).WithTags("status").WithName("getStatus").WithSummary("How the service is doing.");

    private Ok<StatusView> Status()
    {
        var rejected = ingest.Rejected.ToDictionary(StringComparer.Ordinal);
        var counts = rules.Counts;
        return TypedResults.Ok(new StatusView
        {
            Now = time.GetUtcNow(),
            Ready = health.NotReady is null,
            Problem = health.NotReady ?? store.SealFailure ?? store.MaintenanceFailure,
            Clock = new(clock.Simulated, clock.Speed),
            CatalogueVersion = inForce.Catalogue.ShortVersion,
            RulesVersion = inForce.Rules?.Version,
            RuleWarnings = rules.RuleWarnings,
            Definitions = folders.ToDictionary(folder => folder.Name, folder => new DefinitionStatus(folder.Path.Length == 0 ? null : folder.Path, folder.Errors)),
            Log = new(log.FirstSequence, log.LastDurableSequence, log.HeldBecause),
            Sources = [.. sources.Select(source => source.State)],
            Followers = followers.ToDictionary(loop => loop.Name, loop => new FollowerStatus(loop.AppliedSequence, loop.Lag)),
            Store = new(store.CoveredSequence, store.HotRows, store.FileCount, store.UnreadableFileCount, store.SealFailure),
            Counts = new(ingest.Messages, ingest.Readings, rejected.Values.Sum(), rejected, counts.Late, counts.Duplicates),
        });
    }
}

/// <summary>Readings that the rules did not evaluate, since the start.</summary>
internal readonly record struct RuleCounts(long Late, long Duplicates);

internal sealed record StatusView
{
    public required DateTimeOffset Now { get; init; }

    public required bool Ready { get; init; }

    /// <summary>What is wrong, for people; null when nothing is.</summary>
    public string? Problem { get; init; }

    public required ClockStatus Clock { get; init; }

    public string? CatalogueVersion { get; init; }

    public string? RulesVersion { get; init; }

    /// <summary>Rules, or parts of them, that do not fit the catalogue and are left out.</summary>
    public required IReadOnlyList<string> RuleWarnings { get; init; }

    public required IReadOnlyDictionary<string, DefinitionStatus> Definitions { get; init; }

    public required LogStatus Log { get; init; }

    public required IReadOnlyList<MessageSourceState> Sources { get; init; }

    public required IReadOnlyDictionary<string, FollowerStatus> Followers { get; init; }

    public required StoreStatus Store { get; init; }

    public required CountStatus Counts { get; init; }
}

internal sealed record ClockStatus(bool Simulated, double Speed);

/// <param name="Folder">Folder it is read from, or null.</param>
/// <param name="Errors">Why the folder as it is now is not in force.</param>
internal sealed record DefinitionStatus(string? Folder, IReadOnlyList<string> Errors);

/// <param name="First">First record that can be read.</param>
/// <param name="Durable">Last record on disk.</param>
/// <param name="HeldBecause">Why nothing is taken now (disk full), or null.</param>
internal sealed record LogStatus(long First, long Durable, string? HeldBecause);

internal sealed record FollowerStatus(long Applied, long Lag);

internal sealed record StoreStatus(long Covered, long HotReadings, int Files, int UnreadableFiles, string? SealFailure);

internal sealed record CountStatus(
    long Messages, long Readings, long Rejected, IReadOnlyDictionary<string, long> RejectedByReason, long Late, long Duplicates);
