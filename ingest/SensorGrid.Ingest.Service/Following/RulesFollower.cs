using SensorGrid.Alarms;
using SensorGrid.Ingest.Following;
using SensorGrid.Ingest.Service.Alarms;
using SensorGrid.Ingest.Service.Api;
using SensorGrid.Ingest.Service.Definitions;
using SensorGrid.Ingest.Service.Hosting;
using SensorGrid.Ingest.Service.Metrics;
using SensorGrid.Ingest.Service.StationCommands;
using SensorGrid.Ingest.Service.Warnings;
using SensorGrid.ReadingLog;
using SensorGrid.Readings;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Readings.Yaml;
using SensorGrid.Rules.Snapshots;
using SensorGrid.Storage.State;

namespace SensorGrid.Ingest.Service.Following;

/// <summary>"evaluate" and "raise" in a reading's journey: gives each log record to <see cref="AlarmEvaluation"/>, and writes the transitions
/// together with the checkpoint in one transaction; after that, and only then, shows them.
/// <code>
/// start: newest readable snapshot at S (or the log's beginning)
///        S+1 … checkpoint   evaluated again, transitions dropped: they are in the database
///        after checkpoint   evaluated, transitions written
/// </code>
/// A batch without transitions is not committed: evaluating it again gives nothing again. Each <see cref="ILogProjection"/> beside them is written the same way.</summary>
internal sealed class RulesFollower : ILogFollower, IAsyncDisposable
{
    public const string FollowerName = "alarms";

    private static readonly TimeSpan DiskFullRetry = TimeSpan.FromSeconds(1);

    // Rules wait until a snapshot is in memory, which of a large city takes a while: a fiftieth of the time, however fast records come. How long the disk takes then does not count: after
    // a start that has far to go, one must come soon, or the next has further.
    private const double SnapshotPause = 50;

    private readonly AlarmEvaluation evaluation;
    private readonly StateDatabase state;
    private readonly AlarmBoard board;
    private readonly WarningProjection warnings;
    private readonly DefinitionsInForce inForce;
    private readonly ServiceMetrics metrics;
    private readonly AlarmOptions options;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly List<AlarmTransition> transitions = [];
    private readonly List<StoredVersion> activated = [];
    private readonly ILogProjection[] beside;
    private long checkpoint;
    private long position;
    private long applied;
    private long snapshotSequence;
    private long olderSnapshot;
    private long snapshotTaken;
    private TimeSpan snapshotWaited;
    private SavingSnapshot? saving;
    private CancellationTokenSource givingUp = new();
    private volatile IReadOnlyList<string> ruleWarnings = [];

    public RulesFollower(
        AlarmEvaluation evaluation, long evaluatedUpTo, StateDatabase state, AlarmBoard board, StationCommandTable stationCommands, WarningProjection warnings,
        DefinitionsInForce inForce, ServiceMetrics metrics, AlarmOptions options, TimeProvider time, ILogger logger)
    {
        this.evaluation = evaluation;
        (this.state, this.board, this.warnings, this.inForce) = (state, board, warnings, inForce);
        (this.metrics, this.options, this.time, this.logger) = (metrics, options, time, logger);
        beside = [new StationCommandProjection(stationCommands, logger), warnings];
        checkpoint = state.ReadCheckpoint(FollowerName);
        position = board.Position;
        applied = snapshotSequence = evaluatedUpTo;
        // Two snapshots are kept, so that one that cannot be read does not cost the alarms; the log must reach back to the older.
        olderSnapshot = state.FindSnapshot(FollowerName, before: evaluatedUpTo) ?? 0;
        snapshotTaken = time.GetTimestamp();
        ShowDefinitions();
    }

    public string Name => FollowerName;

    public long NextSequence => applied + 1;

    /// <summary>What the log held at the start has been evaluated; how long records take is worth counting from now on.</summary>
    public bool IsLive { get; set; }

    /// <summary>First record that a start from the older of the kept snapshots needs.</summary>
    public long NeededFrom => olderSnapshot + 1;

    /// <summary>Why no alarm can be raised just now (the disk is full), or null.</summary>
    public string? HeldBecause { get; private set; }

    /// <summary>Readings the rules did not evaluate, since the start. Read while the follower writes: a count may be a moment old.</summary>
    public RuleCounts Counts => new(evaluation.Readings.Late, evaluation.Readings.Duplicates);

    /// <summary>What in the rules does not fit the catalogue and is left out.</summary>
    public IReadOnlyList<string> RuleWarnings => ruleWarnings;

