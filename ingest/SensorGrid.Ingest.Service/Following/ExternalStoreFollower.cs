using SensorGrid.Ingest.Following;
using SensorGrid.Readings;
using SensorGrid.Storage.LineProtocol;
using SensorGrid.Storage.State;

namespace SensorGrid.Ingest.Service.Following;

/// <summary>"store" in a reading's journey, to an external store: assesses each record's readings as the embedded store does, and waits in
/// <see cref="ApplyAsync"/> as long as the store does not take them; what comes meanwhile stays in the log. The checkpoint moves only over
/// records whose points the store has accepted, or refused into the dead letters, so that after any end points are sent again and none is left
/// out: a point sent twice has the same series and time, and is one point.</summary>
internal sealed class ExternalStoreFollower : ILogFollower
{
    // The checkpoint shares the one writer of the state with the alarms, so it does not move with each batch. What was sent since is sent again
    // after a crash.
    private static readonly TimeSpan CheckpointInterval = TimeSpan.FromSeconds(5);

    private readonly ExternalStoreWriter writer;
    private readonly StateDatabase state;
    private readonly RecordAssessor assessor;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private long taken;
    private long delivered;
    private long checkpoint;
    private long checkpointTaken;

    public ExternalStoreFollower(
        ExternalStoreWriter writer, StateDatabase state, DatastreamTable datastreams, long firstSequence, TimeProvider time, ILogger logger)
    {
        (this.writer, this.state, this.time, this.logger) = (writer, state, time, logger);
        long stored = state.ReadCheckpoint(Name);
        // A store that is new gets everything that the log still has.
        checkpoint = delivered = taken = stored > 0 ? stored : firstSequence - 1;
        assessor = new(state, datastreams, taken);
        checkpointTaken = time.GetTimestamp();
    }

    public string Name => $"store:{writer.State.Name}";

    public long NextSequence => taken + 1;

    /// <summary>What the store has taken and lacks.</summary>
    public ExternalStoreState Store => writer.State;

    /// <summary>Last record whose points are dealt with.</summary>
    public long DeliveredSequence => Volatile.Read(ref delivered);

    /// <summary>First record that a start would need.</summary>
    public long NeededFrom => Volatile.Read(ref checkpoint) + 1;

    public async ValueTask ApplyAsync(CommittedBatch batch, CancellationToken cancellationToken)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            Take(batch[i]);
            if (writer.IsFull)
                await SendAsync(cancellationToken);
        }
        if (writer.IsDue)
            await SendAsync(cancellationToken);
        else if (writer.IsEmpty)
            Volatile.Write(ref delivered, taken);
        if (time.GetElapsedTime(checkpointTaken) < CheckpointInterval)
            return;
        writer.CountDeadLetters();
        await WriteCheckpointAsync(cancellationToken);
    }

    /// <summary>Goes on at a later record: those before it were trimmed away before the store was there to take them.</summary>
    public void SkipTo(long firstSequence)
    {
        long lost = firstSequence - 1 - taken;
        Log.UnsentLost(logger, writer.State.Name, taken + 1, firstSequence - 1);
        writer.State.RecordsTrimmed(lost);
        taken = firstSequence - 1;
        assessor.SkipTo(taken);
    }

    /// <summary>Writes down how far the store is. Call between batches, or after the loop has ended.</summary>
    public async Task WriteCheckpointAsync(CancellationToken cancellationToken)
    {
        checkpointTaken = time.GetTimestamp();
        long reached = delivered;
        if (reached == checkpoint)
            return;
        try
        {
            using var transaction = await state.BeginAsync(cancellationToken);
            transaction.SetCheckpoint(Name, reached);
            transaction.Commit();
            Volatile.Write(ref checkpoint, reached);
        }
        catch (StateDatabaseException e) when (e.IsDiskFull)
        {
            // The older checkpoint does as well: more is sent again after a crash, and more of the log stays.
            Log.CheckpointSkipped(logger, writer.State.Name, e.Message);
        }
    }

    private void Take(CommittedRecord record)
    {
        var assessed = assessor.Assess(record);
        writer.Add(record.Sequence, assessed, record.Readings, assessor.Binding);
        taken = record.Sequence;
    }

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        await writer.SendAsync(cancellationToken);
        Volatile.Write(ref delivered, taken);
    }
}
