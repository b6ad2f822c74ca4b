using SensorGrid.Readings.Yaml;

namespace SensorGrid.Rules.Model;

/// <summary>Where something stands in the rule files.</summary>
/// <param name="File">Path inside the bundle.</param>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column, from 1.</param>
public readonly record struct SourcePosition(string File, int Line, int Column)
{
    internal static SourcePosition Of(SourceNode node) => new(node.File, node.Line, node.Column);

    internal SourceMessage Error(string text) => new(File, Line, Column, MessageSeverity.Error, text);

    internal SourceMessage Warning(string text) => new(File, Line, Column, MessageSeverity.Warning, text);

    /// <inheritdoc/>
    public override string ToString() => $"{File}:{Line}:{Column}";
}
