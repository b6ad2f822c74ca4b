using System.Diagnostics;
using SensorGrid.Readings;
using SensorGrid.Readings.Units;
using SensorGrid.Readings.Wire;

namespace SensorGrid.Simulators.FieldTools;

/// <summary>What gateways publish by themselves, SenML packs and line protocol, decoded like frames: a line of JSON for each payload.</summary>
/// <param name="word">What the command calls it.</param>
/// <param name="kind">Kind of topic it comes on.</param>
/// <param name="receivedAtTicks">Time of arrival, UTC ticks.</param>
public sealed class PackDecoding(string word, TelemetryTopicKind kind, long receivedAtTicks) : IDecoding
{
    private const string Gateway = "decode";

    private readonly PayloadDecoder decoder = new();
    private readonly DatastreamTable table = new();
    private readonly ReadingBatch batch = new();

    /// <inheritdoc/>
    public long Errors { get; private set; }

    /// <inheritdoc/>
    public IEnumerable<string> Decode(ReadOnlyMemory<byte> bytes)
    {
        if (!TelemetryTopic.TryParse(TelemetryTopic.Format(Gateway, Gateway, kind), out var topic))
            throw new UnreachableException("What was just written as a topic is not read as one.");
        var outcome = decoder.Decode(topic, bytes.Span, receivedAtTicks, table.ForGateway(Gateway), batch);
        if (!outcome.IsRead)
        {
            Errors++;
            return [DecodedJson.Error(outcome.Reason.ToWord(), $"refused at byte {outcome.Position} ({outcome.Reason.ToWord()}: edge/docs/telemetry-wire.md)", outcome.Position)];
        }
        return
        [
            DecodedJson.Object(json =>
            {
                json.WriteBoolean("ok", true);
                json.WriteString("protocol", word);
                json.WriteNull("station");
                json.WriteNull("function");
                json.WriteNull("serial");
                json.WriteNull("sentAt");
                json.WriteStartArray("readings");
                foreach (ref readonly var reading in batch.Readings)
                {
                    string name = table.KeyOf(reading.Datastream).Name;
                    DecodedJson.WriteReading(
                        json, name, name, "", UnitRegistry.NameOf(reading.Unit), reading, reading.Kind == ReadingKind.Text ? batch.GetTextUtf8(reading) : default);
                }
                json.WriteEndArray();
                json.WriteStartArray("problems");
                Problem(outcome.Counters.SumOnly, "sum_only");
                Problem(outcome.Counters.UnpairedPositions, "unpaired_position");
                Problem(outcome.Counters.UnknownUnits, "unknown_unit");
                Problem(outcome.Counters.UnitVersionBreaches, "unit_version");
                json.WriteEndArray();

                void Problem(int count, string code)
                {
                    if (count == 0)
                        return;
                    json.WriteStartObject();
                    json.WriteString("code", code);
                    json.WriteNumber("count", count);
                    json.WriteEndObject();
                }
            }),
        ];
    }
}
