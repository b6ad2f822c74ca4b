namespace SensorGrid.Ingest.Sources.Mqtt.Sessions;

/// <summary>The session store cannot be opened or written; the message names the file and what to do. Nothing that needs it is acknowledged
/// any more; the process ends and recovers on start.</summary>
public sealed class SessionStoreException : Exception
{
    /// <summary>With a message that names the file.</summary>
    public SessionStoreException(string message)
        : base(message)
    {
    }

    /// <summary>With a message that names the file, and the cause.</summary>
    public SessionStoreException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