    /// <summary>An evaluation that goes on from the newest snapshot that can be read; without one, from the first record the log still has.</summary>
    public static (AlarmEvaluation Evaluation, long EvaluatedUpTo) Restore(StateDatabase state, DatastreamTable datastreams, long firstSequence, ILogger logger)
    {
        foreach (var snapshot in state.ReadSnapshots(FollowerName))
        {
            var restored = new AlarmEvaluation(datastreams);
            if (snapshot.Sequence + 1 >= firstSequence && restored.TryRestore(snapshot.Bytes))
                return (restored, snapshot.Sequence);
            Log.SnapshotUnreadable(logger, snapshot.Sequence);
        }
        if (firstSequence > 1)
            Log.RulesRebuilt(logger, firstSequence);
        return (new(datastreams), firstSequence - 1);
    }

    public async ValueTask ApplyAsync(CommittedBatch batch, CancellationToken cancellationToken)
    {
        Evaluate(batch);
        long last = batch[batch.Count - 1].Sequence;
        if (transitions.Count > 0 || activated.Count > 0 || Array.Exists(beside, projection => projection.HasChanges))
        {
            board.Publish(await CommitWhenThereIsRoomAsync(last, cancellationToken));
            if (warnings.Publish())
                board.Tell("warnings", new { revision = warnings.Revision });
        }
        applied = last;
        metrics.RecordsEvaluated(batch.Count);
        if (IsLive)
            metrics.EvaluatedAfter(TimeSpan.FromTicks(time.GetUtcNow().UtcTicks - batch[0].ReceivedAtTicks));
        if (saving is { Written.IsCompleted: true })
            await EndSnapshotAsync();
        if (saving is null && SnapshotIsDue())
            BeginSnapshot();
    }

    private bool SnapshotIsDue()
    {
        var since = time.GetElapsedTime(snapshotTaken);
        bool manyRecords = HeldBecause is null && applied - snapshotSequence >= options.SnapshotRecords && since >= snapshotWaited * SnapshotPause;
        return manyRecords || since >= options.SnapshotInterval;
    }

