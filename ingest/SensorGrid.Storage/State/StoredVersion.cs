namespace SensorGrid.Storage.State;

/// <summary>What a stored version is a version of.</summary>
public enum VersionKind
{
    /// <summary>Catalogue.</summary>
    Catalogue,

    /// <summary>Rule set.</summary>
    Rules,
}

/// <summary>How a version came into force.</summary>
/// <param name="ReceivedAtTicks">Log time of the command; 0 for one of a time when it was not kept.</param>
/// <param name="Principal">Who gave the command.</param>
/// <param name="Note">What they said about it, or null.</param>
public sealed record VersionOrigin(long ReceivedAtTicks, string Principal, string? Note = null)
{
    /// <summary>The principal of what the service puts into force by itself, from a folder.</summary>
    public const string Service = "service";
}

/// <summary>A catalogue or rule set as it came into force.</summary>
/// <param name="Kind">Which of the two.</param>
/// <param name="Sequence">Log position of the command that activated it.</param>
/// <param name="Hash">Content hash.</param>
/// <param name="Origin">Who put it into force, when and why.</param>
/// <param name="Bundle">Its source files, as in the command's payload; empty where only the history was asked for.</param>
public sealed record StoredVersion(VersionKind Kind, long Sequence, string Hash, VersionOrigin Origin, byte[] Bundle);
