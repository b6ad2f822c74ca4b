namespace SensorGrid.Storage.Parquet;

/// <summary>Places in a seal where the process may die; tests stop it at each. See the recovery table in <c>ingest/docs/store.md</c>.</summary>
internal enum SealStep
{
    Frozen,
    FileWritten,
    FileSynced,
    FileRenamed,
    DirectorySynced,
    RowsWritten,
    StateWritten,
    StateCommitted,
    FilePublished,
    GenerationDropped,
}
