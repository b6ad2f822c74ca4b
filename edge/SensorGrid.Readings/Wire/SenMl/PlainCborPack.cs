using System.Buffers.Binary;
using SensorGrid.Readings.Units;

namespace SensorGrid.Readings.Wire.SenMl;

/// <summary>Reads packs in CBOR as encoders write them nearly always, straight into readings: numbers of known datastreams, lengths stated.
/// <code>
/// array of maps; labels -1 (26), -2, -3 in the first map only, each optional and before the others; 0, 1, 2, 6 (n, u, v, t) in any order
/// </code>
/// As with <see cref="PlainPack"/>, it takes a pack whole or not at all, and whatever else there is, and every error, is for <see cref="SenMlReader"/>, which
/// reads such a pack from its first byte. What both take they take alike.</summary>
internal ref struct PlainCborPack
{
    private const int HasName = 1;
    private const int HasUnit = 2;
    private const int HasValue = 4;
    private const int HasTime = 8;
    private const int HasBaseName = 0x10;
    private const int HasBaseTime = 0x20;
    private const int HasVersion = 0x40;
    private const int Fields = HasName | HasUnit | HasValue | HasTime;
    private const ulong ExactBelow = 1UL << 53;

    // Heads: type in the three upper bits, length below 24 in the others.
    private const byte Text = 0x60, Array = 0x80, Map = 0xA0;
    private const byte Half = 0xF9, Single = 0xFA, Double = 0xFB;

    private readonly ReadOnlySpan<byte> bytes;
    private readonly GatewayDatastreams gateway;
    private readonly ReadingFlags flags;
    private ReadOnlySpan<byte> baseName;
    private ReadOnlySpan<byte> unitBefore;
    private long baseTicks;
    private int at;
    private byte unitIdBefore;
    private bool allowsSecondaryUnits;

    private PlainCborPack(ReadOnlySpan<byte> bytes, GatewayDatastreams gateway, ReadingFlags flags)
    {
        this.bytes = bytes;
        this.gateway = gateway;
        this.flags = flags;
    }

    /// <inheritdoc cref="PlainPack.TryRead(ReadOnlySpan{byte}, GatewayDatastreams, ReadingFlags, ReadingBatch)"/>
    public static bool TryRead(ReadOnlySpan<byte> payload, GatewayDatastreams gateway, ReadingFlags flags, ReadingBatch into)
    {
        if (payload.Length <= SenMlLimits.Payload && new PlainCborPack(payload, gateway, flags).TryRead(into))
            return true;
        into.Clear();
        return false;
    }

    private bool TryRead(ReadingBatch into)
    {
        if (!TryTakeLength(Array, out int records) || records is 0 or > SenMlLimits.Records)
            return false;
        for (int i = 0; i < records; i++)
        {
            if (!TryReadRecord(i == 0, into))
                return false;
        }
        return at == bytes.Length;
    }

    private bool TryReadRecord(bool isFirst, ReadingBatch into)
    {
        if ((uint)at >= (uint)bytes.Length || bytes[at] is < Map or >= Map + 24)
            return false;
        int left = bytes[at++] - Map;
        int seen = 0;
        DatastreamIndex datastream = default;
        long ticks = 0;
        double value = 0;
        byte unit = UnitRegistry.None;
        while (left-- > 0)
        {
            if ((uint)at >= (uint)bytes.Length)
                return false;
            int field;
            bool isRead;
            switch (bytes[at++])
            {
                case 0x00:
                    field = HasName;
                    isRead = TryTakeText(out var name) && gateway.TryFollow(baseName, default, name, out datastream);
                    break;
                case 0x01:
                    field = HasUnit;
                    isRead = TryReadUnit(out unit);
                    break;
                case 0x02:
                    field = HasValue;
                    isRead = TryReadValue(out value);
                    break;
                case 0x06:
                    field = HasTime;
                    isRead = TryReadTime(out ticks);
                    break;
                case var label when isFirst && (seen & Fields) == 0:
                    isRead = TryReadBase(label, out field);
                    break;
                default:
                    return false;
            }
            if (!isRead || (seen & field) != 0)
                return false;
            seen |= field;
        }
        return (seen & (HasName | HasValue)) == (HasName | HasValue) && PlainRecord.TryAdd(into, datastream, baseTicks + ticks, value, unit, flags);
    }

    private bool TryReadBase(byte label, out int field)
    {
        const byte Version = 0x20, Name = 0x21, Time = 0x22;
        field = label switch { Version => HasVersion, Name => HasBaseName, Time => HasBaseTime, _ => 0 };
        switch (label)
        {
            case Version:
                // 26 in two bytes; all other versions are for the long way.
                allowsSecondaryUnits = bytes[at..].StartsWith((ReadOnlySpan<byte>)[0x18, 26]);
                at += 2;
                return allowsSecondaryUnits;
            case Name:
                // Which signs it holds need not be looked at: a name that begins with it must be known.
                return TryTakeText(out baseName);
            case Time:
                return TryReadTime(out baseTicks);
            default:
                return false;
        }
    }

    private bool TryReadUnit(out byte unit)
    {
        unit = unitIdBefore;
        if (!TryTakeText(out var text) || text.IsEmpty)
            return false;
        if (text.SequenceEqual(unitBefore))
            return true;
        unit = UnitRegistry.IdOf(text);
        if (!PlainRecord.IsPlain(unit, allowsSecondaryUnits))
            return false;
        unitBefore = text;
        unitIdBefore = unit;
        return true;
    }

    private bool TryReadValue(out double value)
    {
        if (TryTakeFloat(out value))
            return double.IsFinite(value);
        bool isWhole = TryTakeWhole(out long whole);
        value = whole;
        return isWhole;
    }

    private bool TryReadTime(out long ticks)
    {
        ticks = 0;
        if (TryTakeFloat(out double seconds))
            return SenMlReader.TryToTicks(seconds, out ticks);
        if (!TryTakeWhole(out long whole) || Math.Abs(whole) >= SenMlLimits.TimeSeconds)
            return false;
        ticks = whole * TimeSpan.TicksPerSecond;
        return true;
    }

    private bool TryTakeFloat(out double value)
    {
        value = 0;
        var rest = bytes[at..];
        switch (rest.IsEmpty ? (byte)0 : rest[0])
        {
            case Double when rest.Length > sizeof(double):
                value = BinaryPrimitives.ReadDoubleBigEndian(rest[1..]);
                at += 1 + sizeof(double);
                return true;
            case Single when rest.Length > sizeof(float):
                value = BinaryPrimitives.ReadSingleBigEndian(rest[1..]);
                at += 1 + sizeof(float);
                return true;
            case Half when rest.Length > sizeof(ushort):
                value = (double)BinaryPrimitives.ReadHalfBigEndian(rest[1..]);
                at += 1 + sizeof(ushort);
                return true;
            default:
                return false;
        }
    }

    // Of either sign, as far as a double is exact.
    private bool TryTakeWhole(out long whole)
    {
        const int Negative = 0x20, Beyond = 0x40;
        whole = 0;
        byte head = (uint)at < (uint)bytes.Length ? bytes[at] : byte.MaxValue;
        if (head >= Beyond || !TryTakeArgument(head & 31, out ulong argument) || argument >= ExactBelow)
            return false;
        whole = (head & Negative) == 0 ? (long)argument : -1 - (long)argument;
        return true;
    }

    private bool TryTakeText(out ReadOnlySpan<byte> text)
    {
        text = default;
        if (!TryTakeLength(Text, out int length) || length > bytes.Length - at)
            return false;
        text = bytes.Slice(at, length);
        at += length;
        return true;
    }

    // A head of a type with its length, below 65,536.
    private bool TryTakeLength(byte type, out int length)
    {
        length = 0;
        if ((uint)at >= (uint)bytes.Length)
            return false;
        int info = bytes[at] - type;
        if (info is < 0 or >= 32 || !TryTakeArgument(info, out ulong argument) || argument > ushort.MaxValue)
            return false;
        length = (int)argument;
        return true;
    }

    private bool TryTakeArgument(int info, out ulong argument)
    {
        argument = (ulong)info;
        var rest = bytes[at..];
        int more = info switch { < 24 => 0, 24 => 1, 25 => 2, 26 => 4, 27 => 8, _ => int.MaxValue };
        if (more >= rest.Length)
            return false;
        argument = more switch
        {
            0 => argument,
            1 => rest[1],
            2 => BinaryPrimitives.ReadUInt16BigEndian(rest[1..]),
            4 => BinaryPrimitives.ReadUInt32BigEndian(rest[1..]),
            _ => BinaryPrimitives.ReadUInt64BigEndian(rest[1..]),
        };
        at += 1 + more;
        return true;
    }
}
