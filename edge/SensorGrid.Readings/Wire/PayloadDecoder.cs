using System.Buffers;
using SensorGrid.Readings.Units;
using SensorGrid.Readings.Wire.LineProtocol;
using SensorGrid.Readings.Wire.SenMl;
using SensorGrid.Readings.Wire.SparkplugB;

namespace SensorGrid.Readings.Wire;

/// <summary>Payload bytes to readings: the second half of "admit". A pure function of topic, payload and time of arrival, so that live
/// decoding, recovery and replay of a log give the same batch. Knows no catalogue. All or nothing: a refused payload leaves the batch
/// empty and names no datastream. Not thread-safe (it owns buffers); keep one for each worker.</summary>
public sealed class PayloadDecoder
{
    private readonly SenMlReader reader = new();
    private readonly bool triesPlain;
    private readonly PayloadFormats formats;
    private readonly Dictionary<TelemetryTopicKind, IPayloadReader?> readers = [];
    private int[] waitingPositions = [];
    private int waitingCount;

    /// <summary>A decoder of packs, with buffers of its own.</summary>
    public PayloadDecoder()
        : this(PayloadFormats.PacksOnly)
    {
    }

    /// <summary>A decoder with buffers of its own.</summary>
    /// <param name="formats">What it reads besides packs.</param>
    public PayloadDecoder(PayloadFormats formats)
        : this(formats, triesPlain: true)
    {
    }

    // Tests compare the short way with the long one.
    internal PayloadDecoder(bool triesPlain)
        : this(PayloadFormats.PacksOnly, triesPlain)
    {
    }

    private PayloadDecoder(PayloadFormats formats, bool triesPlain) => (this.formats, this.triesPlain) = (formats, triesPlain);

    /// <summary>Decodes one payload into the batch, which is cleared first.</summary>
    /// <param name="topic">Where it was published.</param>
    /// <param name="payload">Its bytes as they came.</param>
    /// <param name="receivedAtTicks">Arrival, UTC ticks.</param>
    /// <param name="gateway">The datastreams of the gateway in the topic.</param>
    /// <param name="into">Gets the readings.</param>
    public PayloadOutcome Decode(
        in TelemetryTopic topic, ReadOnlySpan<byte> payload, long receivedAtTicks, GatewayDatastreams gateway, ReadingBatch into)
    {
        into.Clear();
        if (!topic.CarriesReadings)
            return new(PayloadReason.NotReadings, 0, default);
        if (!topic.CarriesPacks)
            return ReadOther(topic.Kind, payload, receivedAtTicks, gateway, into);
        if (triesPlain && (SenMlReader.IsCbor(payload)
                ? PlainCborPack.TryRead(payload, gateway, FlagsOf(topic), into)
                : PlainPack.TryRead(payload, gateway, FlagsOf(topic), into)))
            return new(PayloadReason.None, 0, new PayloadCounters { Records = into.Count, Readings = into.Count });
        return Take(reader.Read(payload, receivedAtTicks), topic, gateway, into);
    }

    /// <summary>Decodes one payload that lies in several pieces.</summary>
    /// <inheritdoc cref="Decode(in TelemetryTopic, ReadOnlySpan{byte}, long, GatewayDatastreams, ReadingBatch)"/>
    public PayloadOutcome Decode(
        in TelemetryTopic topic, in ReadOnlySequence<byte> payload, long receivedAtTicks, GatewayDatastreams gateway, ReadingBatch into)
    {
        into.Clear();
        if (!topic.CarriesReadings)
            return new(PayloadReason.NotReadings, 0, default);
        if (payload.IsSingleSegment)
            return Decode(topic, payload.FirstSpan, receivedAtTicks, gateway, into);
        if (!topic.CarriesPacks)
            return ReadPieces(topic.Kind, payload, receivedAtTicks, gateway, into);
        return Take(reader.Read(payload, receivedAtTicks), topic, gateway, into);
    }

    private PayloadOutcome ReadPieces(
        TelemetryTopicKind kind, in ReadOnlySequence<byte> payload, long receivedAtTicks, GatewayDatastreams gateway, ReadingBatch into)
    {
        byte[] joined = ArrayPool<byte>.Shared.Rent((int)payload.Length);
        payload.CopyTo(joined);
        var outcome = ReadOther(kind, joined.AsSpan(0, (int)payload.Length), receivedAtTicks, gateway, into);
        ArrayPool<byte>.Shared.Return(joined);
        return outcome;
    }

