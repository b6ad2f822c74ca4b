namespace SensorGrid.Readings.Yaml;

/// <summary>Collects everything wrong with a set of files, so that one run shows all of it.</summary>
public sealed class SourceMessages
{
    /// <summary>Most messages kept; a file that is wrong throughout is not worth more.</summary>
    public const int Capacity = 200;

    private readonly List<SourceMessage> items = [];
    private int dropped;

    /// <summary>True when the files cannot be used.</summary>
    public bool HasErrors { get; private set; }

    /// <summary>The messages by file, line and column; beyond <see cref="Capacity"/> the last one says how many more there are.</summary>
    public IReadOnlyList<SourceMessage> ToList()
    {
        var sorted = items
            .OrderBy(message => message.File, StringComparer.Ordinal).ThenBy(message => message.Line).ThenBy(message => message.Column)
            .ToList();
        if (dropped > 0)
            sorted.Add(sorted[^1] with { Text = $"and {dropped} more messages after the first {Capacity}; mend those and read again" });
        return sorted;
    }

    /// <summary>Adds an error at a node.</summary>
    public void Error(SourceNode at, string text) => Add(new(at.File, at.Line, at.Column, MessageSeverity.Error, text));

    /// <summary>Adds a warning at a node.</summary>
    public void Warn(SourceNode at, string text) => Add(new(at.File, at.Line, at.Column, MessageSeverity.Warning, text));

    /// <summary>Adds a message.</summary>
    public void Add(SourceMessage message)
    {
        HasErrors |= message.Severity == MessageSeverity.Error;
        if (items.Count < Capacity)
            items.Add(message);
        else
            dropped++;
    }
}
