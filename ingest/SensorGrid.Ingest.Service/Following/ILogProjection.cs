using SensorGrid.Ingest.Following;
using SensorGrid.Storage.State;

namespace SensorGrid.Ingest.Service.Following;

/// <summary>What the rules follower makes of the log's records beside alarms. Written in the transaction that moves its checkpoint, so a crash neither loses nor repeats any of it.</summary>
internal interface ILogProjection
{
    /// <summary>Whether the batch changed something.</summary>
    bool HasChanges { get; }

    /// <summary>Begins a batch: what the one before it changed is committed, or there was nothing.</summary>
    void Begin();

    /// <summary>Takes a record that is not in the database yet.</summary>
    void Apply(CommittedRecord record);

    /// <summary>Writes what the batch changed.</summary>
    void Write(StateTransaction transaction);
}
