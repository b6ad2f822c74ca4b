using System.Runtime.CompilerServices;
using System.Text.Unicode;

namespace SensorGrid.Readings.Wire.SparkplugB;

/// <summary>Reads Sparkplug B payloads (Eclipse Sparkplug 3.0, 6.4; the messages stand in <c>sparkplug_b.proto</c> beside this file) in one pass,
/// allocating nothing once warm unless they are compressed. Says what was sent: what an alias means, and whether the sequence is right, is for the
/// host's session. Tables and structures are skipped. Not thread-safe; keep one for each worker.</summary>
/// <remarks>Fields come in any order. Of a field that occurs twice the last one counts, as in every protobuf reader. Numbers the format does not
/// have are skipped by their wire type.</remarks>
public sealed class SparkplugReader
{
    /// <summary>Field of a payload in which the host keeps what its session knew (<see cref="SparkplugResolution"/>); in the range that the format
    /// leaves to extensions.</summary>
    internal const int ResolutionField = 2000;

    private const uint ResolutionTag = ResolutionField << 3 | ProtoScanner.Bytes;

    // Of a metric.
    private const byte AliasTag = 2 << 3 | ProtoScanner.Varint;
    private const byte TimestampTag = 3 << 3 | ProtoScanner.Varint;
    private const byte DatatypeTag = 4 << 3 | ProtoScanner.Varint;
    private const byte DoubleTag = 13 << 3 | ProtoScanner.Fixed64;

    private SparkplugMetric[] metrics = new SparkplugMetric[32];
    private int count;
    private byte[] inflated = [];
    private int inflatedLength;

    // Offsets in the body last parsed.
    private (int Start, int Length) uuid;
    private (int Start, int Length) compressedBody;
    private (int Start, int Length) resolution;
    private bool hasResolution;
    private int resolutionBegin;

    /// <summary>Metrics of the last payload, in the order sent.</summary>
    public ReadOnlySpan<SparkplugMetric> Metrics => metrics.AsSpan(0, count);

    /// <summary>Time of the payload, milliseconds since 1970 UTC; null when not given.</summary>
    public ulong? Timestamp { get; private set; }

    /// <summary>Sequence number as sent; null when left out, which some encoders do with 0.</summary>
    public ulong? Seq { get; private set; }

    /// <summary>Whether the payload came compressed.</summary>
    public bool IsCompressed { get; private set; }

    /// <summary>Byte offset in the body at which the last payload was refused.</summary>
    public int ErrorPosition { get; private set; }

    /// <summary>The bytes that metrics lie in: the payload, or what was inflated from it. Valid until the next payload is read.</summary>
    public ReadOnlySpan<byte> Body(ReadOnlySpan<byte> payload) => IsCompressed ? inflated.AsSpan(0, inflatedLength) : payload;

    /// <summary>Name of a metric, UTF-8; empty when it has none.</summary>
    public ReadOnlySpan<byte> NameOf(ReadOnlySpan<byte> payload, in SparkplugMetric metric) => metric.NameIn(Body(payload));

    /// <summary>Whether a host added to the payload what its session knew.</summary>
    internal bool HasResolution => hasResolution;

    /// <summary>What the host added to the payload; empty when nothing.</summary>
    internal ReadOnlySpan<byte> ResolutionOf(ReadOnlySpan<byte> payload) => payload.Slice(resolution.Start, resolution.Length);

    /// <summary>Reads one payload.</summary>
    public SparkplugError Read(ReadOnlySpan<byte> payload)
    {
        IsCompressed = false;
        ErrorPosition = 0;
        if (payload.Length > SparkplugLimits.Record)
            return Refuse(SparkplugError.PayloadTooLarge, SparkplugLimits.Payload);
        var error = ReadPayload(payload);
        if (error == SparkplugError.None && (hasResolution ? resolutionBegin : payload.Length) > SparkplugLimits.Payload)
            return Refuse(SparkplugError.PayloadTooLarge, SparkplugLimits.Payload);
        if (error != SparkplugError.None || !IsMarkedCompressed(payload))
            return error;
        var outer = (resolution, hasResolution);
        error = Inflate(payload);
        if (error != SparkplugError.None)
            return Refuse(error, compressedBody.Start);
        IsCompressed = true;
        var inner = inflated.AsSpan(0, inflatedLength);
        error = ReadPayload(inner);
        if (error == SparkplugError.None && IsMarkedCompressed(inner))
            error = Refuse(SparkplugError.NestedCompression, uuid.Start);
        (resolution, hasResolution) = outer;
        return error;
    }

