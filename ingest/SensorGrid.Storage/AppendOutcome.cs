namespace SensorGrid.Storage;

/// <summary>What became of an append.</summary>
public enum AppendOutcome
{
    /// <summary>In memory and visible to queries.</summary>
    Taken,

    /// <summary>This log record was taken before; nothing changed. Ordinary after a restart.</summary>
    AlreadyTaken,

    /// <summary>Nothing was taken: memory holds as many rows as it may. Await <see cref="ReadingStore.WaitForRoomAsync"/> and append again.</summary>
    Full,
}
