namespace SensorGrid.Storage;

/// <summary>The reading store cannot go on; the message names the file and what to do.</summary>
public sealed class ReadingStoreException : Exception
{
    /// <summary>With a message that names the file or setting.</summary>
    public ReadingStoreException(string message)
        : base(message)
    {
    }

    /// <summary>With a message that names the file or setting, and the cause.</summary>
    public ReadingStoreException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