    private bool IsMarkedCompressed(ReadOnlySpan<byte> body) => body.Slice(uuid.Start, uuid.Length).SequenceEqual(SparkplugCompression.Mark);

    private SparkplugError Inflate(ReadOnlySpan<byte> payload)
    {
        var algorithm = SparkplugAlgorithm.Deflate;
        foreach (ref readonly var metric in Metrics)
        {
            if (metric.Field == SparkplugField.String && metric.NameIn(payload).SequenceEqual("algorithm"u8)
                && !SparkplugCompression.TryParse(metric.BytesIn(payload), out algorithm))
                return SparkplugError.UnknownAlgorithm;
        }
        return SparkplugCompression.Inflate(
            payload.Slice(compressedBody.Start, compressedBody.Length), algorithm, SparkplugLimits.Inflated, ref inflated, out inflatedLength);
    }

    private SparkplugError ReadPayload(ReadOnlySpan<byte> body)
    {
        count = 0;
        uuid = compressedBody = resolution = default;
        Timestamp = Seq = null;
        hasResolution = false;
        var scanner = new ProtoScanner(body, 0, body.Length);
        int begin = 0;
        while (scanner.TryTag(out uint tag))
        {
            switch (tag)
            {
                case 2 << 3 | ProtoScanner.Bytes:
                    if (!scanner.TryBytes(out int start, out int length))
                        break;
                    if (count == SparkplugLimits.Metrics)
                        return Refuse(SparkplugError.TooManyMetrics, begin);
                    if (count == metrics.Length)
                        Array.Resize(ref metrics, Math.Min(SparkplugLimits.Metrics, metrics.Length * 2));
                    var error = ReadMetric(body, start, start + length, ref metrics[count], out int position);
                    if (error != SparkplugError.None)
                        return Refuse(error, position);
                    count++;
                    break;
                case 1 << 3 | ProtoScanner.Varint:
                    if (scanner.TryVarint(out ulong timestamp))
                        Timestamp = timestamp;
                    break;
                case 3 << 3 | ProtoScanner.Varint:
                    if (scanner.TryVarint(out ulong seq))
                        Seq = seq;
                    break;
                case 4 << 3 | ProtoScanner.Bytes:
                    scanner.TryBytes(out uuid.Start, out uuid.Length);
                    break;
                case 5 << 3 | ProtoScanner.Bytes:
                    scanner.TryBytes(out compressedBody.Start, out compressedBody.Length);
                    break;
                case ResolutionTag:
                    resolutionBegin = begin;
                    hasResolution = scanner.TryBytes(out resolution.Start, out resolution.Length);
                    break;
                default:
                    // Fields 1 to 5 with the right wire type are above.
                    scanner.SkipOther(tag, begin, lastKnown: 5);
                    break;
            }
            if (scanner.Error != SparkplugError.None)
                break;
            begin = scanner.At;
        }
        return scanner.Error == SparkplugError.None ? SparkplugError.None : Refuse(scanner.Error, scanner.At);
    }

