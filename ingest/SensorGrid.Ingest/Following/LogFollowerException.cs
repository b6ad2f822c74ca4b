namespace SensorGrid.Ingest.Following;

/// <summary>A follower could not apply records. Ends the process, which recovers from the follower's checkpoint when it starts again.</summary>
public sealed class LogFollowerException : Exception
{
    internal LogFollowerException(string follower, long firstSequence, long lastSequence, Exception innerException)
        : base(
            $"The follower '{follower}' failed on records {firstSequence} to {lastSequence} of the reading log: {innerException.Message} "
            + "The process ends, so that nothing is skipped; remove the cause and start it again, it resumes at its checkpoint.",
            innerException)
    {
        Follower = follower;
        FirstSequence = firstSequence;
    }

    /// <summary>Name of the follower.</summary>
    public string Follower { get; }

    /// <summary>First record of the batch that failed.</summary>
    public long FirstSequence { get; }
}
