namespace SensorGrid.Readings.Yaml;

/// <summary>Where something stands in a set of files: what is kept of a node when the node itself would be too much.</summary>
/// <param name="File">Path inside the bundle.</param>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column, from 1.</param>
public readonly record struct SourcePosition(string File, int Line, int Column)
{
    /// <summary>Where a node begins.</summary>
    public static SourcePosition Of(SourceNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return new(node.File, node.Line, node.Column);
    }

    /// <summary>An error here.</summary>
    public SourceMessage Error(string text) => new(File, Line, Column, MessageSeverity.Error, text);

    /// <summary>A warning here.</summary>
    public SourceMessage Warning(string text) => new(File, Line, Column, MessageSeverity.Warning, text);

    /// <inheritdoc/>
    public override string ToString() => $"{File}:{Line}:{Column}";
}
