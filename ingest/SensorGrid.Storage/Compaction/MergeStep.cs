namespace SensorGrid.Storage.Compaction;

/// <summary>Places in a merge where the process may die; tests stop it at each. See the recovery table in <c>ingest/docs/store.md</c>.</summary>
internal enum MergeStep
{
    OutputsAnnounced,
    OutputWritten,
    OutputSynced,
    OutputRenamed,
    OutputDirectorySynced,
    ManifestWritten,
    ManifestCommitted,
    FilesSwapped,
    InputsDeleted,
}
