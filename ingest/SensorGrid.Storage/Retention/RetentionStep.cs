namespace SensorGrid.Storage.Retention;

/// <summary>Places in a deletion where the process may die; tests stop it at each.</summary>
internal enum RetentionStep
{
    EntriesDeleted,
    FilesDeleted,
}