    // A full disk is no reason to end: the records wait in the log, and nobody has been told anything yet.
    private async Task<List<AlarmView>> CommitWhenThereIsRoomAsync(long last, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var views = await CommitAsync(last, cancellationToken);
                HeldBecause = null;
                return views;
            }
            catch (StateDatabaseException e) when (e.IsDiskFull)
            {
                if (HeldBecause is null)
                    Log.CommitHeld(logger, e.Message);
                HeldBecause = $"Alarms cannot be written: {e.Message}";
                await Task.Delay(DiskFullRetry, time, cancellationToken);
            }
        }
    }

    /// <summary>Writes the state of rules and alarms down, so that the next start need not evaluate the log again. Call between batches.</summary>
    public async Task SnapshotAsync(CancellationToken cancellationToken)
    {
        // One that is being written is older than what would be written now.
        await GiveUpSnapshotAsync();
        BeginSnapshot();
        await EndSnapshotAsync().WaitAsync(cancellationToken);
    }

    /// <summary>Gives up a snapshot that is being written.</summary>
    public async ValueTask DisposeAsync()
    {
        await GiveUpSnapshotAsync();
        givingUp.Dispose();
    }

    // Rules wait until their state is bytes in memory, and not until those are on the disk.
    private void BeginSnapshot()
    {
        snapshotTaken = time.GetTimestamp();
        if (applied == snapshotSequence)
            return;
        var snapshot = new SnapshotBuffer();
        evaluation.WriteSnapshot(snapshot);
        snapshotWaited = time.GetElapsedTime(snapshotTaken);
        saving = new(applied, snapshot.Length, SaveAsync(applied, snapshot, snapshotTaken, givingUp.Token));
    }

    private async Task<TimeSpan> SaveAsync(long sequence, SnapshotBuffer snapshot, long began, CancellationToken cancellation)
    {
        await Task.Run(() => state.SaveSnapshotAsync(FollowerName, sequence, snapshot.Pieces, cancellation), cancellation);
        return time.GetElapsedTime(began);
    }

    private async Task EndSnapshotAsync()
    {
        if (saving is not { } saved)
            return;
        saving = null;
        TimeSpan took;
        try
        {
            took = await saved.Written;
        }
        catch (StateDatabaseException e) when (e.IsDiskFull)
        {
            // The older snapshots do as well, only slower.
            Log.SnapshotSkipped(logger, e.Message);
            return;
        }
        checkpoint = Math.Max(checkpoint, saved.Sequence);
        (olderSnapshot, snapshotSequence) = (snapshotSequence, saved.Sequence);
        metrics.SnapshotWritten();
        Log.SnapshotWritten(logger, saved.Sequence, saved.Bytes, (long)snapshotWaited.TotalMilliseconds, (long)took.TotalMilliseconds);
    }

    private async Task GiveUpSnapshotAsync()
    {
        if (saving is null)
            return;
        await givingUp.CancelAsync();
        try
        {
            await EndSnapshotAsync();
        }
        catch (OperationCanceledException)
        {
            // Its parts are no snapshot, and go with the next one.
        }
        finally
        {
            givingUp.Dispose();
            givingUp = new();
        }
    }

    private void Evaluate(CommittedBatch batch)
    {
        transitions.Clear();
        activated.Clear();
        foreach (var projection in beside)
            projection.Begin();
        foreach (var record in batch.Records)
        {
            switch (record.Kind)
            {
                case ReadingLogKind.Payload:
                    evaluation.OnPayload(record.Sequence, record.ReceivedAtTicks, record.Gateway, record.Readings.Readings, transitions);
                    break;
                case ReadingLogKind.Tick:
                    evaluation.OnTick(record.Sequence, record.ReceivedAtTicks, transitions);
                    break;
                case ReadingLogKind.Command:
                    OnCommand(record);
                    break;
            }
            // What is up to the checkpoint is in the database.
            if (record.Sequence <= checkpoint)
                continue;
            foreach (var projection in beside)
                projection.Apply(record);
        }
        transitions.RemoveAll(transition => transition.Sequence <= checkpoint);
    }

    private void OnCommand(CommittedRecord record)
    {
        var (catalogue, rules) = (evaluation.Catalogue, evaluation.Rules);
        evaluation.OnCommand(record.Sequence, record.ReceivedAtTicks, record.Topic, record.Principal, record.Payload.Span, transitions);
        if (evaluation.Catalogue != catalogue)
            activated.Add(Version(VersionKind.Catalogue, evaluation.Catalogue.Version, record));
        if (evaluation.Rules is { } now && now != rules)
            activated.Add(Version(VersionKind.Rules, now.Hash, record));
        ShowDefinitions();
    }

    private static StoredVersion Version(VersionKind kind, string hash, CommittedRecord record)
    {
        byte[] bundle = record.Payload.ToArray();
        string? note;
        if (kind == VersionKind.Catalogue)
            CatalogueReader.Read(bundle, out note);
        else
            note = SourceBundle.FromBytes(bundle).Note;
        return new(kind, record.Sequence, hash, new(record.ReceivedAtTicks, record.Principal, note), bundle);
    }

    private async Task<List<AlarmView>> CommitAsync(long last, CancellationToken cancellationToken)
    {
        var views = new List<AlarmView>(transitions.Count);
        long number = position;
        using var transaction = await state.BeginAsync(cancellationToken);
        foreach (var version in activated)
            transaction.AddVersion(version.Kind, version.Sequence, version.Hash, version.Origin, version.Bundle);
        var newest = new Dictionary<string, AlarmView>(StringComparer.Ordinal);
        foreach (var transition in transitions)
        {
            string id = transition.Alarm.Id;
            var raised = newest.GetValueOrDefault(id) ?? board.Find(id);
            var view = AlarmProjection.View(transition.Alarm, ++number, raised?.EvaluatedAt ?? time.GetUtcNow());
            AlarmTables.Append(transaction, id, transition.Sequence, AlarmProjection.View(transition, number), transition.ToCanonicalText());
            AlarmTables.Write(transaction, view, AlarmProjection.Limits(transition.Alarm));
            newest[id] = view;
            views.Add(view);
        }
        foreach (var projection in beside)
            projection.Write(transaction);
        if (last > checkpoint)
            transaction.SetCheckpoint(FollowerName, last);
        transaction.Commit();
        (checkpoint, position) = (Math.Max(checkpoint, last), number);
        foreach (var transition in transitions)
            metrics.TransitionCommitted(AlarmTransition.NameOf(transition.Kind), Rules.Model.LevelNames.NameOf(transition.Alarm.Level));
        return views;
    }

    private sealed record SavingSnapshot(long Sequence, long Bytes, Task<TimeSpan> Written);

    private void ShowDefinitions()
    {
        ruleWarnings = [.. evaluation.RuleMessages.Where(message => message.Severity == MessageSeverity.Error).Select(message => message.ToString())];
        inForce.Set(evaluation.Catalogue, evaluation.Rules, evaluation.MovedZones);
    }
}
