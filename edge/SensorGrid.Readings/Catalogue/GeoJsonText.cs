using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using NetTopologySuite.Algorithm;
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

    // A fault found by computing (two edges crossing) lies between positions: the edge nearest to it is named by its first position.
    private (int Line, int Column) Find(double x, double y)
    {
        var found = inline is null ? (1, 1) : (inline.Line, inline.Column);
        double nearest = double.PositiveInfinity;
        var before = default(GeoJsonPosition);
        foreach (var position in inline is null ? Positions() : Positions(inline))
        {
            if (position.X == x && position.Y == y)
                return PlaceOf(position);
            if (position.FollowsAnother && DistanceComputer.PointToSegment(new(x, y), new(before.X, before.Y), new(position.X, position.Y)) is var distance && distance < nearest)
                (nearest, found) = (distance, PlaceOf(before));
            before = position;
        }
        return found;
    }

    private (int Line, int Column) PlaceOf(in GeoJsonPosition position) =>
        position.Node is { } node ? (node.Line, node.Column) : LineOf(position.Offset);

    private List<GeoJsonPosition> Positions()
    {
        var positions = new List<GeoJsonPosition>();
        var reader = new Utf8JsonReader(Json.Span);
        double before = double.NaN;
        int start = 0, ends = 0;
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.Number)
            {
                before = double.NaN;
                start = (int)reader.TokenStartIndex;
                ends += reader.TokenType == JsonTokenType.EndArray ? 1 : 0;
                continue;
            }
            double number = reader.GetDouble();
            if (!double.IsNaN(before))
            {
                // One list has ended since the position before: its own. More, and this is another ring.
                positions.Add(new(before, number, FollowsAnother: positions.Count > 0 && ends == 1, start, null));
                ends = 0;
            }
            before = double.IsNaN(before) ? number : double.NaN;
        }
        return positions;
    }

    private (int Line, int Column) LineOf(int offset)
    {
        var before = Json.Span[..offset];
        int lineStart = before.LastIndexOf((byte)'\n') + 1;
        return (before.Count((byte)'\n') + 1, Encoding.UTF8.GetCharCount(before[lineStart..]) + 1);
    }

    private static IEnumerable<GeoJsonPosition> Positions(SourceNode node)
    {
        switch (node)
        {
            case SequenceNode list:
                bool follows = false;
                foreach (var item in list.Items)
                {
                    if (item is SequenceNode { Items: [ScalarNode first, ScalarNode second, ..] } && TryNumber(first, out double x) && TryNumber(second, out double y))
                        yield return new(x, y, follows, 0, item);
                    else
                        foreach (var position in Positions(item))
                            yield return position;
                    follows = true;
                }
                break;
            case MappingNode mapping:
                foreach (var position in mapping.Entries.SelectMany(entry => Positions(entry.Value)))
                    yield return position;
                break;
        }
    }

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

/// <summary>A position in the text, and whether an edge leads to it from the one before.</summary>
internal readonly record struct GeoJsonPosition(double X, double Y, bool FollowsAnother, int Offset, SourceNode? Node);
