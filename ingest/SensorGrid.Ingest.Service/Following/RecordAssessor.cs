using SensorGrid.Alarms;
using SensorGrid.Ingest.Following;
using SensorGrid.ReadingLog;
using SensorGrid.Readings;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Storage.State;

namespace SensorGrid.Ingest.Service.Following;

/// <summary>Assesses each record's readings by the catalogue version in force at that place of the log. Each follower has its own, because each
/// is at its own place.</summary>
internal sealed class RecordAssessor
{
    private readonly StateDatabase state;
    private readonly DatastreamTable datastreams;
    private Reading[] assessed = new Reading[64];

    /// <param name="state">Knows the versions that were in force.</param>
    /// <param name="datastreams">Gives the datastreams their numbers.</param>
    /// <param name="after">Last record that is not assessed any more.</param>
    public RecordAssessor(StateDatabase state, DatastreamTable datastreams, long after)
    {
        (this.state, this.datastreams) = (state, datastreams);
        Binding = BindingAt(after);
    }

    /// <summary>The version in force at the last record.</summary>
    public CatalogueBinding Binding { get; private set; }

    /// <summary>The readings of the next record; valid until the next call. A record may be given again.</summary>
    public ReadOnlySpan<Reading> Assess(CommittedRecord record)
    {
        if (record is { Kind: ReadingLogKind.Command, Topic: AlarmCommands.ActivateCatalogue })
            Activate(record);
        var decoded = record.Readings.Readings;
        if (assessed.Length < decoded.Length)
            assessed = new Reading[decoded.Length];
        ReadingAssessor.Assess(decoded, assessed, Binding, record.ReceivedAtTicks);
        return assessed.AsSpan(0, decoded.Length);
    }

    /// <summary>Goes on after another record than the last.</summary>
    public void SkipTo(long after) => Binding = BindingAt(after);

    private void Activate(CommittedRecord record)
    {
        // Null for a bundle that an older program accepted and this one does not: it changes nothing, as for the rules.
        if (CatalogueReader.Read(record.Payload.Span, out string? note) is not { } catalogue)
            return;
        // Before anything that was assessed with it can be stored: the next start looks it up by the sequence covered.
        using (var transaction = state.Begin())
        {
            transaction.AddVersion(VersionKind.Catalogue, record.Sequence, catalogue.Version, new(record.ReceivedAtTicks, record.Principal, note), record.Payload.Span);
            transaction.Commit();
        }
        Binding = new(catalogue, datastreams);
    }

    private CatalogueBinding BindingAt(long after)
    {
        var stored = state.ReadVersion(VersionKind.Catalogue, after);
        return new(stored is null ? CityCatalogue.Empty : CatalogueReader.Read(stored.Bundle, out _) ?? CityCatalogue.Empty, datastreams);
    }
}