    private PayloadOutcome ReadOther(
        TelemetryTopicKind kind, ReadOnlySpan<byte> payload, long receivedAtTicks, GatewayDatastreams gateway, ReadingBatch into)
    {
        if (!readers.TryGetValue(kind, out var other))
        {
            other = kind switch
            {
                TelemetryTopicKind.Lines => new LinePayloadReader(),
                TelemetryTopicKind.Sparkplug => new SparkplugPayloadReader(),
                _ => formats.Make(kind),
            };
            readers.Add(kind, other);
        }
        return other is null ? new(PayloadReason.NotReadings, 0, default) : other.Read(payload, receivedAtTicks, gateway, into);
    }

    private static ReadingFlags FlagsOf(in TelemetryTopic topic) =>
        topic.Kind == TelemetryTopicKind.Backlog ? ReadingFlags.Backlog : ReadingFlags.None;

    private PayloadOutcome Take(SenMlError error, in TelemetryTopic topic, GatewayDatastreams gateway, ReadingBatch into)
    {
        if (error != SenMlError.None)
            return new((PayloadReason)error, reader.ErrorPosition, default);
        var flags = FlagsOf(topic);
        var counters = new PayloadCounters { Records = reader.Records.Length };
        waitingCount = 0;
        var records = reader.Records;
        for (int i = 0; i < records.Length; i++)
        {
            ref readonly var record = ref records[i];
            if (record.Kind == SenMlValueKind.None)
            {
                counters.SumOnly++;
                continue;
            }
            if (record.Kind == SenMlValueKind.Number && (record.Unit == UnitRegistry.Latitude || record.Unit == UnitRegistry.Longitude))
            {
                int partner = TakePartnerOf(i);
                if (partner >= 0)
                    AddPosition(record, records[partner], flags, gateway, into, ref counters);
                continue;
            }
            AddReading(record, flags, gateway, into, ref counters);
        }
        counters.UnpairedPositions = waitingCount;
        counters.Readings = into.Count;
        return new(PayloadReason.None, 0, counters);
    }

    private void AddReading(
        in SenMlRecord record, ReadingFlags flags, GatewayDatastreams gateway, ReadingBatch into, ref PayloadCounters counters)
    {
        if (!gateway.TryResolve(reader.NameOf(record), out var datastream))
        {
            counters.DatastreamLimit++;
            return;
        }
        if (record.Unit == UnitRegistry.Unknown)
        {
            counters.UnknownUnits++;
        }
        else if (UnitRegistry.IsSecondary(record.Unit) && !reader.AllowsSecondaryUnits)
        {
            counters.UnitVersionBreaches++;
            flags |= ReadingFlags.UnitVersionBreach;
        }
        if (record.HasRelativeTime)
            counters.RelativeTimes++;
        var (kind, value) = record.Kind switch
        {
            SenMlValueKind.Number => (ReadingKind.Number, record.Number),
            SenMlValueKind.Boolean => (ReadingKind.Boolean, record.Number),
            _ => (ReadingKind.Text, into.AddText(reader.TextOf(record))),
        };
        into.Add(new(datastream, record.ObservedAtTicks, value, 0, kind, Quality.Good, record.Unit, flags));
    }

    private void AddPosition(
        in SenMlRecord record, in SenMlRecord partner, ReadingFlags flags, GatewayDatastreams gateway, ReadingBatch into,
        ref PayloadCounters counters)
    {
        if (!gateway.TryResolve(reader.NameOf(record), out var datastream))
        {
            counters.DatastreamLimit++;
            return;
        }
        if (record.HasRelativeTime)
            counters.RelativeTimes++;
        bool isLongitude = record.Unit == UnitRegistry.Longitude;
        double longitude = isLongitude ? record.Number : partner.Number;
        double latitude = isLongitude ? partner.Number : record.Number;
        into.Add(new(datastream, record.ObservedAtTicks, longitude, latitude, ReadingKind.Position, Quality.Good, UnitRegistry.None, flags));
    }

    /// <summary>Finds the other half of a position: same name, same time, the other unit. Without one, the record waits.</summary>
    private int TakePartnerOf(int index)
    {
        ref readonly var record = ref reader.Records[index];
        // Halves stand side by side in practice, so the newest one waiting is asked first.
        for (int i = waitingCount - 1; i >= 0; i--)
        {
            int other = waitingPositions[i];
            ref readonly var candidate = ref reader.Records[other];
            if (candidate.ObservedAtTicks == record.ObservedAtTicks && candidate.Unit != record.Unit &&
                reader.NameOf(candidate).SequenceEqual(reader.NameOf(record)))
            {
                waitingPositions.AsSpan(i + 1, waitingCount - i - 1).CopyTo(waitingPositions.AsSpan(i));
                waitingCount--;
                return other;
            }
        }
        if (waitingCount == waitingPositions.Length)
            Array.Resize(ref waitingPositions, Math.Max(16, waitingCount * 2));
        waitingPositions[waitingCount++] = index;
        return -1;
    }
}
