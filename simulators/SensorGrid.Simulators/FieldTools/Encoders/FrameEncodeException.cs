namespace SensorGrid.Simulators.FieldTools.Encoders;

/// <summary>An object that cannot be written as a frame.</summary>
public sealed class FrameEncodeException : Exception
{
    /// <param name="field">Which field says what cannot be written, as a path: <c>readings[2].value</c>.</param>
    /// <param name="message">Why, and what would do.</param>
    /// <param name="inner">What refused it; may be null.</param>
    public FrameEncodeException(string field, string message, Exception? inner = null)
        : base($"{field}: {message}", inner) => Field = field;

    /// <summary>Which field.</summary>
    public string Field { get; }
}
