using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using SensorGrid.Readings.Yaml;

namespace SensorGrid.Readings.Catalogue;

/// <summary>GeoJSON from a file or from catalogue YAML, which can say where in its source a position stands.</summary>
internal sealed class GeoJsonText
{
    private readonly string file;
    private readonly SourceNode? inline;

    private GeoJsonText(string file, SourceNode? inline, ReadOnlyMemory<byte> json)
    {
        this.file = file;
        this.inline = inline;
        Json = json;
    }

    public ReadOnlyMemory<byte> Json { get; }

    public static GeoJsonText Of(SourceFile file) => new(file.Path, null, Encoding.UTF8.GetBytes(file.Text));

    public static GeoJsonText Of(MappingNode node)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
            Write(writer, node);
        return new(node.File, node, json.WrittenMemory);
    }

    public SourceMessage MessageAt(JsonException error, string text)
    {
        var (line, column) = inline is null ? ((int)(error.LineNumber ?? 0) + 1, (int)(error.BytePositionInLine ?? 0) + 1) : (inline.Line, inline.Column);
        return new(file, line, column, MessageSeverity.Error, text);
    }

    public SourceMessage MessageAt(Flaw flaw, string text)
    {
        var (line, column) = flaw is { X: { } x, Y: { } y } ? Find(x, y) : inline is null ? (1, 1) : (inline.Line, inline.Column);
        return new(file, line, column, MessageSeverity.Error, text);
    }

    // A fault found by computing (two edges crossing) may lie between positions: then the whole geometry is named.
    private (int Line, int Column) Find(double x, double y)
    {
        if (inline is not null)
            return Find(inline, x, y) is { } node ? (node.Line, node.Column) : (inline.Line, inline.Column);
        var reader = new Utf8JsonReader(Json.Span);
        double before = double.NaN;
        long start = 0;
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.Number)
            {
                before = double.NaN;
                start = reader.TokenStartIndex;
                continue;
            }
            double number = reader.GetDouble();
            if (before == x && number == y)
                return LineOf((int)start);
            before = number;
        }
        return (1, 1);
    }

    private (int Line, int Column) LineOf(int offset)
    {
        var before = Json.Span[..offset];
        int lineStart = before.LastIndexOf((byte)'\n') + 1;
        return (before.Count((byte)'\n') + 1, Encoding.UTF8.GetCharCount(before[lineStart..]) + 1);
    }

    private static SourceNode? Find(SourceNode node, double x, double y) => node switch
    {
        SequenceNode { Items: [ScalarNode first, ScalarNode second, ..] } list when IsNumber(first, x) && IsNumber(second, y) => list,
        SequenceNode list => list.Items.Select(item => Find(item, x, y)).FirstOrDefault(found => found is not null),
        MappingNode mapping => mapping.Entries.Select(entry => Find(entry.Value, x, y)).FirstOrDefault(found => found is not null),
        _ => null,
    };

    private static bool IsNumber(ScalarNode node, double value) => TryNumber(node, out double number) && number == value;

    private static bool TryNumber(ScalarNode node, out double number) =>
        double.TryParse(node.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number) && !node.Quoted;

    private static void Write(Utf8JsonWriter writer, SourceNode node)
    {
        switch (node)
        {
            case ScalarNode scalar when TryNumber(scalar, out double number):
                writer.WriteNumberValue(number);
                break;
            case ScalarNode scalar:
                writer.WriteStringValue(scalar.Value);
                break;
            case SequenceNode list:
                writer.WriteStartArray();
                foreach (var item in list.Items)
                    Write(writer, item);
                writer.WriteEndArray();
                break;
            case MappingNode mapping:
                writer.WriteStartObject();
                foreach (var entry in mapping.Entries)
                {
                    writer.WritePropertyName(entry.Key.Value);
                    Write(writer, entry.Value);
                }
                writer.WriteEndObject();
                break;
        }
    }
}
