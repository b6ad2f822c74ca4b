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
    public static SourceNode? Read(string file, string text, SourceMessages messages)
    {
        var builder = new Builder(file, messages);
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

        public SourceNode? Build(Parser parser)
        {
            while (parser.MoveNext())
            {
                if (!Take(parser.Current!))
                    return null;
            }
            return document;
        }

        private bool Take(ParsingEvent current)
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
                    open.Push(new(current.Start, current is MappingStart));
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
            else if (!parent.IsMapping)
                parent.Items.Add(node);
            else if (!parent.HasKey)
                TakeKey(parent, node);
            else
                TakeValue(parent, node);
        }

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
            if (parent.Keys.TryAdd(key.Value, key))
                parent.Entries.Add(new(key, node));
            else
                messages.Error(key, $"key '{key.Value}' stands here a second time; the first is on line {parent.Keys[key.Value].Line}");
        }

        private bool Refuse(ParsingEvent at, string text)
        {
            messages.Add(new(file, LineOf(at.Start), ColumnOf(at.Start), MessageSeverity.Error, text));
            return false;
        }
    }

    private sealed class Open(Mark start, bool isMapping)
    {
        public Mark Start { get; } = start;

        public bool IsMapping { get; } = isMapping;

        public List<SourceNode> Items { get; } = [];

        public List<MappingEntry> Entries { get; } = [];

        public Dictionary<string, ScalarNode> Keys { get; } = new(StringComparer.Ordinal);

        public bool HasKey { get; set; }

        public ScalarNode? Key { get; set; }
    }
}
