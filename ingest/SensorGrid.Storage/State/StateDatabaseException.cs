namespace SensorGrid.Storage.State;

/// <summary><c>state.sqlite</c> cannot be used; the message names the file and what to do. The process ends and recovers on start.</summary>
public sealed class StateDatabaseException : Exception
{
    /// <summary>With a message that names the file.</summary>
    public StateDatabaseException(string message)
        : base(message)
    {
    }

    /// <summary>With a message that names the file, and the cause.</summary>
    public StateDatabaseException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The disk was full: nothing was written, and the same may succeed once there is room.</summary>
    public bool IsDiskFull { get; init; }
}
