namespace SensorGrid.Simulators.Recordings;

/// <summary>A recording cannot be read: says which file, which line, and what to change.</summary>
public sealed class RecordingException : Exception
{
    /// <param name="path">File.</param>
    /// <param name="line">Line from 1, or 0 when the whole file is meant.</param>
    /// <param name="message">What is wrong, and what to do.</param>
    /// <param name="inner">Cause.</param>
    public RecordingException(string path, int line, string message, Exception? inner = null)
        : base(line > 0 ? $"{path}:{line}: {message}" : $"{path}: {message}", inner)
    {
    }

    /// <summary>Several messages at once, each already with its place.</summary>
    public RecordingException(IEnumerable<string> messages)
        : base(string.Join(Environment.NewLine, messages))
    {
    }
}