    private static SparkplugError ReadMetric(ReadOnlySpan<byte> body, int start, int end, ref SparkplugMetric metric, out int position)
    {
        metric = default;
        var scanner = new ProtoScanner(body, start, end);
        ReadUsual(ref scanner, ref metric);
        int begin = scanner.At;
        while (scanner.Error == SparkplugError.None && scanner.TryTag(out uint tag))
        {
            switch (tag)
            {
                case 1 << 3 | ProtoScanner.Bytes:
                    if (scanner.TryBytes(out metric.NameStart, out metric.NameLength))
                        metric.Flags |= SparkplugMetricFlags.HasName;
                    if (metric.NameLength > SparkplugLimits.Name)
                        scanner.Fail(SparkplugError.NameTooLong);
                    else if (!Utf8.IsValid(body.Slice(metric.NameStart, metric.NameLength)))
                        scanner.Fail(SparkplugError.Text);
                    break;
                case AliasTag:
                    ReadAlias(ref scanner, ref metric);
                    break;
                case TimestampTag:
                    ReadTimestamp(ref scanner, ref metric);
                    break;
                case DatatypeTag:
                    ReadDatatype(ref scanner, ref metric);
                    break;
                case 5 << 3 | ProtoScanner.Varint:
                    SetFlag(ref scanner, ref metric, SparkplugMetricFlags.IsHistorical);
                    break;
                case 6 << 3 | ProtoScanner.Varint:
                    SetFlag(ref scanner, ref metric, SparkplugMetricFlags.IsTransient);
                    break;
                case 7 << 3 | ProtoScanner.Varint:
                    SetFlag(ref scanner, ref metric, SparkplugMetricFlags.IsNull);
                    break;
                case 8 << 3 | ProtoScanner.Bytes:
                    scanner.TryBytes(out _, out _);
                    break;
                case 9 << 3 | ProtoScanner.Bytes:
                    if (scanner.TryBytes(out int setStart, out int setLength))
                        SparkplugProperties.ReadQuality(body, setStart, setStart + setLength, ref metric, ref scanner);
                    break;
                case 10 << 3 | ProtoScanner.Varint:
                    if (scanner.TryVarint(out ulong number))
                        (metric.Bits, metric.Field) = ((uint)number, SparkplugField.Int);
                    break;
                case 11 << 3 | ProtoScanner.Varint:
                    if (scanner.TryVarint(out metric.Bits))
                        metric.Field = SparkplugField.Long;
                    break;
                case 12 << 3 | ProtoScanner.Fixed32:
                    if (scanner.TryFixed32(out uint single))
                        (metric.Bits, metric.Field) = (single, SparkplugField.Float);
                    break;
                case DoubleTag:
                    ReadDouble(ref scanner, ref metric);
                    break;
                case 14 << 3 | ProtoScanner.Varint:
                    if (scanner.TryVarint(out ulong boolean))
                        (metric.Bits, metric.Field) = (boolean != 0 ? 1u : 0u, SparkplugField.Boolean);
                    break;
                case 15 << 3 | ProtoScanner.Bytes:
                    if (scanner.TryBytes(out metric.ValueStart, out metric.ValueLength))
                        metric.Field = SparkplugField.String;
                    if (!Utf8.IsValid(body.Slice(metric.ValueStart, metric.ValueLength)))
                        scanner.Fail(SparkplugError.Text);
                    break;
                case 16 << 3 | ProtoScanner.Bytes or 17 << 3 | ProtoScanner.Bytes or 18 << 3 | ProtoScanner.Bytes or 19 << 3 | ProtoScanner.Bytes:
                    if (scanner.TryBytes(out metric.ValueStart, out metric.ValueLength))
                        metric.Field = (SparkplugField)(tag >> 3);
                    break;
                default:
                    // Fields 1 to 19 with the right wire type are above.
                    scanner.SkipOther(tag, begin, lastKnown: 19);
                    break;
            }
            begin = scanner.At;
        }
        position = scanner.At;
        return scanner.Error;
    }

    // What nearly every metric of data begins with, in the order of the fields, without looking each up. Whatever is not there, or not yet, is left to the loop.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ReadUsual(ref ProtoScanner scanner, ref SparkplugMetric metric)
    {
        if (scanner.Follows(AliasTag))
            ReadAlias(ref scanner, ref metric);
        if (scanner.Error == SparkplugError.None && scanner.Follows(TimestampTag))
            ReadTimestamp(ref scanner, ref metric);
        if (scanner.Error == SparkplugError.None && scanner.Follows(DatatypeTag))
            ReadDatatype(ref scanner, ref metric);
        if (scanner.Error == SparkplugError.None && scanner.Follows(DoubleTag))
            ReadDouble(ref scanner, ref metric);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ReadAlias(ref ProtoScanner scanner, ref SparkplugMetric metric)
    {
        if (scanner.TryVarint(out ulong alias))
            (metric.Alias, metric.Flags) = (alias, metric.Flags | SparkplugMetricFlags.HasAlias);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ReadTimestamp(ref ProtoScanner scanner, ref SparkplugMetric metric)
    {
        if (scanner.TryVarint(out ulong timestamp))
            (metric.Timestamp, metric.Flags) = (timestamp, metric.Flags | SparkplugMetricFlags.HasTimestamp);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ReadDatatype(ref ProtoScanner scanner, ref SparkplugMetric metric)
    {
        if (scanner.TryVarint(out ulong datatype))
            metric.Datatype = (uint)datatype <= SparkplugDatatypes.Last ? (SparkplugDatatype)datatype : (SparkplugDatatype)byte.MaxValue;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ReadDouble(ref ProtoScanner scanner, ref SparkplugMetric metric)
    {
        if (scanner.TryFixed64(out metric.Bits))
            metric.Field = SparkplugField.Double;
    }

    private static void SetFlag(ref ProtoScanner scanner, ref SparkplugMetric metric, SparkplugMetricFlags flag)
    {
        if (scanner.TryVarint(out ulong value))
            metric.Flags = value != 0 ? metric.Flags | flag : metric.Flags & ~flag;
    }

    private SparkplugError Refuse(SparkplugError error, int position)
    {
        count = 0;
        ErrorPosition = position;
        return error;
    }
}
