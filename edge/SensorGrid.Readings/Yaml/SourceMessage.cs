namespace SensorGrid.Readings.Yaml;

/// <summary>How much a message weighs.</summary>
public enum MessageSeverity : byte
{
    /// <summary>The files cannot be used.</summary>
    Error = 0,

    /// <summary>They can, but probably not as meant.</summary>
    Warning = 1,
}

/// <summary>Something to say about a place in a source file. Shown as <c>file:line:col: message</c>, which editors turn into a link.</summary>
/// <param name="File">Path inside the bundle.</param>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column, from 1.</param>
/// <param name="Severity">Error or warning.</param>
/// <param name="Text">What is wrong and what to do.</param>
public sealed record SourceMessage(string File, int Line, int Column, MessageSeverity Severity, string Text)
{
    /// <inheritdoc/>
    public override string ToString() => $"{File}:{Line}:{Column}: {(Severity == MessageSeverity.Warning ? "warning: " : "")}{Text}";
}
