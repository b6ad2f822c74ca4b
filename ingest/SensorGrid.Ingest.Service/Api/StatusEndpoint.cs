using Microsoft.AspNetCore.Http.HttpResults;
using SensorGrid.Ingest.Following;
using SensorGrid.Ingest.Service.Definitions;
using SensorGrid.Ingest.Service.Following;
using SensorGrid.Ingest.Service.Hosting;
using SensorGrid.Ingest.Service.Publishing;
using SensorGrid.Ingest.Sources;
using SensorGrid.ReadingLog;
using SensorGrid.Storage;
using SensorGrid.Storage.LineProtocol;

namespace SensorGrid.Ingest.Service.Api;

/// <summary><c>/api/v1/status</c>: how the service is doing, for the console's banner and for people with curl.</summary>
internal sealed class StatusEndpoint(
    ServiceHealth health, ClockOptions clock, DefinitionsInForce inForce, IReadOnlyList<DefinitionReloader> folders, ReadingLogWriter log,
    Func<IReadOnlyList<MessageSourceState>> sources, IReadOnlyList<LogFollowerLoop> followers, ReadingStore store, ExternalStores external, IngestMetrics ingest,
    RulesFollower rules, AlarmPublisher publication, TimeProvider time)
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
            Problem = health.NotReady ?? health.ConcernedBecause() ?? store.SealFailure ?? store.MaintenanceFailure,
            Clock = new(clock.Simulated, clock.Speed),
            CatalogueVersion = inForce.Catalogue.ShortVersion,
            RulesVersion = inForce.Rules?.Version,
            RuleWarnings = rules.RuleWarnings,
            Definitions = folders.ToDictionary(folder => folder.Name, folder => new DefinitionStatus(folder.Path.Length == 0 ? null : folder.Path, folder.Errors)),
            Log = new(log.FirstSequence, log.LastDurableSequence, log.HeldBecause),
            Sources = sources(),
            Followers = followers.ToDictionary(loop => loop.Name, loop => new FollowerStatus(loop.AppliedSequence, loop.Lag)),
            Store = new(store.CoveredSequence, store.HotRows, store.FileCount, store.UnreadableFileCount, store.SealFailure),
            Stores = [.. external.States.Select(ExternalStoreStatus.Of)],
            AlarmPublication = new(publication.Position, publication.Lag, publication.Problem),
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

    /// <summary>What is wrong, for people; null when nothing is. An external store that is down is no dispatcher's matter: it stands with the store.</summary>
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

    /// <summary>External stores, in the order of the settings.</summary>
    public required IReadOnlyList<ExternalStoreStatus> Stores { get; init; }

    /// <summary>Alarms over MQTT.</summary>
    public required PublicationStatus AlarmPublication { get; init; }

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

/// <param name="Position">Newest transition that is published.</param>
/// <param name="Lag">Transitions that are not published yet.</param>
/// <param name="Problem">What is wrong and what would change it, or null.</param>
internal sealed record PublicationStatus(long Position, long Lag, string? Problem);

/// <param name="Name">Its name.</param>
/// <param name="Kind">Whose interface it speaks, in lower case.</param>
/// <param name="Address">Where it is.</param>
/// <param name="Lag">Durable log records whose readings it does not have yet.</param>
/// <param name="Accepted">Points it took since the start.</param>
/// <param name="Retried">Points sent once more after a failure that passes.</param>
/// <param name="Dead">Points it refused for good since the start.</param>
/// <param name="DeadLetterBytes">Disk space of its dead letters.</param>
/// <param name="RecordsLost">Log records trimmed away before it was there to take them, since the start.</param>
/// <param name="AcceptedAt">When it last took something.</param>
/// <param name="Problem">What is wrong and what would change it, or null.</param>
internal sealed record ExternalStoreStatus(
    string Name, string Kind, string Address, long Lag, long Accepted, long Retried, long Dead, long DeadLetterBytes, long RecordsLost,
    DateTimeOffset? AcceptedAt, string? Problem)
{
    public static ExternalStoreStatus Of(ExternalStoreState store) => new(
        store.Name, store.Kind.ToString().ToLowerInvariant(), store.Address, store.Lag(), store.Accepted, store.Retried, store.Dead, store.DeadLetterBytes,
        store.RecordsLost, store.AcceptedAt, store.Problem);
}

internal sealed record CountStatus(
    long Messages, long Readings, long Rejected, IReadOnlyDictionary<string, long> RejectedByReason, long Late, long Duplicates);
