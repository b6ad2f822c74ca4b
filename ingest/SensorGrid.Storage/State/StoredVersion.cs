namespace SensorGrid.Storage.State;

/// <summary>What a stored version is a version of.</summary>
public enum VersionKind
{
    /// <summary>Catalogue.</summary>
    Catalogue,

    /// <summary>Rule set.</summary>
    Rules,
}

/// <summary>A catalogue or rule set as it came into force.</summary>
/// <param name="Kind">Which of the two.</param>
/// <param name="Sequence">Log position of the command that activated it.</param>
/// <param name="Hash">Content hash.</param>
/// <param name="Bundle">Its source files, as in the command's payload.</param>
public sealed record StoredVersion(VersionKind Kind, long Sequence, string Hash, byte[] Bundle);
