using SensorGrid.Ingest.Following;
using SensorGrid.Readings;
using SensorGrid.Storage;
using SensorGrid.Storage.State;

namespace SensorGrid.Ingest.Service.Following;

/// <summary>"store" in a reading's journey: assesses each record's readings by the catalogue version in force at that place of the log,
/// and gives them to the store. Starts after what sealed files cover, so it also rebuilds the hot table after any end of the process.</summary>
internal sealed class StoreFollower : ILogFollower
{
    private readonly ReadingStore store;
    private readonly RecordAssessor assessor;

    public StoreFollower(ReadingStore store, StateDatabase state, DatastreamTable datastreams)
    {
        this.store = store;
        assessor = new(state, datastreams, store.CoveredSequence);
        NextSequence = store.CoveredSequence + 1;
    }

    public string Name => ReadingStore.FollowerName;

    public long NextSequence { get; }

    // A query sees a reading that much later.
    public TimeSpan Pause { get; } = TimeSpan.FromMilliseconds(10);

    public async ValueTask ApplyAsync(CommittedBatch batch, CancellationToken cancellationToken)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            while (Append(batch[i]) == AppendOutcome.Full)
                await store.WaitForRoomAsync(cancellationToken);
        }
    }

    private AppendOutcome Append(CommittedRecord record) =>
        store.Append(record.Sequence, record.ReceivedAtTicks, assessor.Assess(record), record.Readings);
}
