using System.Buffers;
using System.Numerics;
using System.Text.Unicode;
using SensorGrid.Readings.Units;

namespace SensorGrid.Readings.Wire.SenMl;

/// <summary>Reads one SenML pack in JSON (RFC 8428, versions RFC 9100) and resolves it: base fields applied, times absolute.
/// Stands at "admit": payload bytes in, records out. One pass over the bytes, no tree, no allocation once its buffers have grown.
/// All or nothing: after an error there are no records. Knows no catalogue and no clock. Not thread-safe; keep one for each worker.</summary>
/// <remarks>
/// Grammar: pack = "[" [ record *( "," record ) ] "]"; record = "{" [ label ":" value *( "," label ":" value ) ] "}".
/// The error named is the first one met from left to right. Inside a record the checks on single fields come first, then, at its
/// closing brace and in this order: version change, multiple values, no value, empty name, name too long, bad name, time range.
/// </remarks>
public sealed partial class SenMlJsonReader
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
        if (!Utf8.IsValid(payload))
            return Refuse(SenMlError.Json, 0);
        var scanner = new JsonScanner(payload);
        var error = ReadPack(ref scanner);
        return error == SenMlError.None ? error : Refuse(error, scanner.At);
    }

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

    private SenMlError ReadPack(ref JsonScanner scanner)
    {
        scanner.SkipBlanks();
        if (!scanner.TryTake((byte)'['))
            return NotAnArray(ref scanner);
        scanner.SkipBlanks();
        if (!scanner.TryTake((byte)']'))
        {
            for (int number = 0; ; number++)
            {
                if (number == SenMlLimits.Records)
                    return SenMlError.TooManyRecords;
                var error = ReadRecord(ref scanner, number == 0);
                if (error != SenMlError.None)
                    return error;
                scanner.SkipBlanks();
                if (scanner.TryTake((byte)']'))
                    break;
                if (!scanner.TryTake((byte)','))
                    return SenMlError.Json;
                scanner.SkipBlanks();
            }
        }
        scanner.SkipBlanks();
        return scanner.AtEnd ? SenMlError.None : SenMlError.Json;
    }

    private static SenMlError NotAnArray(ref JsonScanner scanner)
    {
        if (scanner.Here == '{')
            return SenMlError.NotArray;
        var error = scanner.SkipValue(SenMlLimits.Depth);
        scanner.SkipBlanks();
        return error == SenMlError.None && scanner.AtEnd ? SenMlError.NotArray : SenMlError.Json;
    }

    private SenMlError ReadRecord(ref JsonScanner scanner, bool first)
    {
        int start = scanner.At;
        if (!scanner.TryTake((byte)'{'))
            return WrongType(ref scanner, SenMlLimits.Depth - 1);
        var fields = default(SenMlFields);
        scanner.SkipBlanks();
        if (!scanner.TryTake((byte)'}'))
        {
            for (int number = 0; ; number++)
            {
                if (number == SenMlLimits.Fields)
                    return SenMlError.TooManyFields;
                var error = ReadField(ref scanner, ref fields);
                if (error != SenMlError.None)
                    return error;
                scanner.SkipBlanks();
                if (scanner.TryTake((byte)'}'))
                    break;
                if (!scanner.TryTake((byte)','))
                    return SenMlError.Json;
                scanner.SkipBlanks();
            }
        }
        var unresolved = Resolve(fields, first);
        if (unresolved != SenMlError.None)
            scanner.At = start;
        return unresolved;
    }

    private SenMlError ReadField(ref JsonScanner scanner, ref SenMlFields fields)
    {
        int start = scanner.At;
        var label = scanner.TakeShortLabel();
        var error = label == SenMlLabels.None ? ReadLabel(ref scanner, ref fields, out label) : SenMlError.None;
        if (error == SenMlError.None && label != SenMlLabels.Extension && (fields.Seen & label) != 0)
            error = SenMlError.DuplicateKey;
        if (error != SenMlError.None)
        {
            if (error != SenMlError.Json)
                scanner.At = start;
            return error;
        }
        fields.Seen |= label;
        scanner.SkipBlanks();
        start = scanner.At;
        error = ReadValue(ref scanner, label, ref fields);
        if (error is not (SenMlError.None or SenMlError.Json))
            scanner.At = start;
        return error;
    }

    // Any label: longer, escaped, unknown, or with blanks before its colon.
    private SenMlError ReadLabel(ref JsonScanner scanner, ref SenMlFields fields, out SenMlLabels label)
    {
        label = SenMlLabels.None;
        if (!scanner.TryReadString(out var key, out bool escaped))
            return SenMlError.Json;
        if (escaped && !TryUnescape(ref key))
            return SenMlError.Json;
        label = SenMlLabelNames.Find(key);
        var error = label == SenMlLabels.Extension ? TakeExtension(key, ref fields)
            : (fields.Seen & label) != 0 ? SenMlError.DuplicateKey : SenMlError.None;
        if (error != SenMlError.None)
            return error;
        scanner.SkipBlanks();
        return scanner.TryTake((byte)':') ? SenMlError.None : SenMlError.Json;
    }

    private SenMlError ReadValue(ref JsonScanner scanner, SenMlLabels label, ref SenMlFields fields)
    {
        byte here = scanner.Here;
        if ((label & SenMlLabels.Numbers) != 0)
        {
            if (here != '-' && (uint)(here - '0') > 9)
                return WrongType(ref scanner, SenMlLimits.Depth - 2);
            int start = scanner.At;
            if (!scanner.TryReadNumber(out var number))
                return SenMlError.Json;
            return TakeNumber(label, number, scanner.Slice(start, scanner.At - start), ref fields);
        }
        if (label == SenMlLabels.Name && scanner.TryReadName(out var name))
        {
            fields.Name = name;
            return name.Length > SenMlLimits.Name ? SenMlError.NameTooLong : SenMlError.None;
        }
        if ((label & SenMlLabels.Texts) != 0)
        {
            if (here != '"')
                return WrongType(ref scanner, SenMlLimits.Depth - 2);
            if (!scanner.TryReadString(out var text, out bool escaped))
                return SenMlError.Json;
            if (escaped && !TryUnescape(ref text))
                return SenMlError.Json;
            return TakeText(label, text, ref fields);
        }
        if (label == SenMlLabels.BooleanValue)
        {
            fields.Boolean = here == 't';
            return here is (byte)'t' or (byte)'f'
                ? scanner.TryTakeWord(here == 't' ? "true"u8 : "false"u8) ? SenMlError.None : SenMlError.Json
                : WrongType(ref scanner, SenMlLimits.Depth - 2);
        }
        return scanner.SkipValue(SenMlLimits.Depth - 2);
    }

    private SenMlError TakeNumber(SenMlLabels label, in JsonNumber number, ReadOnlySpan<byte> text, ref SenMlFields fields)
    {
        if (label == SenMlLabels.BaseVersion)
        {
            if (!number.Integer || number.Negative)
                return SenMlError.Type;
            // Above 10 the version is a set of features; ours are 0b01010 (RFC 8428) and 0b10000 (secondary units).
            if (number.Dropped || (number.Digits > 10 && (number.Digits & ~26UL) != 0))
                return SenMlError.UnsupportedVersion;
            fields.Version = (int)number.Digits;
            return SenMlError.None;
        }
        if (label == SenMlLabels.Time)
            return number.TryToTicks(out fields.Ticks) ? SenMlError.None : SenMlError.NumberRange;
        if (label == SenMlLabels.BaseTime)
            return number.TryToTicks(out baseTicks) ? SenMlError.None : SenMlError.NumberRange;
        if (!number.TryToDouble(text, out double value))
            return SenMlError.NumberRange;
        switch (label)
        {
            case SenMlLabels.Value:
                fields.Value = value;
                break;
            case SenMlLabels.Sum:
                fields.Sum = value;
                break;
            case SenMlLabels.UpdateTime:
                fields.UpdateTime = value;
                break;
            case SenMlLabels.BaseValue:
                baseValue = value;
                break;
            default:
                baseSum = value;
                hasBaseSum = true;
                break;
        }
        return SenMlError.None;
    }

    private SenMlError TakeText(SenMlLabels label, ReadOnlySpan<byte> text, ref SenMlFields fields)
    {
        switch (label)
        {
            case SenMlLabels.Name:
                fields.Name = text;
                fields.NameBad = text.ContainsAnyExcept(SenMlNames.Signs);
                return text.Length > SenMlLimits.Name ? SenMlError.NameTooLong : SenMlError.None;
            case SenMlLabels.BaseName:
                if (text.Length > SenMlLimits.Name)
                    return SenMlError.NameTooLong;
                (baseNameStart, baseNameLength) = (AddText(text), text.Length);
                baseNameBad = text.ContainsAnyExcept(SenMlNames.Signs);
                return SenMlError.None;
            case SenMlLabels.Unit or SenMlLabels.BaseUnit:
                if (text.Length > SenMlLimits.Unit)
                    return SenMlError.StringTooLong;
                byte id = UnitRegistry.IdOf(text);
                var unit = new UnitText(id, id == UnitRegistry.Unknown ? AddText(text) : 0, (byte)text.Length);
                if (label == SenMlLabels.Unit)
                    fields.Unit = unit;
                else
                    baseUnit = unit;
                return SenMlError.None;
            case SenMlLabels.TextValue:
                if (text.Length > SenMlLimits.Text)
                    return SenMlError.StringTooLong;
                (fields.TextStart, fields.TextLength) = (AddText(text), text.Length);
                return SenMlError.None;
            default:
                var error = Base64Text.Check(text, out int length);
                if (error == SenMlError.None)
                {
                    (fields.TextStart, fields.TextLength) = (AddText(text[..length]), length);
                    Base64Text.ToUrlAlphabet(texts.AsSpan(fields.TextStart, length));
                }
                return error;
        }
    }

    private SenMlError TakeExtension(ReadOnlySpan<byte> key, ref SenMlFields fields)
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

    private static SenMlError WrongType(ref JsonScanner scanner, int depth)
    {
        int start = scanner.At;
        var error = scanner.SkipValue(depth);
        if (error != SenMlError.None)
            return error;
        scanner.At = start;
        return SenMlError.Type;
    }

    private bool TryUnescape(ref ReadOnlySpan<byte> text)
    {
        EnsureTexts(text.Length);
        int length = JsonText.Unescape(text, texts.AsSpan(textsLength));
        if (length < 0)
            return false;
        text = texts.AsSpan(textsLength, length);
        textsLength += length;
        return true;
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
