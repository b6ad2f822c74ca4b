using SensorGrid.Ingest.Service.Alarms;
using SensorGrid.Ingest.Service.Hosting;
using SensorGrid.Ingest.Service.Metrics;
using SensorGrid.Ingest.Sources;
using SensorGrid.Ingest.Sources.Mqtt.Alarms;
using SensorGrid.Readings.Time;
using SensorGrid.Storage.State;

namespace SensorGrid.Ingest.Service.Publishing;

/// <summary>Publishes alarms over MQTT: follows the committed transitions in <c>state.sqlite</c>, as the console's streams do, and keeps a checkpoint of its own.
/// Nobody waits for it: while a broker is away, or slow, the transitions wait in the database.
/// <code>
/// rules follower ─ commit ─► alarm_transitions ─► read after checkpoint ─► publish ─► durable, or acknowledged ─► checkpoint
///                     └────► board ─ "there is more" ─┘
/// </code>
/// At least once: a crash before the checkpoint publishes again, with the same positions; what is not committed is never seen here.</summary>
internal sealed class AlarmPublisher : IDisposable
{
    private const int SyncBatch = 256;

    // Long enough to cost nothing, short enough for a broker that came back without what it had retained.
    private static readonly TimeSpan IdleLook = TimeSpan.FromSeconds(1);
    // What takes longer is worth telling, although it goes on: a slow broker, a full disk.
    private static readonly TimeSpan LongestAttempt = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan NotRetainedRetry = TimeSpan.FromMinutes(1);

    private readonly AlarmTables alarms;
    private readonly PublicationTable table;
    private readonly AlarmBoard board;
    private readonly IMessagePublisher publisher;
    private readonly MqttAlarmOptions options;
    private readonly PublicationMetrics metrics;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly RetryPauses pauses;
    private readonly Dictionary<string, long> domains;
    private long position;
    private long checkpoint;
    private long checkpointTaken;
    private bool isNew;
    private int syncedEpoch;
    private long notRetainedSince;
    private volatile bool isNotRetained;
    private volatile bool isHeld;
    private long attemptBegan;

    public AlarmPublisher(
        AlarmTables alarms, PublicationTable table, AlarmBoard board, IMessagePublisher publisher, MqttAlarmOptions options, Random random,
        TimeProvider time, ILogger logger)
    {
        (this.alarms, this.table, this.board, this.publisher) = (alarms, table, board, publisher);
        (this.options, this.time, this.logger) = (options, time, logger);
        pauses = new(options.RetryFirst, options.RetryLongest, random);
        var kept = table.Read();
        isNew = kept is null;
        // What happened before anybody could subscribe is nobody's news; what is open is published as it stands.
        (position, domains) = kept ?? table.ReadTransitions();
        checkpoint = isNew ? -1 : position;
        checkpointTaken = time.GetTimestamp();
        metrics = new(() => Lag);
    }

    /// <summary>Newest transition that is published.</summary>
    public long Position => Volatile.Read(ref position);

    /// <summary>Committed transitions that are not published yet.</summary>
    public long Lag => options.Enabled ? Math.Max(0, board.Position - Position) : 0;

    /// <summary>What is wrong, for people, or null.</summary>
    public string? Problem =>
        isHeld || IsStuck ? $"{Lag} alarm transitions wait to be published over MQTT: {publisher.Trouble ?? "the broker has not taken them, or the disk has no room for them."}"
        : isNotRetained ? "Not all open alarms are retained for MQTT subscribers, who find the others with GET /api/v1/alarms: raise Mqtt:Sessions:MaxRetainedAlarms or MaxRetainedAlarmBytes."
        : null;

    private bool IsStuck => Volatile.Read(ref attemptBegan) is > 0 and var began && time.GetElapsedTime(began) > LongestAttempt;

    /// <summary>Before anything new happens: a publication that is new begins here, also when the service is killed before its first message.</summary>
    public Task BeginAsync(CancellationToken cancellationToken) =>
        !options.Enabled ? table.ForgetAsync(cancellationToken)
        : isNew ? WriteCheckpointAsync(cancellationToken)
        : Task.CompletedTask;

