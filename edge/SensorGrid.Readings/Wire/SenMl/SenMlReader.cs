using System.Buffers;
using System.Numerics;
using SensorGrid.Readings.Units;

namespace SensorGrid.Readings.Wire.SenMl;

/// <summary>Reads one SenML pack (RFC 8428, versions RFC 9100), in JSON or in CBOR by its first byte, and resolves it: base fields applied, times
/// absolute. Stands at "admit": payload bytes in, records out. One pass over the bytes, no tree, no allocation once its buffers have grown.
/// All or nothing: after an error there are no records. Knows no catalogue and no clock. Not thread-safe; keep one for each worker.</summary>
/// <remarks>
/// The error named is the first one met from left to right. Inside a record the checks on single fields come first, then, at its
/// end and in this order: version change, multiple values, no value, empty name, name too long, bad name, time range.
/// </remarks>
public sealed partial class SenMlReader
{
    // What the last pack gave.
    private SenMlRecord[] records = new SenMlRecord[32];
    private SenMlRecord[] sortBuffer = [];
    private int count;
    private byte[] texts = new byte[1024];
    private int textsLength;
    private byte[] joined = [];

    // Unknown labels of the record being read.
    private readonly (int Start, int Length)[] extensions = new (int, int)[SenMlLimits.Fields];

    // Base fields in force while a pack is read.
    private int baseNameStart;
    private int baseNameLength;
    private bool baseNameBad;
    private UnitText baseUnit;
    private double baseValue;
    private double baseSum;
    private bool hasBaseSum;
    private long baseTicks;
    private long nowTicks;

    /// <summary>The resolved records of the last pack, in the order sent.</summary>
    public ReadOnlySpan<SenMlRecord> Records => records.AsSpan(0, count);

    /// <summary>Version of the last pack: 10 unless stated.</summary>
    public int Version { get; private set; }

    /// <summary>Byte offset at which the last pack was refused.</summary>
    public int ErrorPosition { get; private set; }

    /// <summary>True when the version allows secondary units (RFC 9100: bit 4).</summary>
    public bool AllowsSecondaryUnits => Version > 10 && (Version & 16) != 0;

    /// <summary>Resolved name of a record.</summary>
    public ReadOnlySpan<byte> NameOf(in SenMlRecord record) => texts.AsSpan(record.NameStart, record.NameLength);

    /// <summary>String of a record, or its data as base64url without padding.</summary>
    public ReadOnlySpan<byte> TextOf(in SenMlRecord record) => texts.AsSpan(record.TextStart, record.TextLength);

    /// <summary>Unit of a record as sent, also when not registered.</summary>
    public ReadOnlySpan<byte> UnitOf(in SenMlRecord record) =>
        record.Unit == UnitRegistry.Unknown ? texts.AsSpan(record.UnitStart, record.UnitLength) : UnitRegistry.Utf8NameOf(record.Unit);

    /// <summary>Reads a pack that lies in several pieces.</summary>
    public SenMlError Read(in ReadOnlySequence<byte> payload, long nowTicks)
    {
        if (payload.IsSingleSegment)
            return Read(payload.FirstSpan, nowTicks);
        if (payload.Length > SenMlLimits.Payload)
            return Refuse(SenMlError.PayloadTooLarge, SenMlLimits.Payload);
        // A pack is at most 64 KiB and must be whole before anything of it counts, so joining it costs less than reading across seams.
        int length = (int)payload.Length;
        if (joined.Length < length)
            joined = new byte[Math.Min(SenMlLimits.Payload, (int)BitOperations.RoundUpToPowerOf2((uint)length))];
        payload.CopyTo(joined);
        return Read(joined.AsSpan(0, length), nowTicks);
    }

    /// <summary>Reads a pack.</summary>
    /// <param name="payload">The whole pack.</param>
    /// <param name="nowTicks">Moment of arrival in UTC ticks: what relative times are relative to.</param>
    public SenMlError Read(ReadOnlySpan<byte> payload, long nowTicks)
    {
        count = 0;
        textsLength = 0;
        baseNameStart = baseNameLength = 0;
        baseNameBad = hasBaseSum = false;
        baseUnit = default;
        baseValue = baseSum = 0;
        baseTicks = 0;
        Version = 10;
        ErrorPosition = 0;
        // Times are whole microseconds everywhere behind this line: stores keep no more, and a time must compare equal to itself.
        this.nowTicks = nowTicks - nowTicks % TimeSpan.TicksPerMicrosecond;
        if (payload.Length > SenMlLimits.Payload)
            return Refuse(SenMlError.PayloadTooLarge, SenMlLimits.Payload);
        var error = IsCbor(payload) ? ReadCbor(payload, out int position) : ReadJson(payload, out position);
        return error == SenMlError.None ? error : Refuse(error, position);
    }

    /// <summary>Whether a pack is in CBOR: an array of it (RFC 8949 §3.1); no JSON text begins so.</summary>
    internal static bool IsCbor(ReadOnlySpan<byte> payload) => payload.Length > 0 && payload[0] is >= 0x80 and <= 0x9F;

    /// <summary>Puts the records into chronological order; records of one time keep the order sent (RFC 8428 §4.6).</summary>
    public void SortByTime()
    {
        var sorted = Records;
        bool inOrder = true;
        for (int i = 1; i < sorted.Length && inOrder; i++)
            inOrder = sorted[i - 1].ObservedAtTicks <= sorted[i].ObservedAtTicks;
        if (inOrder)
            return;
        if (sortBuffer.Length < records.Length)
            sortBuffer = new SenMlRecord[records.Length];
        if (StableSort.ByTime(records, sortBuffer, count))
            (records, sortBuffer) = (sortBuffer, records);
    }

    private SenMlError Refuse(SenMlError error, int position)
    {
        count = 0;
        ErrorPosition = position;
        return error;
    }

    private SenMlError TakeExtension(scoped ReadOnlySpan<byte> key, ref SenMlFields fields)
    {
        if (key.Length > 0 && key[^1] == '_')
            return SenMlError.MustUnderstand;
        foreach (var (start, length) in extensions.AsSpan(0, fields.Extensions))
        {
            if (texts.AsSpan(start, length).SequenceEqual(key))
                return SenMlError.DuplicateKey;
        }
        // Kept without escapes: "a" and "\u0061" are one label.
        extensions[fields.Extensions++] = (AddText(key), key.Length);
        return SenMlError.None;
    }

    private int AddText(ReadOnlySpan<byte> text)
    {
        EnsureTexts(text.Length);
        int start = textsLength;
        text.CopyTo(texts.AsSpan(start));
        textsLength += text.Length;
        return start;
    }

    // At most a copy of the payload's texts and, for each record, a resolved name: 64 KiB × 2 + 1000 × 255 bytes.
    private void EnsureTexts(int more)
    {
        if (textsLength + more > texts.Length)
            Array.Resize(ref texts, (int)BitOperations.RoundUpToPowerOf2((uint)(textsLength + more)));
    }
}
