using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace SensorGrid.Readings.Yaml;

/// <summary>Reads one YAML file (JSON is YAML too) into nodes that know where they stand. Values stay text: what they mean is for the
/// reader of the file to say, so <c>no</c>, <c>1e3</c> and <c>0440882</c> never change under way.</summary>
/// <remarks>Anchors and aliases are refused: a small file could unfold into a huge one, and a message could not say where its value stands.</remarks>
public static class YamlDocumentReader
{
    /// <summary>Levels of lists and mappings.</summary>
    public const int MaxDepth = 32;

    /// <summary>Values in one file.</summary>
    public const int MaxNodes = 1_000_000;

    /// <summary>Reads a file.</summary>
    /// <param name="file">Path, for positions.</param>
    /// <param name="text">Content.</param>
    /// <param name="messages">Gets what is wrong.</param>
    /// <returns>Its document; null when it is empty or cannot be read.</returns>
    public static SourceNode? Read(string file, string text, SourceMessages messages) => Read(file, text, messages, new(file, messages));

    /// <summary>Reads a file one of whose lists is so long that its items are taken one by one: they are not kept, and the list is empty in the document.</summary>
    /// <param name="file">Path, for positions.</param>
    /// <param name="text">Content.</param>
    /// <param name="messages">Gets what is wrong.</param>
    /// <param name="list">Key of the list, in the document's own mapping.</param>
    /// <param name="take">Gets each item in the order written; of a file that turns out not to be YAML, those before that place.</param>
    /// <returns>The rest of its document; null when it is empty or cannot be read.</returns>
    public static SourceNode? Read(string file, string text, SourceMessages messages, string list, Action<SourceNode> take)
    {
        ArgumentNullException.ThrowIfNull(take);
        return Read(file, text, messages, new(file, messages) { List = list, Take = take });
    }

    private static SourceNode? Read(string file, string text, SourceMessages messages, Builder builder)
    {
        try
        {
            return builder.Build(new Parser(new Scanner(new StringReader(text), skipComments: true)));
        }
        catch (YamlException error)
        {
            messages.Add(new(file, LineOf(error.Start), ColumnOf(error.Start), MessageSeverity.Error, $"this is not YAML: {Plain(error)}"));
            return null;
        }
    }

    private static int LineOf(in Mark mark) => (int)Math.Clamp(mark.Line, 1, int.MaxValue);

    private static int ColumnOf(in Mark mark) => (int)Math.Clamp(mark.Column, 1, int.MaxValue);

    private static string Plain(YamlException error) => (error.InnerException ?? error).Message.TrimEnd('.');

    private sealed class Builder(string file, SourceMessages messages)
    {
        private readonly Stack<Open> open = new();
        private SourceNode? document;
        private int documents;
        private int nodes;

        public string? List { get; init; }

        public Action<SourceNode>? Take { get; init; }

        public SourceNode? Build(Parser parser)
        {
            while (parser.MoveNext())
            {
                if (!Add(parser.Current!))
                    return null;
            }
            return document;
        }

        private bool Add(ParsingEvent current)
        {
            if (current is NodeEvent && ++nodes > MaxNodes)
                return Refuse(current, $"more than {MaxNodes} values in one file; split it");
            switch (current)
            {
                case AnchorAlias:
                    return Refuse(current, "aliases (*name) are not supported; write the value out");
                case NodeEvent { Anchor.IsEmpty: false }:
                    return Refuse(current, "anchors (&name) are not supported; write the value out");
                case DocumentStart when ++documents > 1:
                    return Refuse(current, "a second document begins here; put it into a file of its own");
                case Scalar scalar:
                    Close(new ScalarNode(file, LineOf(scalar.Start), ColumnOf(scalar.Start), scalar.Value, scalar.Style != ScalarStyle.Plain));
                    return true;
                case SequenceStart or MappingStart:
                    open.Push(new(current.Start, current is MappingStart) { IsTaken = current is SequenceStart && IsList() });
                    return open.Count <= MaxDepth || Refuse(current, $"nested deeper than {MaxDepth} levels");
                case SequenceEnd:
                    var list = open.Pop();
                    Close(new SequenceNode(file, LineOf(list.Start), ColumnOf(list.Start), list.Items));
                    return true;
                case MappingEnd:
                    var mapping = open.Pop();
                    Close(new MappingNode(file, LineOf(mapping.Start), ColumnOf(mapping.Start), mapping.Entries));
                    return true;
                default:
                    return true;
            }
        }

        private void Close(SourceNode node)
        {
            if (!open.TryPeek(out var parent))
                document = node;
            else if (parent.IsTaken)
                Take!(node);
            else if (!parent.IsMapping)
                parent.Items.Add(node);
            else if (!parent.HasKey)
                TakeKey(parent, node);
            else
                TakeValue(parent, node);
        }

        // The document's mapping is open and nothing else, and its key is the list's.
        private bool IsList() => Take is not null && open.Count == 1 && open.Peek() is { IsMapping: true, HasKey: true } mapping && mapping.Key?.Value == List;

        private void TakeKey(Open parent, SourceNode node)
        {
            parent.HasKey = true;
            parent.Key = node as ScalarNode;
            if (parent.Key is null)
                messages.Error(node, $"a key must be a single value, this is {node.What}");
        }

        private void TakeValue(Open parent, SourceNode node)
        {
            parent.HasKey = false;
            if (parent.Key is not { } key)
                return;
            if (parent.FirstOf(key.Value) is { } first)
                messages.Error(key, $"key '{key.Value}' stands here a second time; the first is on line {first.Line}");
            else
                parent.Add(key, node);
        }

        private bool Refuse(ParsingEvent at, string text)
        {
            messages.Add(new(file, LineOf(at.Start), ColumnOf(at.Start), MessageSeverity.Error, text));
            return false;
        }
    }

    private sealed class Open(Mark start, bool isMapping)
    {
        // Most mappings have a few keys, and a catalogue has a million mappings.
        private const int KeysLookedThrough = 24;

        private Dictionary<string, ScalarNode>? keys;

        public Mark Start { get; } = start;

        public bool IsMapping { get; } = isMapping;

        // The one that is not needed stays empty.
        public List<SourceNode> Items { get; } = [];

        public List<MappingEntry> Entries { get; } = [];

        public bool IsTaken { get; init; }

        public bool HasKey { get; set; }

        public ScalarNode? Key { get; set; }

        public ScalarNode? FirstOf(string key)
        {
            if (keys is not null)
                return keys.GetValueOrDefault(key);
            foreach (var entry in Entries)
            {
                if (entry.Key.Value == key)
                    return entry.Key;
            }
            return null;
        }

        public void Add(ScalarNode key, SourceNode value)
        {
            Entries.Add(new(key, value));
            if (Entries.Count == KeysLookedThrough)
                keys = Entries.ToDictionary(entry => entry.Key.Value, entry => entry.Key, StringComparer.Ordinal);
            else
                keys?.Add(key.Value, key);
        }
    }
}
