using System.Buffers.Binary;
using SensorGrid.Readings.Units;

namespace SensorGrid.Readings.Wire.SenMl;

/// <summary>Reads packs as gateways write them nearly always, straight into readings: numbers of known datastreams, no blanks, no escapes.
/// <code>
/// [{"bver":26,"bn":"…","bt":…,"n":"…","t":…,"u":"…","v":…},{…}]     base fields in the first record only, each optional; n, t, u, v in any order
/// </code>
/// It takes a pack whole or not at all, and says nothing about why not: whatever else there is, and every error, is for <see cref="SenMlReader"/>,
/// which reads such a pack from its first byte. What both take they take alike.</summary>
internal ref struct PlainPack
{
    private const int HasName = 1;
    private const int HasTime = 2;
    private const int HasUnit = 4;
    private const int HasValue = 8;

    private static readonly uint NameLabel = BinaryPrimitives.ReadUInt32LittleEndian("\"n\":"u8);
    private static readonly uint TimeLabel = BinaryPrimitives.ReadUInt32LittleEndian("\"t\":"u8);
    private static readonly uint UnitLabel = BinaryPrimitives.ReadUInt32LittleEndian("\"u\":"u8);
    private static readonly uint ValueLabel = BinaryPrimitives.ReadUInt32LittleEndian("\"v\":"u8);

    private readonly ReadOnlySpan<byte> text;
    private readonly ReadingFlags flags;
    private NameSequence names;
    private ReadOnlySpan<byte> baseName;
    private ReadOnlySpan<byte> unitBefore;
    private long baseTicks;
    private int at;
    private byte unitIdBefore;
    private bool allowsSecondaryUnits;

    private PlainPack(ReadOnlySpan<byte> text, GatewayDatastreams gateway, ReadingFlags flags)
    {
        this.text = text;
        this.flags = flags;
        names = new(gateway);
    }

    /// <summary>Reads a pack.</summary>
    /// <param name="payload">The whole pack.</param>
    /// <param name="gateway">Knows the names.</param>
    /// <param name="flags">Of all its readings.</param>
    /// <param name="into">Gets the readings; empty before, and empty again when the pack is not taken.</param>
    /// <returns>False when it is another kind of pack, or none.</returns>
    public static bool TryRead(ReadOnlySpan<byte> payload, GatewayDatastreams gateway, ReadingFlags flags, ReadingBatch into)
    {
        if (payload.Length <= SenMlLimits.Payload && new PlainPack(payload, gateway, flags).TryRead(into))
            return true;
        into.Clear();
        return false;
    }

    private bool TryRead(ReadingBatch into)
    {
        if (!TryTake("[{"u8) || !TryReadBase())
            return false;
        while (into.Count < SenMlLimits.Records)
        {
            if (!TryReadRecord(into))
                return false;
            if (TryTake(",{"u8))
                continue;
            names.End();
            return TryTake("]"u8) && at == text.Length;
        }
        return false;
    }

    private bool TryReadBase()
    {
        if (TryTake("\"bver\":26,"u8))
            allowsSecondaryUnits = true;
        if (TryTake("\"bn\":\""u8))
        {
            int length = text[at..].IndexOf((byte)'"');
            if (length < 0)
                return false;
            // Which signs it holds need not be looked at: a name that begins with it must be known.
            baseName = text.Slice(at, length);
            at += length + 1;
            if (!TryTake(","u8))
                return false;
        }
        return !TryTake("\"bt\":"u8) || (TryReadNumber(out var number, out _) && number.TryToTicks(out baseTicks) && TryTake(","u8));
    }

    private bool TryReadRecord(ReadingBatch into)
    {
        int seen = 0;
        DatastreamIndex datastream = default;
        long ticks = baseTicks;
        double value = 0;
        byte unit = UnitRegistry.None;
        while (true)
        {
            if (at + 4 > text.Length)
                return false;
            uint label = BinaryPrimitives.ReadUInt32LittleEndian(text[at..]);
            at += 4;
            int field;
            if (label == NameLabel)
            {
                field = HasName;
                if (!TryReadName(out datastream))
                    return false;
            }
            else if (label == TimeLabel)
            {
                field = HasTime;
                if (!TryReadNumber(out var number, out _) || !number.TryToTicks(out long time))
                    return false;
                ticks += time;
            }
            else if (label == UnitLabel)
            {
                field = HasUnit;
                if (!TryReadUnit(out unit))
                    return false;
            }
            else if (label == ValueLabel)
            {
                field = HasValue;
                if (!TryReadNumber(out var number, out int start) || !number.TryToDouble(text[start..at], out value))
                    return false;
            }
            else
            {
                return false;
            }
            if ((seen & field) != 0)
                return false;
            seen |= field;
            if (at >= text.Length)
                return false;
            byte end = text[at++];
            if (end == '}')
                break;
            if (end != ',')
                return false;
        }
        return (seen & (HasName | HasValue)) == (HasName | HasValue) && PlainRecord.TryAdd(into, datastream, ticks, value, unit, flags);
    }

    private bool TryReadName(out DatastreamIndex datastream)
    {
        datastream = default;
        if (!TryTake("\""u8) || !names.TryFollowQuoted(baseName, text[at..], out int length, out datastream))
            return false;
        at += length + 1;
        return true;
    }

    private bool TryReadUnit(out byte unit)
    {
        unit = unitIdBefore;
        if (!TryTake("\""u8))
            return false;
        var rest = text[at..];
        int length = unitBefore.Length;
        if (length == 0 || rest.Length <= length || rest[length] != '"' || !rest.StartsWith(unitBefore))
        {
            length = rest.IndexOf((byte)'"');
            if (length <= 0)
                return false;
            unit = UnitRegistry.IdOf(rest[..length]);
            if (!PlainRecord.IsPlain(unit, allowsSecondaryUnits))
                return false;
            unitBefore = rest[..length];
            unitIdBefore = unit;
        }
        at += length + 1;
        return true;
    }

    // -? (0 | [1-9][0-9]*) (. [0-9]+)? of at most 19 digits.
    private bool TryReadNumber(out JsonNumber number, out int start)
    {
        number = default;
        start = at;
        var digits = text[at..];
        int i = 0;
        if (digits.Length > 0 && digits[0] == '-')
        {
            number.Negative = true;
            i = 1;
        }
        int first = i;
        ulong sum = 0;
        uint digit;
        while (i < digits.Length && (digit = (uint)(digits[i] - '0')) <= 9)
        {
            sum = sum * 10 + digit;
            i++;
        }
        int count = i - first;
        if (count == 0 || (count > 1 && digits[first] == '0'))
            return false;
        if (i < digits.Length && digits[i] == '.')
        {
            int point = ++i;
            while (i < digits.Length && (digit = (uint)(digits[i] - '0')) <= 9)
            {
                sum = sum * 10 + digit;
                i++;
            }
            number.Exponent = point - i;
            count += i - point;
            if (i == point)
                return false;
        }
        // More may have run over, and a number with a power of ten goes on here with an e.
        if (count > 19)
            return false;
        number.Digits = sum;
        at += i;
        return true;
    }

    private bool TryTake(ReadOnlySpan<byte> wanted)
    {
        if (!text[at..].StartsWith(wanted))
            return false;
        at += wanted.Length;
        return true;
    }
}
