using SensorGrid.Alarms;
using SensorGrid.Ingest.Following;
using SensorGrid.ReadingLog;
using SensorGrid.Readings;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Storage;
using SensorGrid.Storage.State;

namespace SensorGrid.Ingest.Service.Following;

/// <summary>"store" in a reading's journey: assesses each record's readings by the catalogue version in force at that place of the log,
/// and gives them to the store. Starts after what sealed files cover, so it also rebuilds the hot table after any end of the process.</summary>
internal sealed class StoreFollower : ILogFollower
{
    private readonly ReadingStore store;
    private readonly StateDatabase state;
    private readonly DatastreamTable datastreams;
    private CatalogueBinding binding;
    private Reading[] assessed = new Reading[64];

    public StoreFollower(ReadingStore store, StateDatabase state, DatastreamTable datastreams)
    {
        (this.store, this.state, this.datastreams) = (store, state, datastreams);
        var stored = state.ReadVersion(VersionKind.Catalogue, store.CoveredSequence);
        binding = new(stored is null ? CityCatalogue.Empty : ReadCatalogue(stored.Bundle) ?? CityCatalogue.Empty, datastreams);
        NextSequence = store.CoveredSequence + 1;
    }

    public string Name => ReadingStore.FollowerName;

    public long NextSequence { get; }

    public async ValueTask ApplyAsync(CommittedBatch batch, CancellationToken cancellationToken)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            while (Append(batch[i]) == AppendOutcome.Full)
                await store.WaitForRoomAsync(cancellationToken);
        }
    }

    private AppendOutcome Append(in CommittedRecord record)
    {
        if (record is { Kind: ReadingLogKind.Command, Topic: AlarmCommands.ActivateCatalogue })
            Activate(record);
        var decoded = record.Readings.Readings;
        if (assessed.Length < decoded.Length)
            assessed = new Reading[decoded.Length];
        ReadingAssessor.Assess(decoded, assessed, binding, record.ReceivedAtTicks);
        return store.Append(record.Sequence, record.ReceivedAtTicks, assessed.AsSpan(0, decoded.Length), record.Readings);
    }

    private void Activate(in CommittedRecord record)
    {
        if (ReadCatalogue(record.Payload.Span) is not { } catalogue)
            return;
        // Before anything that was assessed with it can be sealed: the next start looks it up by the sequence covered.
        using (var transaction = state.Begin())
        {
            transaction.AddVersion(VersionKind.Catalogue, record.Sequence, catalogue.Version, record.Payload.Span);
            transaction.Commit();
        }
        binding = new(catalogue, datastreams);
    }

    // Null for a bundle that an older program accepted and this one does not: it changes nothing, as for the rules.
    private static CityCatalogue? ReadCatalogue(ReadOnlySpan<byte> bytes) =>
        SourceBundle.TryFromBytes(bytes, out var bundle, out _) ? CatalogueReader.Read(bundle).Catalogue : null;
}
