using System.Diagnostics;
using System.Text;
using System.Text.Json;
using SensorGrid.Readings;
using SensorGrid.Readings.Units;
using SensorGrid.Readings.Wire;
using SensorGrid.Readings.Wire.SparkplugB;

namespace SensorGrid.Simulators.FieldTools;

/// <summary>Payloads of Sparkplug B, one a line, each alone or behind the topic it came on; with topics, births name what follows by alias. A payload becomes readings as
/// in the service; what would need a session's memory there (seq, bdSeq, rebirths) is not judged here.
/// <code>
/// line = [ topic blank ] payload          topic ends at the last blank; payload in hexadecimal digits
/// </code></summary>
/// <param name="word">What the command calls it.</param>
/// <param name="receivedAtTicks">Time of arrival, UTC ticks.</param>
public sealed class SparkplugDecoding(string word, long receivedAtTicks) : IDecoding
{
    // 9999-12-31T23:59:59.999Z.
    private const long LastMilliseconds = 253_402_300_799_999;

    private readonly SparkplugReader reader = new();
    private readonly SparkplugWriter writer = new();
    private readonly SparkplugAliases aliases = new();
    private readonly PayloadDecoder decoder = new();
    private readonly ReadingBatch batch = new();
    private readonly List<ulong> unknown = [];
    private readonly List<byte[]> earlier = [];
    private DatastreamTable table = new();

    /// <inheritdoc/>
    public long Errors { get; private set; }

    /// <inheritdoc/>
    public IEnumerable<string> Decode(ReadOnlyMemory<byte> bytes)
    {
        var line = bytes.Span;
        if (!line.StartsWith("spBv1.0/"u8) && !line.StartsWith("STATE/"u8))
            return [Payload(default, line)];
        line = line.TrimEnd(" \t\r"u8);
        int blank = line.LastIndexOfAny(" \t"u8);
        if (blank < 0)
            return [Error("topic", "a topic is followed by a blank and its payload in hexadecimal digits", 0)];
        var refusal = SparkplugTopic.Parse(Encoding.UTF8.GetString(line[..blank].TrimEnd(" \t"u8)), out var topic);
        if (refusal != SparkplugTopicError.None)
            return [Error("topic", $"this is no topic of Sparkplug B: {WordOf(refusal.ToString())}", 0)];
        byte[] payload = FrameText.ToBytes(Encoding.UTF8.GetString(line[(blank + 1)..]));
        return [topic.Type == SparkplugMessageType.State ? State(topic, payload) : Payload(topic, payload)];
    }

    private string State(SparkplugTopic topic, byte[] payload)
    {
        if (!SparkplugState.TryRead(payload, out var state))
            return Error("state", "a state is JSON with online and timestamp, or one of the words ONLINE and OFFLINE", 0);
        bool hasTime = state.Timestamp is > 0 and <= LastMilliseconds;
        long at = hasTime ? DateTime.UnixEpoch.Ticks + state.Timestamp * TimeSpan.TicksPerMillisecond : receivedAtTicks;
        return DecodedJson.Object(json =>
        {
            WriteHead(json, topic.Edge.ToString(), "STATE", null, hasTime ? at : null);
            json.WriteStartArray("readings");
            DecodedJson.WriteReading(json, "online", "online", "", "", new(default, at, state.Online ? 1 : 0, Kind: ReadingKind.Boolean), default);
            json.WriteEndArray();
            json.WriteStartArray("problems");
            json.WriteEndArray();
        });
    }

    private string Payload(SparkplugTopic topic, ReadOnlySpan<byte> payload)
    {
        var error = reader.Read(payload);
        if (error != SparkplugError.None)
            return Error(WordOf(error.ToString()), $"refused at byte {reader.ErrorPosition} of the payload", reader.ErrorPosition);
        bool hasTopic = topic.Edge.Length > 0;
        if (hasTopic)
            aliases.Take(topic, reader, payload);
        ulong? seq = reader.Seq;
        long? sentAt = reader.Timestamp is { } milliseconds and <= LastMilliseconds ? DateTime.UnixEpoch.Ticks + (long)milliseconds * TimeSpan.TicksPerMillisecond : null;
        Resolve(topic, hasTopic, payload);
        // A table for each: a capture may name more datastreams than one gateway may have.
        table = new();
        if (!TelemetryTopic.TryParse(TelemetryTopic.Format("decode", "decode", TelemetryTopicKind.Sparkplug), out var recordTopic))
            throw new UnreachableException("What was just written as a topic is not read as one.");
        int problems = 0;
        for (int part = 0; part <= earlier.Count; part++)
        {
            var outcome = Decode(recordTopic, part);
            if (!outcome.IsRead)
                return Error(outcome.Reason.ToWord(), "the service keeps it and does not read it", 0);
            problems += outcome.Counters.FrameProblems;
        }
        return DecodedJson.Object(json =>
        {
            WriteHead(json, hasTopic ? topic.Edge.ToString() : null, hasTopic ? FunctionOf(topic) : null, seq, sentAt);
            json.WriteStartArray("readings");
            for (int part = 0; part <= earlier.Count; part++)
            {
                // Of one record, as nearly all are, the readings are still there.
                if (earlier.Count > 0)
                    Decode(recordTopic, part);
                WriteReadings(json);
            }
            json.WriteEndArray();
            json.WriteStartArray("problems");
            WriteProblems(json, problems - unknown.Count);
            json.WriteEndArray();
        });
    }