    /// <summary>Publishes until it is stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        if (!options.Enabled)
        {
            await WithdrawAsync(stop);
            return;
        }
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            if (MustSync() && !await SyncAsync(stop))
                continue;
            var events = alarms.ReadEvents(position, options.BatchTransitions);
            if (events.Count > 0)
                await PublishAsync(events, stop);
            else
                await Task.WhenAny(board.WhenPastAsync(position), Task.Delay(IdleLook, time, stop));
            if (position != checkpoint && time.GetElapsedTime(checkpointTaken) >= options.CheckpointInterval)
                await WriteCheckpointAsync(stop);
        }
    }

    /// <summary>Writes down how far it is. Call when it does not run.</summary>
    public Task WriteCheckpointAsync() => options.Enabled && position != checkpoint ? WriteCheckpointAsync(CancellationToken.None) : Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose() => metrics.Dispose();

    private async Task PublishAsync(IReadOnlyList<AlarmEventView> events, CancellationToken stop)
    {
        var moved = new Dictionary<string, long>(domains, StringComparer.Ordinal);
        if (!await TryPublishAsync(AlarmMessages.Of(events, moved), stop))
            return;
        foreach (var (domain, at) in moved)
            domains[domain] = at;
        Volatile.Write(ref position, events[^1].Position);
        metrics.Published(events.Count);
    }

    /// <returns>False when it must be tried again; the pause before that is over.</returns>
    private async Task<bool> TryPublishAsync(IReadOnlyList<PublishedMessage> messages, CancellationToken stop)
    {
        Volatile.Write(ref attemptBegan, time.GetTimestamp());
        var outcome = await publisher.PublishAsync(messages, stop);
        Volatile.Write(ref attemptBegan, 0);
        if (outcome == PublishOutcome.Unavailable)
        {
            if (!isHeld)
                Log.AlarmPublicationHeld(logger, Lag, publisher.Trouble ?? "it did not take them.");
            isHeld = true;
            metrics.Held();
            await Task.Delay(pauses.Next(), time, stop);
            return false;
        }
        if (isHeld)
            Log.AlarmPublicationGoesOn(logger, Lag);
        isHeld = false;
        pauses.Succeeded();
        if (outcome == PublishOutcome.NotRetained)
        {
            if (!isNotRetained)
                Log.AlarmsNotRetained(logger);
            isNotRetained = true;
            notRetainedSince = time.GetTimestamp();
        }
        return true;
    }

    private bool MustSync() =>
        isNew || syncedEpoch != publisher.RetainedEpoch || (isNotRetained && time.GetElapsedTime(notRetainedSince) >= NotRetainedRetry);

    /// <summary>Brings what is retained in line with what is open: a broker that is new, lost something, or had no room lacks alarms; one that was not reached when
    /// an alarm ended may have one too many.</summary>
    private async Task<bool> SyncAsync(CancellationToken stop)
    {
        int epoch = publisher.RetainedEpoch;
        bool wasNotRetained = isNotRetained;
        isNotRetained = false;
        var open = alarms.ReadOpen().ToDictionary(alarm => AlarmTopics.Open(alarm.Domain, alarm.Id), StringComparer.Ordinal);
        var retained = publisher.RetainedTopics(AlarmTopics.AllOpen).ToHashSet(StringComparer.Ordinal);
        var positions = publisher.RetainedTopics(AlarmTopics.AllPositions).ToHashSet(StringComparer.Ordinal);
        PublishedMessage[] messages =
        [
            .. retained.Where(topic => !open.ContainsKey(topic)).Select(AlarmMessages.Clear),
            .. open.Where(alarm => !retained.Contains(alarm.Key)).Select(alarm => AlarmMessages.State(alarm.Value)),
            .. domains.Where(domain => !positions.Contains(AlarmTopics.Position(domain.Key))).Select(domain => AlarmMessages.Position(domain.Key, domain.Value)),
        ];
        foreach (var batch in messages.Chunk(SyncBatch))
        {
            if (await TryPublishAsync(batch, stop))
                continue;
            isNotRetained |= wasNotRetained;
            return false;
        }
        if (messages.Length > 0)
            Log.AlarmsRetained(logger, open.Count, messages.Length);
        (isNew, syncedEpoch) = (false, epoch);
        return true;
    }

    // Switched off: what was retained once must not stand there as if it were so.
    private async Task WithdrawAsync(CancellationToken stop)
    {
        PublishedMessage[] messages =
            [.. publisher.RetainedTopics(AlarmTopics.AllOpen).Concat(publisher.RetainedTopics(AlarmTopics.AllPositions)).Select(AlarmMessages.Clear)];
        foreach (var batch in messages.Chunk(SyncBatch))
            await publisher.PublishAsync(batch, stop);
    }

    private async Task WriteCheckpointAsync(CancellationToken cancellationToken)
    {
        checkpointTaken = time.GetTimestamp();
        try
        {
            await table.WriteAsync(position, domains, cancellationToken);
            checkpoint = position;
        }
        catch (StateDatabaseException e) when (e.IsDiskFull)
        {
            // The older one does as well: more is published again after a crash.
            Log.AlarmCheckpointSkipped(logger, e.Message);
        }
    }
}
