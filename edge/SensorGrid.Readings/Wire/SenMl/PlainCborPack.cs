using System.Buffers.Binary;
using System.Runtime.CompilerServices;
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
    private const byte Text = 0x60, Array = 0x80, Map = 0xA0, Simple = 0xE0;
    private const byte Half = 0xF9, Single = 0xFA, Double = 0xFB;

    private readonly ReadOnlySpan<byte> bytes;
    private readonly ReadingFlags flags;
    private NameSequence names;
    private ReadOnlySpan<byte> baseName;
    private ReadOnlySpan<byte> unitBefore;
    private long baseTicks;
    private byte unitIdBefore;
    private bool allowsSecondaryUnits;

    private PlainCborPack(ReadOnlySpan<byte> bytes, GatewayDatastreams gateway, ReadingFlags flags)
    {
        this.bytes = bytes;
        this.flags = flags;
        names = new(gateway);
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
        int at = TakeLength(bytes, 0, Array, out int records);
        // A record takes five bytes at least, so what is made room for is bounded by what came.
        if (at < 0 || records is 0 or > SenMlLimits.Records || records > bytes.Length / 5)
            return false;
        var readings = into.AddMany(records);
        for (int i = 0; i < readings.Length; i++)
        {
            at = ReadRecord(at, i == 0, ref readings[i]);
            if (at < 0)
                return false;
        }
        names.End();
        return at == bytes.Length;
    }

    // What takes something off the front gives the place behind it, or -1: the place lives in a register so, which is a third of the time.
    private int ReadRecord(int at, bool isFirst, ref Reading reading)
    {
        var bytes = this.bytes;
        uint left = (uint)at < (uint)bytes.Length ? (uint)bytes[at++] - Map : uint.MaxValue;
        if (left >= 24)
            return -1;
        int seen = 0;
        DatastreamIndex datastream = default;
        long ticks = 0;
        double value = 0;
        byte unit = UnitRegistry.None;
        for (; left > 0; left--)
        {
            if ((uint)at >= (uint)bytes.Length)
                return -1;
            int field;
            byte label = bytes[at++];
            switch (label)
            {
                case 0x00:
                    field = HasName;
                    at = TakeText(bytes, at, out var name);
                    if (at < 0 || !names.TryFollow(baseName, name, out datastream))
                        return -1;
                    break;
                case 0x01:
                    field = HasUnit;
                    at = TakeText(bytes, at, out var text);
                    if (at < 0 || !TryFindUnit(text, out unit))
                        return -1;
                    break;
                case 0x02:
                    field = HasValue;
                    at = TakeValue(bytes, at, out value);
                    break;
                case 0x06:
                    field = HasTime;
                    at = TakeTime(bytes, at, out ticks);
                    break;
                default:
                    if (!isFirst || (seen & Fields) != 0)
                        return -1;
                    at = TakeBase(label, at, out field);
                    break;
            }
            if (at < 0 || (seen & field) != 0)
                return -1;
            seen |= field;
        }
        return (seen & (HasName | HasValue)) == (HasName | HasValue) && PlainRecord.TryMake(out reading, datastream, baseTicks + ticks, value, unit, flags) ? at : -1;
    }

    private int TakeBase(byte label, int at, out int field)
    {
        const byte Version = 0x20, Name = 0x21, Time = 0x22;
        field = label switch { Version => HasVersion, Name => HasBaseName, Time => HasBaseTime, _ => 0 };
        switch (label)
        {
            case Version:
                // 26 in two bytes; all other versions are for the long way.
                allowsSecondaryUnits = bytes[at..].StartsWith((ReadOnlySpan<byte>)[0x18, 26]);
                return allowsSecondaryUnits ? at + 2 : -1;
            case Name:
                // Which signs it holds need not be looked at: a name that begins with it must be known.
                return TakeText(bytes, at, out baseName);
            case Time:
                return TakeTime(bytes, at, out baseTicks);
            default:
                return -1;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryFindUnit(ReadOnlySpan<byte> text, out byte unit)
    {
        unit = unitIdBefore;
        return (!text.IsEmpty && text.SequenceEqual(unitBefore)) || TryFindAnotherUnit(text, out unit);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryFindAnotherUnit(ReadOnlySpan<byte> text, out byte unit)
    {
        unit = UnitRegistry.IdOf(text);
        if (text.IsEmpty || !PlainRecord.IsPlain(unit, allowsSecondaryUnits))
            return false;
        unitBefore = text;
        unitIdBefore = unit;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int TakeValue(ReadOnlySpan<byte> bytes, int at, out double value)
    {
        if ((uint)at < (uint)bytes.Length && bytes[at] >= Simple)
        {
            at = TakeFloat(bytes, at, out value);
            return double.IsFinite(value) ? at : -1;
        }
        at = TakeWhole(bytes, at, out long whole);
        value = whole;
        return at;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int TakeTime(ReadOnlySpan<byte> bytes, int at, out long ticks)
    {
        if ((uint)at < (uint)bytes.Length && bytes[at] >= Simple)
        {
            at = TakeFloat(bytes, at, out double seconds);
            return SenMlReader.TryToTicks(seconds, out ticks) ? at : -1;
        }
        at = TakeWhole(bytes, at, out long whole);
        ticks = whole * TimeSpan.TicksPerSecond;
        return Math.Abs(whole) < SenMlLimits.TimeSeconds ? at : -1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int TakeFloat(ReadOnlySpan<byte> bytes, int at, out double value)
    {
        value = 0;
        var rest = bytes[at..];
        if (rest.Length > sizeof(double) && rest[0] == Double)
        {
            value = BinaryPrimitives.ReadDoubleBigEndian(rest[1..]);
            return at + 1 + sizeof(double);
        }
        return TakeShortFloat(rest, out value) is var taken and > 0 ? at + taken : -1;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int TakeShortFloat(ReadOnlySpan<byte> rest, out double value)
    {
        value = 0;
        if (rest[0] == Single && rest.Length > sizeof(float))
        {
            value = BinaryPrimitives.ReadSingleBigEndian(rest[1..]);
            return 1 + sizeof(float);
        }
        if (rest[0] == Half && rest.Length > sizeof(ushort))
        {
            value = (double)BinaryPrimitives.ReadHalfBigEndian(rest[1..]);
            return 1 + sizeof(ushort);
        }
        return 0;
    }

    // Of either sign, as far as a double is exact.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int TakeWhole(ReadOnlySpan<byte> bytes, int at, out long whole)
    {
        const int Negative = 0x20, Beyond = 0x40;
        whole = 0;
        byte head = (uint)at < (uint)bytes.Length ? bytes[at] : byte.MaxValue;
        if (head < 24)
        {
            whole = head;
            return at + 1;
        }
        if (head >= Beyond)
            return -1;
        at = TakeArgument(bytes, at, head & 31, out ulong argument);
        whole = (head & Negative) == 0 ? (long)argument : -1 - (long)argument;
        return argument < ExactBelow ? at : -1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int TakeText(ReadOnlySpan<byte> bytes, int at, out ReadOnlySpan<byte> text)
    {
        text = default;
        at = TakeLength(bytes, at, Text, out int length);
        if (at < 0 || length > bytes.Length - at)
            return -1;
        text = bytes.Slice(at, length);
        return at + length;
    }

    // A head of a type with its length, below 65,536.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int TakeLength(ReadOnlySpan<byte> bytes, int at, byte type, out int length)
    {
        length = 0;
        if ((uint)at >= (uint)bytes.Length)
            return -1;
        int info = bytes[at] - type;
        if ((uint)info < 24)
        {
            length = info;
            return at + 1;
        }
        if ((uint)info >= 32)
            return -1;
        at = TakeArgument(bytes, at, info, out ulong argument);
        length = (int)argument;
        return argument <= ushort.MaxValue ? at : -1;
    }

    // What stands behind a head that has no room for it; -1 and 0 when that is cut off, or there is none.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int TakeArgument(ReadOnlySpan<byte> bytes, int at, int info, out ulong argument)
    {
        argument = (ulong)info;
        var rest = bytes[at..];
        int more = info switch { < 24 => 0, 24 => 1, 25 => 2, 26 => 4, 27 => 8, _ => int.MaxValue };
        if (more >= rest.Length)
        {
            argument = 0;
            return -1;
        }
        argument = more switch
        {
            0 => argument,
            1 => rest[1],
            2 => BinaryPrimitives.ReadUInt16BigEndian(rest[1..]),
            4 => BinaryPrimitives.ReadUInt32BigEndian(rest[1..]),
            _ => BinaryPrimitives.ReadUInt64BigEndian(rest[1..]),
        };
        return at + 1 + more;
    }
}
