namespace SensorGrid.Readings.Yaml;

/// <summary>A value in a YAML (or JSON) file and where it stands.</summary>
/// <param name="File">Path inside the bundle.</param>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column, from 1.</param>
public abstract record SourceNode(string File, int Line, int Column)
{
    /// <summary>What it is, for messages: "a text", "a list", "a mapping".</summary>
    public abstract string What { get; }
}

/// <summary>A single value.</summary>
/// <param name="File">Path inside the bundle.</param>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column, from 1.</param>
/// <param name="Value">Its text.</param>
/// <param name="Quoted">Whether it stood in quotes or a block, so that it is a text whatever it looks like.</param>
public sealed record ScalarNode(string File, int Line, int Column, string Value, bool Quoted) : SourceNode(File, Line, Column)
{
    /// <inheritdoc/>
    public override string What => IsNull ? "nothing" : "a single value";

    /// <summary>True for nothing, <c>~</c> and <c>null</c>.</summary>
    public bool IsNull => !Quoted && Value is ("" or "~" or "null");
}

/// <summary>A list.</summary>
/// <param name="File">Path inside the bundle.</param>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column, from 1.</param>
/// <param name="Items">Its values.</param>
public sealed record SequenceNode(string File, int Line, int Column, IReadOnlyList<SourceNode> Items) : SourceNode(File, Line, Column)
{
    /// <inheritdoc/>
    public override string What => "a list";
}

/// <summary>A mapping of keys to values.</summary>
/// <param name="File">Path inside the bundle.</param>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column, from 1.</param>
/// <param name="Entries">Its entries in the order written; keys are unique.</param>
public sealed record MappingNode(string File, int Line, int Column, IReadOnlyList<MappingEntry> Entries) : SourceNode(File, Line, Column)
{
    /// <inheritdoc/>
    public override string What => "a mapping";

    /// <summary>The value of a key.</summary>
    public SourceNode? Find(string key)
    {
        foreach (var entry in Entries)
        {
            if (entry.Key.Value == key)
                return entry.Value;
        }
        return null;
    }
}

/// <summary>One entry of a mapping.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Value">Its value.</param>
public readonly record struct MappingEntry(ScalarNode Key, SourceNode Value);