    private void WriteReadings(Utf8JsonWriter json)
    {
        foreach (ref readonly var reading in batch.Readings)
        {
            string name = table.KeyOf(reading.Datastream).Name;
            DecodedJson.WriteReading(
                json, name, name, "", UnitRegistry.NameOf(reading.Unit), reading, reading.Kind == ReadingKind.Text ? batch.GetTextUtf8(reading) : default);
        }
    }

    private PayloadOutcome Decode(in TelemetryTopic recordTopic, int part) =>
        decoder.Decode(recordTopic, part < earlier.Count ? earlier[part] : writer.Written, receivedAtTicks, table.ForGateway("decode"), batch);

    // The records that the service would keep, from births alone: the last in the writer, those before it beside.
    private void Resolve(SparkplugTopic topic, bool hasTopic, ReadOnlySpan<byte> payload)
    {
        unknown.Clear();
        earlier.Clear();
        int first = 0;
        var type = hasTopic ? topic.Type : SparkplugMessageType.NodeData;
        var recordType = topic.IsCommand ? DataOf(type) : type;
        byte[] device8 = Encoding.UTF8.GetBytes(topic.Device.ToString());
        SparkplugResolution.Begin(writer, payload, recordType, device8);
        if (type is SparkplugMessageType.NodeDeath or SparkplugMessageType.DeviceDeath)
        {
            foreach (var (device, definition) in aliases.SilencedBy(topic))
            {
                if (IsFull(definition.Name.Length + device.Length))
                {
                    SparkplugResolution.End(writer);
                    earlier.Add(writer.Written.ToArray());
                    SparkplugResolution.Begin(writer, payload, recordType, device8);
                }
                SparkplugResolution.Define(writer, definition.Name, definition.Datatype, device);
            }
        }
        else
        {
            for (int i = 0; i < reader.Metrics.Length; i++)
            {
                ref readonly var metric = ref reader.Metrics[i];
                var known = hasTopic ? aliases.Find(topic, metric, reader.NameOf(payload, metric)) : null;
                if (!metric.HasName && known is null)
                    unknown.Add(metric.Alias);
                if (i > first && IsFull(known?.Name.Length ?? 0))
                {
                    SparkplugResolution.EndPart(writer, first);
                    earlier.Add(writer.Written.ToArray());
                    SparkplugResolution.Begin(writer, payload, recordType, device8);
                    first = i;
                }
                SparkplugResolution.Define(
                    writer, metric.HasName || known is null ? default : known.Name,
                    metric.Datatype == SparkplugDatatype.Unknown && known is not null ? known.Datatype : SparkplugDatatype.Unknown);
            }
        }
        if (first == 0)
            SparkplugResolution.End(writer);
        else
            SparkplugResolution.EndPart(writer, first);
    }

    private bool IsFull(int nextBytes) => writer.Written.Length + nextBytes + 2 * SparkplugResolution.DefinitionOverhead > SparkplugLimits.Record;

    private void WriteHead(Utf8JsonWriter json, string? station, string? function, ulong? seq, long? sentAtTicks)
    {
        json.WriteBoolean("ok", true);
        json.WriteString("protocol", word);
        json.WriteString("station", station);
        json.WriteString("function", function);
        if (seq is { } number)
            json.WriteNumber("serial", number);
        else
            json.WriteNull("serial");
        DecodedJson.WriteTime(json, "sentAt", sentAtTicks);
    }

    private void WriteProblems(Utf8JsonWriter json, int unusable)
    {
        foreach (ulong alias in unknown)
        {
            json.WriteStartObject();
            json.WriteString("code", "unknown_alias");
            json.WriteNumber("alias", alias);
            json.WriteEndObject();
        }
        if (unusable <= 0)
            return;
        json.WriteStartObject();
        json.WriteString("code", "unusable_metric");
        json.WriteNumber("count", unusable);
        json.WriteEndObject();
    }

    // A command's metrics are shown like data.
    private static SparkplugMessageType DataOf(SparkplugMessageType command) =>
        command == SparkplugMessageType.NodeCommand ? SparkplugMessageType.NodeData : SparkplugMessageType.DeviceData;

    private static string FunctionOf(SparkplugTopic topic) => topic.ToString().Split('/')[2];

    private static string WordOf(string error) => JsonNamingPolicy.SnakeCaseLower.ConvertName(error);

    private string Error(string code, string message, int offset)
    {
        Errors++;
        return DecodedJson.Error(code, message, offset);
    }
}
